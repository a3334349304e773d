"""Staff accounts and their sessions."""

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem, not_found
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

STAFF = declare(
    "staff",
    Index("name", unique=True),
    Index([("department", 1), ("created_at", -1), ("_id", -1)]),
)
SESSIONS = declare("staff_sessions", Index("staff"), Index("expires_at", ttl=0))


def insert_staff(house: House, account: Document) -> None:
    """Keep a new account. Raises ``conflict`` for a name that is taken."""
    try:
        house.db[STAFF].insert_one(account)
    except DuplicateKeyError as error:
        raise Problem("conflict", "这个用户名已经有人用了，请换一个。") from error


def staff_by_name(house: House, name: str) -> Document | None:
    """The account with this name."""
    return house.db[STAFF].find_one({"name": name})


def get_staff(house: House, staff: str) -> Document | None:
    """An account by id."""
    return house.db[STAFF].find_one({"_id": staff})


def colleague(house: House, department: str, staff: str) -> Document:
    """An account of one's own department. Raises ``not-found``."""
    found = house.db[STAFF].find_one({"_id": staff, "department": department})
    if found is None:
        raise not_found("账号")
    return found


def list_staff(house: House, department: str, page: PageQuery) -> Page:
    """One page of a department's accounts, newest first."""
    return read_page(house.db[STAFF], {"department": department}, page)


def change_staff(house: House, staff: str, version: int, changes: Document) -> Document:
    """Set fields of an account if it is still as read. Raises ``conflict``."""
    changed = house.db[STAFF].find_one_and_update(
        {"_id": staff, "version": version},
        {"$set": changes, "$inc": {"version": 1}},
        return_document=ReturnDocument.AFTER,
    )
    if changed is None:
        raise Problem("conflict", "这个账号刚刚有变化，请刷新后再改。")
    return changed


def note_failure(house: House, staff: str, *, most: int, until: datetime) -> None:
    """Count a wrong password; the last one allowed locks the account until a moment and starts anew."""
    counted = house.db[STAFF].find_one_and_update(
        {"_id": staff}, {"$inc": {"failures": 1}}, return_document=ReturnDocument.AFTER
    )
    if counted is not None and counted["failures"] >= most:
        house.db[STAFF].update_one(
            {"_id": staff, "failures": {"$gte": most}}, {"$set": {"failures": 0, "locked_until": until}}
        )


def note_success(house: House, staff: str, now: datetime) -> None:
    """Forget the wrong passwords."""
    house.db[STAFF].update_one(
        {"_id": staff}, {"$set": {"failures": 0, "locked_until": None, "signed_in_at": now}}
    )


def open_session(house: House, session: Document) -> None:
    """Keep a new session."""
    house.db[SESSIONS].insert_one(session)


def rotate_session(house: House, session: str, *, old: str, new: str, now: datetime) -> Document | None:
    """Exchange the refresh print if ``old`` is the present one; the session's end stays. None otherwise."""
    return house.db[SESSIONS].find_one_and_update(
        {"_id": session, "refresh_print": old, "ended_at": None, "expires_at": {"$gt": now}},
        {"$set": {"refresh_print": new}},
    )


def session_is_open(house: House, session: str, now: datetime) -> bool:
    """Whether a session was neither ended nor ran out."""
    where: dict[str, Any] = {"_id": session, "ended_at": None, "expires_at": {"$gt": now}}
    return house.db[SESSIONS].find_one(where, {"_id": 1}) is not None


def end_sessions(house: House, where: Document, now: datetime) -> int:
    """End the open sessions that fit; returns how many."""
    done = house.db[SESSIONS].update_many(where | {"ended_at": None}, {"$set": {"ended_at": now}})
    return done.modified_count
