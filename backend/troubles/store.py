"""Troubles: one entry an occasion, however often it is met; imports no feature, so that all may use it."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession

from backend.core.errors import Problem, not_found
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.troubles.kinds import Kind

TROUBLES = declare(
    "troubles",
    Index([("since", -1), ("_id", -1)]),
    Index([("department", 1), ("settled_at", 1), ("since", -1), ("_id", -1)]),
    Index([("kind", 1), ("settled_at", 1), ("_id", 1)]),
    Index([("kind", 1), ("reference", 1)]),
    # What is still open stays; what was settled is kept as long as cases are complained of.
    Index("settled_at", ttl=2 * 366 * 24 * 3600, partial={"settled_at": {"$type": "date"}}),
)
CLOCK = "clock"
SETTLED = "这件事已经处理完了。"
BATCH = 500


@dataclass(frozen=True)
class Found:
    """Something met: what it refers to, whose it is, and which occasion (a due date, a reason)."""

    reference: str
    department: str
    occasion: str
    since: datetime


def entry_id(kind: Kind, reference: str, occasion: str) -> str:
    """The entry's id: the same occasion has the same, whoever meets it.

    >>> entry_id(Kind.OPINION_LATE, "o1", "a") == entry_id(Kind.OPINION_LATE, "o1", "b")
    False
    """
    return hashlib.sha256("\n".join((kind.value, reference, occasion)).encode()).hexdigest()[:32]


def raise_trouble(house: House, kind: Kind, found: Found, session: ClientSession | None = None) -> bool:
    """Keep a trouble, once an occasion; tells whether it is new. One that people settled stays settled."""
    write = _write(kind, found)
    new = house.db[TROUBLES].update_one(write[0], write[1], upsert=True, session=session).upserted_id
    if new is not None:
        logger().error("trouble.raised", trouble=new, kind=kind.value, reference=found.reference)
    return new is not None


def raise_all(house: House, kind: Kind, found: Iterable[Found]) -> int:
    """Keep many troubles of a kind; returns how many are new. What is known already costs no write."""
    coming, new = iter(found), 0
    while batch := {entry_id(kind, one.reference, one.occasion): one for one in islice(coming, BATCH)}:
        known = {row["_id"] for row in house.db[TROUBLES].find({"_id": {"$in": sorted(batch)}}, ["_id"])}
        fresh = [_write(kind, one) for entry, one in batch.items() if entry not in known]
        if fresh:
            writes = [UpdateOne(*one, upsert=True) for one in fresh]
            new += house.db[TROUBLES].bulk_write(writes, ordered=False).upserted_count
    if new:
        logger().error("trouble.raised", kind=kind.value, new=new)
    return new


def settle_by_itself(
    house: House, kind: Kind, references: Collection[str], session: ClientSession | None = None
) -> int:
    """Settle what came right without anybody; returns how many entries."""
    where = {"kind": kind.value, "settled_at": None, "reference": {"$in": sorted(references)}}
    sets = {"settled_at": house.clock.now(), "settled_by": CLOCK}
    return house.db[TROUBLES].update_many(where, {"$set": sets}, session=session).modified_count


def open_rows(house: House, kind: Kind, *, after: str = "") -> list[Document]:
    """Some of the open troubles of a kind by their ids, from after one: ``{_id, reference}``."""
    where = {"kind": kind.value, "settled_at": None, "_id": {"$gt": after}}
    return list(house.db[TROUBLES].find(where, {"reference": 1}).sort("_id").limit(BATCH))


def settle_entries(house: House, entries: Collection[str]) -> int:
    """Settle these entries by themselves; returns how many were open."""
    sets = {"settled_at": house.clock.now(), "settled_by": CLOCK}
    where = {"_id": {"$in": sorted(entries)}, "settled_at": None}
    return house.db[TROUBLES].update_many(where, {"$set": sets}).modified_count


def find_trouble(house: House, trouble: str, department: str | None) -> Document:
    """A trouble of a department, or any when that is None. Raises ``not-found``."""
    whose = {"department": department} if department else {}
    found = house.db[TROUBLES].find_one({"_id": trouble, **whose})
    if found is None:
        raise not_found("事项")
    return found


def settle(house: House, trouble: Document, *, by: str, note: str) -> Document:
    """Settle by hand. Raises ``conflict`` when it is settled already."""
    sets = {"settled_at": house.clock.now(), "settled_by": by, "note": house.cipher.encrypt(note)}
    settled = house.db[TROUBLES].find_one_and_update(
        {"_id": trouble["_id"], "settled_at": None},
        {"$set": sets},
        return_document=ReturnDocument.AFTER,
    )
    if settled is None:
        raise Problem("conflict", SETTLED)
    return settled


def list_troubles(house: House, page: PageQuery, **where: Any) -> Page:
    """One page of troubles, the latest first."""
    return read_page(house.db[TROUBLES], where, page, by="since")


def _write(kind: Kind, found: Found) -> tuple[Document, Document]:
    fresh = {
        "kind": kind.value,
        "reference": found.reference,
        "department": found.department,
        "occasion": found.occasion,
        "since": found.since,
        "settled_at": None,
        "settled_by": None,
        "note": None,
    }
    return {"_id": entry_id(kind, found.reference, found.occasion)}, {"$setOnInsert": fresh}
