"""The audit trail's collection: entries are inserted and read, never updated or removed."""

import random
import time
from collections.abc import Iterator
from datetime import date

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from backend.audit.chain import BEGINNING, entry_id, fingerprint_of, next_place
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

TRAIL = declare(
    "audit_trail",
    Index([("whose", 1), ("at", -1), ("_id", -1)]),
    Index([("who.id", 1), ("at", -1)]),
)
MOST_TRIES = 200


def append(house: House, body: Document) -> Document:
    """Add an entry at the end of the chain; of parallel writers each finds the next free place."""
    for attempt in range(MOST_TRIES):
        entry = _next(house, body)
        try:
            house.db[TRAIL].insert_one(entry)
            return entry
        except DuplicateKeyError:
            time.sleep(random.random() * 0.002 * min(attempt + 1, 10))
    raise RuntimeError("the audit trail takes no entry: too many writers at once")


def list_about(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of what was read of a citizen, newest first."""
    return read_page(house.db[TRAIL], {"whose": citizen}, page, by="at")


def in_order(house: House, *, since: date | None = None, until: date | None = None) -> Iterator[Document]:
    """The entries of some days, both included, in the chain's order."""
    bounds = {}
    if since:
        bounds["$gte"] = since.isoformat()
    if until:
        bounds["$lt"] = f"{until.isoformat()}0"  # after every "<day>/…"
    yield from house.db[TRAIL].find({"_id": bounds} if bounds else {}).sort("_id")


def last_before(house: House, day: date | None) -> str | None:
    """The fingerprint before a day's first entry; BEGINNING when nothing was before."""
    where = {"_id": {"$lt": day.isoformat()}} if day else {"_id": {"$lt": ""}}
    found = house.db[TRAIL].find_one(where, {"hash": 1}, sort=[("_id", DESCENDING)])
    return str(found["hash"]) if found else BEGINNING


def _next(house: House, body: Document) -> Document:
    # Local: an entry seen but not yet on a majority is rolled back only together with what follows it.
    trail = house.db[TRAIL].with_options(read_concern=ReadConcern("local"))
    last = trail.find_one({}, {"day": 1, "number": 1, "hash": 1}, sort=[("_id", DESCENDING)])
    now = house.clock.now()
    day, number = next_place(last, city_date(now))
    entry: Document = {"_id": entry_id(day, number), "day": day, "number": number, "at": now, **body}
    entry["previous"] = last["hash"] if last else BEGINNING
    return entry | {"hash": fingerprint_of(entry, house.cipher.blind)}
