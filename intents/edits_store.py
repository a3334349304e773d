"""The operators' changes: a list that only grows, numbered without gaps, from which the draft follows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError

from backend.core.errors import Problem, not_found
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

CHANGES = declare(
    "intent_changes",
    Index([("at", -1), ("_id", -1)]),
    Index([("matter", 1), ("at", -1), ("_id", -1)]),
    Index([("act", 1), ("at", -1), ("_id", -1)]),
)
NUMBER = "{:08d}"
FIRST = NUMBER.format(0)
MOST_TRIES = 8
TAKEN = 11000  # MongoDB's code for a unique key that is there already
T = TypeVar("T")


def last_number(house: House) -> str:
    """The number of the newest change; FIRST when there is none."""
    newest = house.db[CHANGES].find_one({}, {"_id": 1}, sort=[("_id", DESCENDING)])
    return str(newest["_id"]) if newest else FIRST


def read_changes(house: House) -> list[Document]:
    """Every change, oldest first, with what the draft follows from."""
    only = ["kind", "matter", "act", "text", "key", "after"]
    return list(house.db[CHANGES].find({}, only).sort("_id", ASCENDING))


def append(
    house: House,
    make: Callable[[], Sequence[Document]],
    also: Callable[[ClientSession, Sequence[Document]], None] = lambda session, changes: None,
) -> list[Document]:
    """Append what ``make`` says of the present draft, and do ``also`` in the same transaction.

    Another operator may append between reading the draft and writing: the number is taken then, and
    ``make`` is asked anew. Raises ``conflict`` when that happens too often, and whatever ``make`` raises.
    """
    for _ in range(MOST_TRIES):
        last = int(last_number(house))
        changes = [
            {"_id": NUMBER.format(last + place), **change} for place, change in enumerate(make(), start=1)
        ]

        def write(session: ClientSession, changes: list[Document] = changes) -> None:
            if changes:
                house.db[CHANGES].insert_many(changes, session=session)
            also(session, changes)

        try:
            house.db.transaction(write)
        except BulkWriteError as error:
            if any(one["code"] != TAKEN for one in error.details["writeErrors"]):
                raise
            continue
        return changes
    raise Problem("conflict", "同事正在改动语料，请稍后再试。")


def find_change(house: House, change: str) -> Document:
    """One change. Raises ``not-found``."""
    found = house.db[CHANGES].find_one({"_id": change})
    if found is None:
        raise not_found("改动")
    return found


def newest_of(house: House, change: Document) -> Document:
    """The newest change of the same sentence or word at the same place."""
    same = {name: change[name] for name in ("kind", "matter", "key")}
    if change["matter"] is None:
        same["act"] = change["act"]
    return house.db[CHANGES].find_one(same, sort=[("_id", DESCENDING)]) or change


def list_changes(house: House, page: PageQuery, *, matter: str | None, act: str | None) -> Page:
    """One page of the history, newest first."""
    where = {name: value for name, value in (("matter", matter), ("act", act)) if value}
    return read_page(house.db[CHANGES], where, page, by="at")
