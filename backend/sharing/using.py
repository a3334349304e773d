"""Using shared data: what a matter may read of somebody now, and the log of it.

Everything that is worked out from the facts of departments (forms, conditions, materials, grounds, the
guide) reads them through a ``Door``. What is behind it shut counts as not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backend.accounts import store as accounts
from backend.accounts.consents import is_granted
from backend.core.clock import city_date, city_midnight
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.prepare import at_start
from backend.matters.catalogue import catalogue
from backend.matters.datewords import resolve
from backend.matters.schema import Matter
from backend.profiles import facts
from backend.sharing import store
from backend.sharing.catalogue import Item, Share, first_terms, items, items_of
from backend.sharing.needs import Step, conditional_needs, filter_steps, form_steps, is_foreign
from backend.sharing.proving import proves

PURPOSE = "data-sharing"
LICENCES = "licences"
_seeded: set[tuple[str, str]] = set()


@dataclass(frozen=True)
class Asked:
    """A filter on somebody's facts, and the matter on whose behalf it is asked."""

    matter: Matter
    where: Mapping[str, Any]


class Door:
    """What some matters may read of one person, looked up once, and only when it is asked for.

    What the matter's own department knows is open; what others know only where it is shared freely or
    granted to that department for that matter, and while the person consents to sharing.
    """

    def __init__(self, house: House, subject: str, matters: Iterable[Matter]) -> None:
        self._house, self._subject = house, subject
        self._matters = tuple(matters)
        # What ``answers`` sees of the person beside its answers; read apart where it did not look.
        self._held: list[Document] | None = None
        self._consents: Document | None = None

    def opens(self, matter: Matter, section: str, field: str | None = None) -> bool:
        """Whether a matter may read a section, or one field of it, be that in no item of the section."""
        touched = items_of(section, field) or items_of(section, None)
        return all(self._is_open(one, matter) for one in touched)

    def let_through(self, profile: Mapping[str, Any], matter: Matter) -> Document:
        """The profile with what a matter may read of it."""
        parts = ((section, self._part(section, value, matter)) for section, value in profile.items())
        return {section: value for section, value in parts if value is not None}

    def held(self) -> list[Document]:
        """The person's e-licences, see ``facts.held_licences``."""
        if self._held is None:
            self._held = facts.held_licences(self._house, self._subject)
        return self._held

    def licences(self, held: Sequence[Document], matter: Matter) -> list[Document]:
        """Those e-licences that a matter may see; its own department's in any case."""
        if self.opens(matter, LICENCES):
            return list(held)
        return [one for one in held if one.get("department") == matter.department]

    def answers(self, asked: Sequence[Asked]) -> list[bool | None]:
        """Whether each holds today; None where that is not known: one look for all of them."""
        today = city_date(self._house.clock.now())
        hidden = [self._hidden(one) for one in asked]
        looks = [
            (_without(shut, one.matter), resolve(one.where, today=today))
            for one, shut in zip(asked, hidden, strict=True)
        ]
        look = facts.answer_all(self._house, self._subject, looks) if looks else None
        if look is None:
            return [None] * len(asked)
        self._held, self._consents = look.licences, look.consents
        return [
            told if not shut else (True if told and proves(one.where, shut) else None)
            for one, shut, told in zip(asked, hidden, look.answers, strict=True)
        ]

    def _hidden(self, asked: Asked) -> set[Step]:
        return {step for step in filter_steps(asked.where) if not self.opens(asked.matter, *step)}

    def _part(self, section: str, value: Any, matter: Matter) -> Any:
        if section == LICENCES:
            return self.licences(value or [], matter)
        touched = items_of(section, None)
        if all(self._is_open(one, matter) for one in touched):
            return value
        if not isinstance(value, Mapping) or not all(one.fields for one in touched):
            return None
        kept = {field for one in touched if self._is_open(one, matter) for field in one.fields}
        return {key: part for key, part in value.items() if key in kept} or None

    def _is_open(self, item: Item, matter: Matter) -> bool:
        if item.department == matter.department:
            return True
        if item.share is Share.NEVER or not self._consented:
            return False
        return item.share is Share.FREELY or item.id in self._granted[matter.department, matter.id]

    @cached_property
    def _consented(self) -> bool:
        if self._consents is None:
            self._consents = accounts.read_consents(self._house, self._subject)
        return is_granted({"consents": self._consents}, PURPOSE)

    @cached_property
    def _granted(self) -> dict[tuple[str, str], set[str]]:
        for matter in self._matters:
            _seed(self._house, matter)
        uses = {(matter.department, matter.id) for matter in self._matters}
        return store.granted_items(self._house, uses, self._house.clock.now())


def readable_profile(house: House, profile: Mapping[str, Any], matter: Matter) -> Document:
    """The profile as a matter's form is filled from it. Each item released to the form is counted."""
    readable = Door(house, str(profile.get("_id", "")), [matter]).let_through(profile, matter)
    _count(house, readable, matter)
    return readable


def seed_grants(house: House) -> int:
    """The grants that every matter of the catalogue starts with; returns how many were new."""
    return sum(_seed(house, matter) for matter in catalogue().all())


def _without(hidden: Iterable[Step], matter: Matter) -> list[Document]:
    """The stages that take what is hidden out of a profile before it is asked about."""
    stages: list[Document] = []
    for section, field in sorted(hidden, key=str):
        if section == LICENCES:
            own = {"$eq": ["$$this.department", matter.department]}
            held = {"$ifNull": [f"${LICENCES}", []]}
            stages.append({"$set": {LICENCES: {"$filter": {"input": held, "cond": own}}}})
            continue
        by_field = field is not None and all(one.fields for one in items_of(section, None))
        stages.append({"$unset": f"{section}.{field}" if by_field else section})
    return stages


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
