"""Grants, the requests that led to them, and how often each was used."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from pymongo import ASCENDING, InsertOne, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

from backend.core.errors import Problem, not_found
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.troubles.store import Found
from backend.workbench.roles import DATA_OFFICE

GRANTS = declare(
    "sharing_grants",
    Index([("department", 1), ("matter", 1), ("state", 1)]),
    Index([("owner", 1), ("created_at", -1), ("_id", -1)]),
    Index([("created_at", -1), ("_id", -1)]),
    Index([("state", 1), ("until", 1)]),
)
REQUESTS = declare(
    "sharing_requests",
    Index([("department", 1), ("created_at", -1), ("_id", -1)]),
    Index([("owner", 1), ("created_at", -1), ("_id", -1)]),
    Index([("state", 1), ("due", 1), ("_id", 1)]),
    Index([("created_at", -1), ("_id", -1)]),
)
USAGE = declare("sharing_usage", Index([("day", -1), ("_id", -1)]), Index([("matter", 1), ("day", -1)]))
DUPLICATE = 11000
WARNED_BEFORE = timedelta(days=30)
# Whose step a request waits for; None: its owner's.
WHOSE_TURN: dict[str, str | None] = {"checking": DATA_OFFICE, "answering": None, "disputed": DATA_OFFICE}


def grant_id(item: str, matter: str) -> str:
    """One grant an item and matter.

    >>> grant_id("fund", "fund-withdrawal-rent")
    'fund:fund-withdrawal-rent'
    """
    return f"{item}:{matter}"


def seed_grants(house: House, grants: Iterable[Document]) -> int:
    """Keep grants that are not there yet, whatever became of those that are; returns how many were new."""
    rows = list(grants)
    there = {
        row["_id"] for row in house.db[GRANTS].find({"_id": {"$in": [one["_id"] for one in rows]}}, ["_id"])
    }
    fresh = [InsertOne(one) for one in rows if one["_id"] not in there]
    if not fresh:
        return 0
    try:
        return house.db[GRANTS].bulk_write(fresh, ordered=False).inserted_count
    except BulkWriteError as error:
        if any(one["code"] != DUPLICATE for one in error.details["writeErrors"]):
            raise
        return int(error.details["nInserted"])


def granted_items(
    house: House, uses: Iterable[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], set[str]]:
    """The items that departments may use for matters now, by (department, matter)."""
    found: dict[tuple[str, str], set[str]] = {use: set() for use in uses}
    ways = [{"department": department, "matter": matter} for department, matter in found]
    if not ways:
        return found
    where = {"$or": ways, "state": "active", "until": {"$gt": now}}
    for row in house.db[GRANTS].find(where, {"department": 1, "matter": 1, "item": 1}):
        found[row["department"], row["matter"]].add(row["item"])
    return found


def keep_grant(house: House, grant: Document) -> None:
    """Put a grant in force, over whatever stood for that item and matter."""
    house.db[GRANTS].replace_one({"_id": grant["_id"]}, grant, upsert=True)


def end_grant(house: House, owner: str, grant: str, changes: Document) -> Document:
    """End a grant of one's own item. Raises ``not-found``."""
    done = house.db[GRANTS].find_one_and_update(
        {"_id": grant, "owner": owner, "state": "active"},
        {"$set": changes},
        return_document=ReturnDocument.AFTER,
    )
    if done is None:
        raise not_found("授权")
    return done


def list_grants(house: House, where: Document, page: PageQuery) -> Page:
    """One page of grants, newest first."""
    return read_page(house.db[GRANTS], where, page)


def insert_request(house: House, request: Document) -> Document:
    """Keep a new request."""
    house.db[REQUESTS].insert_one(request)
    return request


def get_request(house: House, request: str) -> Document:
    """A request. Raises ``not-found``."""
    found = house.db[REQUESTS].find_one({"_id": request})
    if found is None:
        raise not_found("共享申请")
    return found


def move_request(house: House, request: Document, update: Document) -> Document:
    """Change a request that still stands where it was read. Raises ``conflict``."""
    moved = house.db[REQUESTS].find_one_and_update(
        {"_id": request["_id"], "state": request["state"]}, update, return_document=ReturnDocument.AFTER
    )
    if moved is None:
        raise Problem("conflict", "这个申请刚刚有变化，请刷新后再办。")
    return moved


def list_requests(house: House, where: Document, page: PageQuery) -> Page:
    """One page of requests, newest first."""
    return read_page(house.db[REQUESTS], where, page)


def overdue_requests(house: House, now: datetime, limit: int = 200) -> list[Document]:
    """Requests whose answer is late and that nobody was told of yet."""
    where = {"state": {"$in": ["checking", "answering", "disputed"]}, "due": {"$lt": now}, "late": False}
    return list(house.db[REQUESTS].find(where).sort("due", ASCENDING).limit(limit))


def late_requests(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Requests whose next step did not come in time, each with whose step it is."""
    where: Document = {"state": {"$in": sorted(WHOSE_TURN)}, "due": {"$lt": now}}
    if among is not None:
        where["_id"] = {"$in": sorted(among)}
    for row in house.db[REQUESTS].find(where, ["state", "due", "owner"]):
        department = WHOSE_TURN[row["state"]] or row["owner"]
        yield Found(row["_id"], department, f"{row['state']}:{row['due'].isoformat()}", row["due"])


def ending_grants(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Grants that end soon, or did, for the department that uses them: only it knows whether to ask anew."""
    where: Document = {"state": "active", "until": {"$lt": now + WARNED_BEFORE}}
    if among is not None:
        where["_id"] = {"$in": sorted(among)}
    for row in house.db[GRANTS].find(where, ["department", "until"]):
        since = row["until"] - WARNED_BEFORE
        yield Found(row["_id"], row["department"], row["until"].isoformat(), since)


def count_use(house: House, *, day: datetime, matter: str, department: str, items: Iterable[str]) -> None:
    """Count one use of each item for a matter on a day; losing the newest counts is no harm."""
    writes = [
        UpdateOne(
            {"_id": f"{day:%Y-%m-%d}:{matter}:{item}"},
            {
                "$inc": {"uses": 1},
                "$setOnInsert": {"day": day, "matter": matter, "department": department, "item": item},
            },
            upsert=True,
        )
        for item in items
    ]
    if writes:
        quick = house.db[USAGE].with_options(write_concern=WriteConcern(w=1, j=False))
        quick.bulk_write(writes, ordered=False)


def list_usage(house: House, where: Document, page: PageQuery) -> Page:
    """One page of the log of use, newest day first."""
    return read_page(house.db[USAGE], where, page, by="day")


def until(now: datetime, days: int) -> datetime:
    """When a grant of some days ends."""
    return now + timedelta(days=days)
