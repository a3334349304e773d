"""Data corrections (数据异议): a citizen says that a fact is wrong; its owner department answers.

One comes from a prompt ("wrong data", without a path), or names a value of the profile and what it
should be. The department changes its own registry; the change comes back as a notice of facts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem, not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.profiles.paths import read_path
from backend.troubles.store import Found
from backend.workbench.roles import DATA_OFFICE

CORRECTIONS = declare(
    "corrections",
    Index([("state", 1), ("due", 1)]),
    Index("prompt", unique=True, partial={"prompt": {"$type": "string"}}),
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
    Index([("citizen", 1), ("path", 1)], unique=True, partial={"state": "open", "path": {"$type": "string"}}),
    Index(
        [("department", 1), ("state", 1), ("due", 1), ("_id", 1)], partial={"department": {"$type": "string"}}
    ),
)
# A prompt's "wrong data" names no value, so no department's clock runs: this long the facts may take.
OWNERLESS = timedelta(days=7)
LABELS = {
    "open": "等部门核实",
    "accepted": "部门已认定有误，正在更正",
    "corrected": "部门已更正",
    "refused": "部门核实无误",
}


def open_correction(house: House, unit: Unit, citizen: str, *, prompt: str | None, note: str) -> str:
    """Record that the facts behind a prompt are disputed; one prompt gives one record. Returns its id."""
    fresh: Document = {
        "_id": house.new_id(),
        "citizen": citizen,
        "note": house.cipher.encrypt(note),
        "state": "open",
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    if prompt is not None:
        earlier = house.db[CORRECTIONS].find_one({"prompt": prompt}, {"_id": 1}, session=unit.session)
        if earlier:
            return str(earlier["_id"])
        fresh["prompt"] = prompt
    house.db[CORRECTIONS].insert_one(fresh, session=unit.session)
    unit.emit("correction.opened", correction=fresh["_id"], citizen=citizen)
    return str(fresh["_id"])


def keep_dispute(house: House, unit: Unit, dispute: Document) -> Document:
    """Record that one value is disputed. Raises ``conflict`` while an earlier one of it is open."""
    try:
        house.db[CORRECTIONS].insert_one(dispute, session=unit.session)
    except DuplicateKeyError as error:
        raise Problem("conflict", "这一项您已经提过异议，正在等部门核实。") from error
    unit.emit("correction.opened", correction=dispute["_id"], citizen=dispute["citizen"])
    return dispute


def settle_dispute(house: House, unit: Unit, dispute: Document, changes: Document) -> Document:
    """Keep the department's answer. Raises ``conflict`` when it was answered before."""
    answered = house.db[CORRECTIONS].find_one_and_update(
        {"_id": dispute["_id"], "state": "open"},
        {"$set": changes | {"updated_at": unit.now}},
        return_document=ReturnDocument.AFTER,
        session=unit.session,
    )
    if answered is None:
        raise Problem("conflict", "这条异议已经答复过了。")
    unit.emit("correction.answered", correction=dispute["_id"], citizen=dispute["citizen"])
    return answered


def note_corrected(
    house: House, unit: Unit, citizen: str, profile: Mapping[str, Any], departments: Iterable[str]
) -> list[str]:
    """Mark what its department accepted and now says otherwise; returns the corrections' ids.

    ``profile`` is the opened profile with what these departments just said.
    """
    where = {"citizen": citizen, "state": "accepted", "department": {"$in": sorted(departments)}}
    done: list[str] = []
    for kept in house.db[CORRECTIONS].find(where, session=unit.session):
        found: Document = house.cipher.open(kept)
        if str(read_path(profile, found["path"])) == found["value"]:
            continue
        sets = {"state": "corrected", "corrected_at": unit.now, "updated_at": unit.now}
        one = {"_id": found["_id"], "state": "accepted"}
        house.db[CORRECTIONS].update_one(one, {"$set": sets}, session=unit.session)
        unit.emit("correction.corrected", correction=found["_id"], citizen=citizen)
        done.append(str(found["_id"]))
    return done


def find_dispute(house: House, correction: str, **where: str) -> Document:
    """A correction, opened. Raises ``not-found``."""
    found = house.db[CORRECTIONS].find_one({"_id": correction, **where})
    if found is None:
        raise not_found("数据异议")
    opened: Document = house.cipher.open(found)
    return opened


def list_corrections(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of a citizen's corrections, newest first, opened."""
    found = read_page(house.db[CORRECTIONS], {"citizen": citizen}, page)
    return Page([house.cipher.open(item) for item in found.items], found.next_cursor)


def late_corrections(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Corrections that nobody answered in time; those without an owner are the data office's to find one."""
    ownerless = {"department": {"$exists": False}, "created_at": {"$lt": now - OWNERLESS}}
    where: Document = {"state": "open", "$or": [{"due": {"$lt": now}}, ownerless]}
    if among is not None:
        where["_id"] = {"$in": sorted(among)}
    for row in house.db[CORRECTIONS].find(where, ["department", "due", "created_at"]):
        since = row.get("due") or row["created_at"] + OWNERLESS
        yield Found(row["_id"], row.get("department") or DATA_OFFICE, since.isoformat(), since)


def list_disputes(house: House, department: str, state: str, page: PageQuery) -> Page:
    """One page of what a department has to answer, the nearest deadline first; values stay sealed."""
    where = {"department": department, "state": state}
    return read_page(house.db[CORRECTIONS], where, page, by="due", order=ASCENDING)


def view_correction(correction: Document) -> dict[str, Any]:
    """A correction as its citizen is told of it."""
    due, answered = correction.get("due"), correction.get("answered_at")
    corrected = correction.get("corrected_at")
    return {
        "id": correction["_id"],
        "prompt": correction.get("prompt"),
        "section": correction.get("section"),
        "path": correction.get("path"),
        "should_be": correction.get("should_be"),
        "department": correction.get("department"),
        "note": correction["note"],
        "state": correction["state"],
        "state_label": LABELS.get(correction["state"], correction["state"]),
        "reason": correction.get("reason"),
        "due": due.isoformat() if due else None,
        "answered_at": answered.isoformat() if answered else None,
        "corrected_at": corrected.isoformat() if corrected else None,
        "created_at": correction["created_at"].isoformat(),
    }
