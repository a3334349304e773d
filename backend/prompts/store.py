"""Prompts, how many each citizen was shown lately, and how far each rule's sweep has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.core.errors import not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.prompts.rules import OPEN, PromptState

PROMPTS = declare(
    "prompts",
    Index([("citizen", 1), ("matter", 1), ("occasion", 1)], unique=True),
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
    Index("show_at", partial={"show_at": {"$type": "date"}}),
    Index("application", partial={"application": {"$type": "string"}}),
)
PACES = declare("prompt_paces")
SWEEPS = declare("prompt_sweeps")


def insert_prompt(house: House, unit: Unit, prompt: Document) -> None:
    """Store a new prompt. Raises DuplicateKeyError when its occasion already has one."""
    house.db[PROMPTS].insert_one(prompt, session=unit.session)


def find_occasion(house: House, citizen: str, matter: str, occasion: str) -> Document | None:
    """The prompt of an occasion, if there is one."""
    return house.db[PROMPTS].find_one({"citizen": citizen, "matter": matter, "occasion": occasion})


def find_own(house: House, citizen: str, prompt: str, unit: Unit | None = None) -> Document:
    """A citizen's own prompt. Raises ``not-found`` for another's as for none."""
    session = unit.session if unit else None
    found = house.db[PROMPTS].find_one({"_id": prompt, "citizen": citizen}, session=session)
    if found is None:
        raise not_found("提示")
    return found


def list_own(
    house: House, citizen: str, page: PageQuery, *, states: Sequence[PromptState] | None = None
) -> Page:
    """One page of a citizen's prompts, newest first."""
    where: Document = {"citizen": citizen}
    if states is not None:
        where["state"] = {"$in": [state.value for state in states]}
    return read_page(house.db[PROMPTS], where, page)


def move(
    house: House, prompt: Document, changes: Document, *, now: datetime, unit: Unit | None = None
) -> Document | None:
    """Change a prompt if state and version are still as read; the new document, or None."""
    return house.db[PROMPTS].find_one_and_update(
        {key: prompt[key] for key in ("_id", "state", "version")},
        {"$set": changes | {"updated_at": now}, "$inc": {"version": 1}},
        return_document=ReturnDocument.AFTER,
        session=unit.session if unit else None,
    )


def close_open(
    house: House, citizen: str, *, state: PromptState, now: datetime, unit: Unit | None = None, **where: Any
) -> int:
    """Close a citizen's open prompts of a matter or a topic; returns how many."""
    query = {"citizen": citizen, "state": {"$in": list(OPEN)}, **where}
    change = {"$set": {"state": state, "show_at": None, "updated_at": now}, "$inc": {"version": 1}}
    session = unit.session if unit else None
    return house.db[PROMPTS].update_many(query, change, session=session).modified_count


def with_prompts(matter: str, *, since: datetime, into: str) -> list[Document]:
    """The stages that bring along what a rule told each: ``{open, declined}``, the latter since then."""
    theirs = {"from": PROMPTS, "localField": "_id", "foreignField": "citizen", "as": into}
    own = [{"$match": {"matter": matter}}, {"$project": {"state": 1, "answered_at": 1}}]
    declined = {
        "$and": [{"$eq": ["$$one.state", PromptState.DECLINED]}, {"$gt": ["$$one.answered_at", since]}]
    }
    told = {
        "open": {"$anyElementTrue": {"$map": _each(into, {"$in": ["$$one.state", list(OPEN)]})}},
        "declined": {"$anyElementTrue": {"$map": _each(into, declined)}},
    }
    return [{"$lookup": theirs | {"pipeline": own}}, {"$set": {into: {"$mergeObjects": [told]}}}]


def _each(of: str, told: Document) -> Document:
    return {"input": f"${of}", "as": "one", "in": told}


def last_decline(house: House, citizen: str, matter: str) -> datetime | None:
    """When the citizen last said no to a matter."""
    found = house.db[PROMPTS].find_one(
        {"citizen": citizen, "matter": matter, "state": PromptState.DECLINED},
        {"answered_at": 1},
        sort=[("answered_at", -1)],
    )
    return found["answered_at"] if found else None


def due_prompts(house: House, now: datetime, limit: int) -> list[Document]:
    """Prompts whose time to be shown has come, the longest waiting first."""
    found = house.db[PROMPTS].find({"show_at": {"$lte": now}, "state": {"$in": list(OPEN)}})
    return list(found.sort("show_at").limit(limit))


def note_filed(house: House, application: str, now: datetime) -> int:
    """Mark the accepted prompt behind an application as filed; returns how many."""
    done = house.db[PROMPTS].update_many(
        {"application": application, "state": PromptState.ACCEPTED, "settled": True},
        {"$set": {"state": PromptState.FILED, "updated_at": now}, "$inc": {"version": 1}},
    )
    return done.modified_count


def shown_lately(house: House, unit: Unit, citizen: str) -> list[datetime]:
    """When prompts were last shown to a citizen; read in the transaction that may show another."""
    found = house.db[PACES].find_one({"_id": citizen}, session=unit.session)
    return list(found["shown"]) if found else []


def pace_of(house: House, citizen: str) -> list[datetime]:
    """When prompts were last shown to a citizen."""
    found = house.db[PACES].find_one({"_id": citizen})
    return list(found["shown"]) if found else []


def note_shown(house: House, unit: Unit, citizen: str) -> None:
    """Count one shown prompt. Two at once conflict here, so that the weekly cap holds."""
    house.db[PACES].update_one(
        {"_id": citizen},
        {"$push": {"shown": {"$each": [unit.now], "$slice": -10}}},
        upsert=True,
        session=unit.session,
    )


def claim_sweep(house: House, rule: str, *, now: datetime, lease: timedelta) -> Document | None:
    """A rule's sweep record, taken for a while; None while another worker has it."""
    try:
        return house.db[SWEEPS].find_one_and_update(
            {"_id": rule, "leased_until": {"$not": {"$gt": now}}},
            {"$set": {"leased_until": now + lease}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
    except DuplicateKeyError:
        return None


def save_sweep(house: House, rule: str, changes: Document) -> None:
    """Keep how far a sweep has come."""
    house.db[SWEEPS].update_one({"_id": rule}, {"$set": changes})


def sweep_records(house: House) -> dict[str, Document]:
    """Every rule's sweep record by rule."""
    return {row["_id"]: row for row in house.db[SWEEPS].find()}
