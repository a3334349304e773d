"""Citizens' profiles: one document each, personal values sealed, sections replaced whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.accounts import store as accounts
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare

PROFILES = declare(
    "profiles",
    Index([("licences.type", 1), ("licences.expires", 1)]),
    Index([("licences.type", 1), ("licences.issued", 1)]),
    Index("population.born"),
    Index([("children.registered", 1), ("children.born", 1)]),
    Index("vehicles.inspection_due"),
    Index("population.residence.since"),
    Index([("medical_insurance.kind", 1), ("population.residence.local", 1)]),
    Index("fund.last_rent_withdrawal"),
    Index(
        [("medical_insurance.birth_settlement.paid", 1), ("medical_insurance.birth_settlement.settled", 1)]
    ),
    Index([("employment.status", 1), ("employment.left", 1)]),
    # Days that only some have: their index holds nobody else. They serve the rules that come true by a day.
    *(
        Index(day, partial={day: {"$exists": True}})
        for day in (
            *("pension.retires_on", "pension.verified_until", "education.graduated", "service.discharged"),
            *("disability.issued", "disability.assessment.on", "medical.last_stay.discharged"),
            *("housing.lease.starts", "housing.purchase.signed"),
        )
    ),
    *(
        Index(f"{rows}.{day}", partial={rows: {"$exists": True}})
        for rows, day in (("deaths", "died"), ("staff.new_hires", "since"))
    ),
)


@dataclass(frozen=True)
class Look:
    """What one look at a citizen's profile told: whether each filter holds, and beside it their e-licences
    as ``read_licences`` gives them and their consents by purpose."""

    answers: list[bool]
    licences: list[Document]
    consents: Document


_LICENCE_MARKS = {f"licences.{name}": 1 for name in ("id", "type", "status", "department")}


def read_profile(house: House, citizen: str) -> Document | None:
    """The profile with personal values opened, or None."""
    found = house.db[PROFILES].find_one({"_id": citizen})
    return house.cipher.open(found) if found else None


def profile_matches(house: House, citizen: str, where: dict[str, Any]) -> bool:
    """Whether a MongoDB filter holds for one citizen; the database itself decides."""
    return house.db[PROFILES].find_one({"$and": [{"_id": citizen}, where]}, {"_id": 1}) is not None


def profile_answers(
    house: House, citizen: str, asked: Sequence[tuple[Sequence[Document], dict[str, Any]]]
) -> Look | None:
    """Whether each filter holds for one citizen, and what the same look brought.

    None where there is no profile. Each filter comes with the stages that leave out of the profile what
    it must not see.
    """
    if not any(stages for stages, _ in asked):
        # What is asked at the end of a form mostly holds, all of it; and that is the cheapest question.
        query = {"$and": [{"_id": citizen}, *(where for _, where in asked)]}
        beside = [{"$project": _LICENCE_MARKS}, *accounts.with_consents("consents")]
        for one in house.db[PROFILES].aggregate([{"$match": query}, *beside]):
            return Look([True] * len(asked), one.get("licences") or [], one["consents"])
    facets = {
        f"q{number}": [*stages, {"$match": where}, {"$project": {"_id": 1}}]
        for number, (stages, where) in enumerate(asked)
    }
    looks = {"there": [{"$project": _LICENCE_MARKS}, *accounts.with_consents("consents")]} | facets
    found = house.db[PROFILES].aggregate([{"$match": {"_id": citizen}}, {"$facet": looks}]).next()
    if not found["there"]:
        return None
    there = found["there"][0]
    return Look([bool(found[name]) for name in facets], there.get("licences") or [], there["consents"])


def read_licences(house: House, citizen: str) -> list[Document]:
    """The e-licences of a citizen without anything personal: ``{id, type, status, department}``."""
    found = house.db[PROFILES].find_one({"_id": citizen}, _LICENCE_MARKS) or {}
    licences: list[Document] = found.get("licences") or []
    return licences


def profiles_matching(house: House, where: dict[str, Any], *, after: str | None, limit: int) -> list[str]:
    """Ids of citizens for whom a filter holds, in id order, after a given one."""
    conditions = [where, {"_id": {"$gt": after}}] if after else [where]
    found = house.db[PROFILES].find({"$and": conditions}, {"_id": 1}).sort("_id").limit(limit)
    return [row["_id"] for row in found]


def profiles_surveyed(
    house: House, where: dict[str, Any], beside: Sequence[Document], facets: dict[str, list[Document]]
) -> dict[str, list[Document]]:
    """Facets over the profiles for which a filter holds, with what the stages ``beside`` bring along."""
    seen = {"$project": {"population.born": 1, "population.sex": 1, "population.residence.district": 1}}
    stages = [{"$match": where}, seen, *beside, {"$facet": facets}]
    found: dict[str, list[Document]] = house.db[PROFILES].aggregate(stages, allowDiskUse=True).next()
    return found


def count_matching(house: House, where: dict[str, Any]) -> int:
    """For how many citizens a filter holds."""
    return house.db[PROFILES].count_documents(where)


def matching_explained(house: House, where: dict[str, Any]) -> Document:
    """How the database finds the citizens for whom a filter holds: its plan, and what it looked at."""
    told: Document = house.db[PROFILES].find(where, {"_id": 1}).explain()
    return told


def write_sections(house: House, unit: Unit, citizen: str, sections: Document) -> None:
    """Replace sections (dotted keys allowed), making the profile when it is new."""
    sealed = {key: house.cipher.seal(value, under=key.rpartition(".")[2]) for key, value in sections.items()}
    house.db[PROFILES].update_one(
        {"_id": citizen},
        {"$set": sealed | {"updated_at": unit.now}, "$inc": {"version": 1}},
        upsert=True,
        session=unit.session,
    )


def read_for_update(house: House, unit: Unit, citizen: str) -> Document:
    """The opened profile inside a transaction; empty when there is none."""
    found = house.db[PROFILES].find_one({"_id": citizen}, session=unit.session)
    return house.cipher.open(found) if found else {}
