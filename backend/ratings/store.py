"""Ratings, one an application."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from backend.core.errors import not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.troubles.store import Found
from backend.workbench.case_store import TRAIL

RATINGS = declare(
    "ratings",
    Index("application", unique=True),
    Index([("department", 1), ("created_at", -1), ("_id", -1)]),
    Index(
        [("department", 1), ("follow_up.state", 1), ("follow_up.due", 1)],
        partial={"follow_up.state": {"$exists": True}},
    ),
    Index(
        [("follow_up.state", 1), ("follow_up.contact_due", 1)],
        partial={"follow_up.state": {"$exists": True}},
    ),
    Index([("follow_up.state", 1), ("follow_up.due", 1)], partial={"follow_up.state": {"$exists": True}}),
    Index([("created_at", -1), ("_id", -1)], partial={"follow_up.appeal.by": {"$exists": True}}),
)


def not_contacted(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Bad ratings that nobody called back about in time."""
    return _late(house, now, among, states=["open"], due="contact_due")


def not_settled(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Bad ratings whose follow-up did not come to its end in time."""
    return _late(house, now, among, states=["open", "contacted"], due="due")


def _late(
    house: House, now: datetime, among: Collection[str] | None, *, states: list[str], due: str
) -> Iterator[Found]:
    where: Document = {"follow_up.state": {"$in": states}, f"follow_up.{due}": {"$lt": now}}
    if among is not None:
        where["_id"] = {"$in": sorted(among)}
    for row in house.db[RATINGS].find(where, {"department": 1, f"follow_up.{due}": 1}):
        moment = row["follow_up"][due]
        yield Found(row["_id"], row["department"], moment.isoformat(), moment)


def insert(house: House, unit: Unit, rating: Document) -> None:
    """Store a rating. Raises DuplicateKeyError for a second one."""
    house.db[RATINGS].insert_one(rating, session=unit.session)


def find(house: House, rating: str, **where: Any) -> Document:
    """A rating by its own id. Raises ``not-found``."""
    found = house.db[RATINGS].find_one({"_id": rating, **where})
    if found is None:
        raise not_found("评价")
    return found


def find_of(house: House, application: str) -> Document | None:
    """The rating of an application."""
    return house.db[RATINGS].find_one({"application": application})


def list_of(house: House, department: str, page: PageQuery, **where: Any) -> Page:
    """One page of a department's ratings, newest first."""
    return read_page(house.db[RATINGS], {"department": department, **where}, page)


def list_appeals(house: House, staff: str, department: str | None, page: PageQuery) -> Page:
    """One page of appeals to be reviewed by somebody else: of any department but this one, newest first."""
    where: Document = {
        "follow_up.appeal.by": {"$exists": True, "$ne": staff},
        "follow_up.appeal.granted": None,
        "handlers": {"$ne": staff},
    }
    if department:
        where["department"] = {"$ne": department}
    return read_page(house.db[RATINGS], where, page)


def change(house: House, unit: Unit, rating: Document, sets: Document) -> Document | None:
    """Change a rating if nobody else did since it was read."""
    return house.db[RATINGS].find_one_and_update(
        {"_id": rating["_id"], "version": rating["version"]},
        {"$set": sets | {"updated_at": unit.now}, "$inc": {"version": 1}},
        return_document=ReturnDocument.AFTER,
        session=unit.session,
    )


def who_had(house: House, application: str) -> list[str]:
    """The staff who did anything with an application on the workbench, as its trail names them."""
    return [str(mark) for mark in house.db[TRAIL].distinct("by", {"case": application})]


def count_by_department(house: House, bad_from: int) -> list[Document]:
    """Per department: ratings, bad ones, and bad ones that were closed; excluded ones left out."""
    bad = {"$lte": ["$level", bad_from]}
    closed = {"$and": [bad, {"$eq": ["$follow_up.state", "closed"]}]}
    steps: list[Document] = [
        {"$match": {"excluded": False}},
        {
            "$group": {
                "_id": "$department",
                "ratings": {"$sum": 1},
                "bad": {"$sum": {"$cond": [bad, 1, 0]}},
                "closed": {"$sum": {"$cond": [closed, 1, 0]}},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    return list(house.db[RATINGS].aggregate(steps))
