"""Using shared data: what a matter may be filled from, for this citizen, now; and the log of it."""

from collections.abc import Mapping
from typing import Any

from backend.accounts import store as accounts
from backend.accounts.consents import is_granted
from backend.core.clock import city_date, city_midnight
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.prepare import at_start
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.sharing import store
from backend.sharing.catalogue import Item, Share, first_terms, items, items_of
from backend.sharing.needs import conditional_needs, form_steps, is_foreign

PURPOSE = "data-sharing"
_seeded: set[tuple[str, str]] = set()


def readable_profile(house: House, profile: Mapping[str, Any], matter: Matter) -> Document:
    """The profile as a matter's form may be filled from it.

    What other departments know stays only where it is shared freely or granted to the matter's
    department for this matter, and while the citizen consents to sharing. Each item released to the
    form is counted.
    """
    allowed = _allowed_items(house, profile, matter)
    readable = {section: value for section, value in _released(profile, matter, allowed) if value is not None}
    _count(house, readable, matter)
    return readable


def seed_grants(house: House) -> int:
    """The grants that every matter of the catalogue starts with; returns how many were new."""
    return sum(_seed(house, matter) for matter in catalogue().all())


def _allowed_items(house: House, profile: Mapping[str, Any], matter: Matter) -> set[str]:
    if not _consents(house, str(profile.get("_id", ""))):
        return set()
    _seed(house, matter)
    granted = store.granted_items(house, matter.department, matter.id, house.clock.now())
    freely = {key for key, one in items().items() if one.share is Share.FREELY}
    return granted | freely


def _released(profile: Mapping[str, Any], matter: Matter, allowed: set[str]) -> list[tuple[str, Any]]:
    return [(section, _part(section, value, matter, allowed)) for section, value in profile.items()]


def _part(section: str, value: Any, matter: Matter, allowed: set[str]) -> Any:
    touched = items_of(section, None)
    if not touched or all(_open(one, matter, allowed) for one in touched):
        return value
    if not isinstance(value, Mapping) or not all(one.fields for one in touched):
        return None
    kept = {field for one in touched if _open(one, matter, allowed) for field in one.fields}
    return {key: part for key, part in value.items() if key in kept} or None


def _open(item: Item, matter: Matter, allowed: set[str]) -> bool:
    return not is_foreign(item, matter) or item.id in allowed


def _consents(house: House, citizen: str) -> bool:
    try:
        return is_granted(accounts.get_citizen(house, citizen), PURPOSE)
    except Problem:
        return True  # an organisation's record: its facts are no person's


def _count(house: House, readable: Mapping[str, Any], matter: Matter) -> None:
    used = {
        item.id
        for section, field in form_steps(matter)
        if readable.get(section)
        for item in items_of(section, field)
        if is_foreign(item, matter)
    }
    day = city_midnight(city_date(house.clock.now()))
    store.count_use(house, day=day, matter=matter.id, department=matter.department, items=sorted(used))


def _seed(house: House, matter: Matter) -> int:
    mark = (house.db.raw.name, f"{matter.id}@{catalogue().versions.get(matter.id, '')}")
    if mark in _seeded:
        return 0
    terms, now = first_terms(), house.clock.now()
    fresh = store.seed_grants(
        house,
        [
            {
                "_id": store.grant_id(item, matter.id),
                "item": item,
                "owner": items()[item].department,
                "department": matter.department,
                "matter": matter.id,
                "scene": terms.scene.format(matter=matter.name),
                "basis": terms.basis,
                "state": "active",
                "request": None,
                "created_at": now,
                "until": store.until(now, terms.days),
            }
            for item in conditional_needs(matter)
        ],
    )
    _seeded.add(mark)
    return fresh


at_start(seed_grants)
