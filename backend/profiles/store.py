"""Citizens' profiles: one document each, personal values sealed, sections replaced whole."""

from typing import Any

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
)


def read_profile(house: House, citizen: str) -> Document | None:
    """The profile with personal values opened, or None."""
    found = house.db[PROFILES].find_one({"_id": citizen})
    return house.cipher.open(found) if found else None


def profile_matches(house: House, citizen: str, where: dict[str, Any]) -> bool:
    """Whether a MongoDB filter holds for one citizen; the database itself decides."""
    return house.db[PROFILES].find_one({"$and": [{"_id": citizen}, where]}, {"_id": 1}) is not None


def profiles_matching(house: House, where: dict[str, Any], *, after: str | None, limit: int) -> list[str]:
    """Ids of citizens for whom a filter holds, in id order, after a given one."""
    conditions = [where, {"_id": {"$gt": after}}] if after else [where]
    found = house.db[PROFILES].find({"$and": conditions}, {"_id": 1}).sort("_id").limit(limit)
    return [row["_id"] for row in found]


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
