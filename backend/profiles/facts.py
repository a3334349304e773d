"""Gathering facts from the departments' registries, and asking the profile about them."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from backend.accounts import store as accounts
from backend.core.clock import city_midnight
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.profiles import corrections, store
from integrations.gateways.departments import DepartmentUnavailable, PersonNotFound

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def get_profile(house: House, citizen: str) -> Document:
    """The citizen's profile, opened; an empty mapping before the real-name check."""
    return store.read_profile(house, citizen) or {}


def matches(house: House, citizen: str, where: dict[str, Any]) -> bool:
    """Whether a filter (date words resolved) holds for a citizen."""
    return store.profile_matches(house, citizen, where)


def answer_all(
    house: House, citizen: str, asked: Sequence[tuple[Sequence[Document], dict[str, Any]]]
) -> store.Look | None:
    """Whether each filter (date words resolved) holds for a citizen; None while nothing is known of them.

    One look, which brings their e-licences and consents too. Each filter comes with the stages of a
    pipeline that leave out what it must not see.
    """
    return store.profile_answers(house, citizen, asked)


def held_licences(house: House, citizen: str) -> list[Document]:
    """What e-licences a citizen holds: ``{id, type, status, department}``, the newest of a type first."""
    return store.read_licences(house, citizen)


def find_citizens(house: House, where: dict[str, Any], *, after: str | None, limit: int) -> list[str]:
    """One page of citizens for whom a filter (date words resolved) holds."""
    return store.profiles_matching(house, where, after=after, limit=limit)


def survey(
    house: House, where: dict[str, Any], *, beside: Sequence[Document], facets: dict[str, list[Document]]
) -> dict[str, list[Document]]:
    """Facets over everybody for whom a filter (date words resolved) holds, counted inside the database.

    The facets read sex, birth, district, and what the stages ``beside`` bring along.
    """
    return store.profiles_surveyed(house, where, beside, facets)


def count_citizens(house: House, where: dict[str, Any]) -> int:
    """For how many citizens a filter (date words resolved) holds."""
    return store.count_matching(house, where)


def explain_filter(house: House, where: dict[str, Any]) -> Document:
    """The database's own plan for a filter (date words resolved), as its ``explain`` tells it."""
    return store.matching_explained(house, where)


def gather(house: House, citizen: str, *, departments: Iterable[str] | None = None) -> list[str]:
    """Ask departments for what they know and keep what changed; returns the changed sections.

    A department that does not answer keeps its earlier facts. Raises DepartmentUnavailable only when
    some were silent and nobody knew anything: that all of them know nobody of that number is an answer.
    """
    person = accounts.get_citizen(house, citizen)
    if "identity_number" not in person:
        return []
    asked = list(departments) if departments is not None else _all_departments()
    answers: dict[str, tuple[str, dict[str, Any]]] = {}
    silent = False
    for department in asked:
        try:
            answer = house.departments.query_registry(
                department, identity_number=person["identity_number"], purpose="profile"
            )
        except PersonNotFound:
            continue
        except DepartmentUnavailable:
            logger().warning("profile.department-silent", department=department, citizen=citizen)
            silent = True
            continue
        answers[department] = (answer.as_of, answer.sections)
    if silent and not answers and len(asked) > 1:
        raise DepartmentUnavailable("all")
    return commit(house, lambda unit: _merge(house, unit, citizen, answers))


def note_licence(house: House, unit: Unit, citizen: str, department: str, licence: Document) -> str:
    """Put a newly issued licence into the profile at once; an older one of its type is replaced."""
    profile = store.read_for_update(house, unit, citizen)
    fresh = _licence(department, _with_dates(licence), unit.now)
    kept = [one for one in profile.get("licences", []) if one["id"] != fresh["id"]]
    for one in kept:
        if one["type"] == fresh["type"] and one.get("status") == "valid":
            one["status"] = "replaced"
    # The newest of a type comes first, so that paths like licences[type=x] find it.
    store.write_sections(house, unit, citizen, {"licences": [fresh, *kept]})
    unit.emit("profile.changed", citizen=citizen, sections=["licences"])
    return str(fresh["id"])


def _all_departments() -> list[str]:
    return [key for key, department in catalogue().departments.items() if department.sections]


def _merge(
    house: House, unit: Unit, citizen: str, answers: dict[str, tuple[str, dict[str, Any]]]
) -> list[str]:
    profile = store.read_for_update(house, unit, citizen)
    changes: Document = {}
    licences = list(profile.get("licences", []))
    for department, (as_of, sections) in answers.items():
        for section, raw in sections.items():
            value = _with_dates(raw)
            if section == "licences":
                mine = [_licence(department, one, _moment(as_of)) for one in value]
                licences = [one for one in licences if one.get("department") != department] + mine
            elif profile.get(section) != value:
                changes[section] = value
            changes[f"sources.{section}"] = {"department": department, "as_of": _moment(as_of)}
    licences.sort(key=lambda one: (one.get("status") == "valid", one.get("issued") or _never()), reverse=True)
    if _without_times(licences) != _without_times(profile.get("licences", [])):
        changes["licences"] = licences
    changed = sorted(key for key in changes if not key.startswith("sources."))
    if changes:
        store.write_sections(house, unit, citizen, changes)
    if changed:
        unit.emit("profile.changed", citizen=citizen, sections=changed)
    corrections.note_corrected(house, unit, citizen, profile | changes, answers)
    return changed


def _licence(department: str, licence: Document, as_of: datetime) -> Document:
    marks = f"{licence['type']}\0{licence.get('number')}\0{licence.get('issued')}"
    licence_id = hashlib.sha256(marks.encode()).hexdigest()[:20]
    return {"status": "valid"} | licence | {"department": department, "id": licence_id, "as_of": as_of}


def _without_times(licences: list[Document]) -> list[Document]:
    return [{key: value for key, value in one.items() if key != "as_of"} for one in licences]


def _with_dates(value: Any) -> Any:
    """ISO days from departments become the datetimes that filters compare with."""
    if isinstance(value, dict):
        return {name: _with_dates(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_dates(item) for item in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        return city_midnight(date.fromisoformat(value))
    return value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _never() -> datetime:
    return city_midnight(date(1900, 1, 1))
