"""督办: applications that are overdue stand on a list until somebody closes them with a reason."""

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from backend.core.errors import Problem, not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

SUPERVISION = declare(
    "supervision",
    Index([("opened_at", -1), ("_id", -1)]),
    Index([("department", 1), ("closed_at", 1), ("opened_at", -1), ("_id", -1)]),
)
REMINDERS = declare(
    "staff_reminders",
    Index([("department", 1), ("roles", 1), ("created_at", -1), ("_id", -1)]),
    Index([("handler", 1), ("created_at", -1), ("_id", -1)]),
    Index("created_at", ttl=180 * 24 * 3600),
)


def open_entry(house: House, unit: Unit, application: Document, *, why: str, due: datetime) -> bool:
    """Put an application on the list, once; one that is overdue again is opened again."""
    entries, application_id = house.db[SUPERVISION], application["_id"]
    reason = {"why": why, "due": due, "at": unit.now}
    found = entries.find_one({"_id": application_id}, session=unit.session)
    if found and any(one["why"] == why and one["due"] == due for one in found["reasons"]):
        return False
    fresh = {
        "number": application["number"],
        "matter": application["matter"],
        "department": application["department"],
        "handler": (application.get("handling") or {}).get("handler"),
        "closed_at": None,
        "closed_by": None,
        "closed_because": "",
    }
    update: Document = {"$set": fresh, "$push": {"reasons": reason}}
    update["$setOnInsert"] = {"opened_at": unit.now}
    entries.update_one({"_id": application_id}, update, upsert=True, session=unit.session)
    unit.emit("supervision.opened", application=application_id, department=application["department"], why=why)
    return True


def close_entry(house: House, unit: Unit, application: str, *, by: str, why: str) -> Document:
    """Take an application off the list. Raises ``not-found``, ``conflict`` when it is off already."""
    changed = _close(house, application, by=by, why=why, now=unit.now, session=unit.session)
    if changed is None:
        found = house.db[SUPERVISION].find_one({"_id": application}, session=unit.session)
        raise not_found("督办") if found is None else Problem("conflict", "这条督办已经销号。")
    unit.emit("supervision.closed", application=application, department=changed["department"], by=by)
    return changed


def close_if_over(house: House, unit: Unit, application: str) -> bool:
    """Close by itself what came to its end; the reasons stay readable."""
    return (
        _close(house, application, by="clock", why="已办结", now=unit.now, session=unit.session) is not None
    )


def list_entries(house: House, page: PageQuery, *, department: str | None = None, **where: Any) -> Page:
    """One page of the list, newest first; ``closed=False`` for what is open only."""
    query: Document = {"department": department} if department else {}
    if where.get("closed") is not None:
        query["closed_at"] = {"$ne": None} if where["closed"] else None
    return read_page(house.db[SUPERVISION], query, page, by="opened_at")


def put_reminder(house: House, unit: Unit, application: Document, *, name: str, **about: Any) -> None:
    """Remind staff of an application: ``duty``, ``roles``, ``due``. The same name is put once."""
    reminder: Document = {
        "application": application["_id"],
        "number": application["number"],
        "matter": application["matter"],
        "department": application["department"],
        "handler": (application.get("handling") or {}).get("handler"),
        "created_at": unit.now,
        **about,
    }
    reminder_id = f"{application['_id']}:{name}"
    house.db[REMINDERS].update_one(
        {"_id": reminder_id}, {"$setOnInsert": reminder}, upsert=True, session=unit.session
    )
    unit.emit(
        "staff.reminded",
        application=application["_id"],
        department=application["department"],
        handler=reminder["handler"],
        duty=about["duty"],
        roles=about["roles"],
    )


def list_reminders(
    house: House,
    page: PageQuery,
    *,
    department: str | None = None,
    role: str | None = None,
    handler: str | None = None,
) -> Page:
    """One page of reminders, newest first: a department's for a role, or one handler's own."""
    given = {"department": department, "roles": role, "handler": handler}
    query = {key: value for key, value in given.items() if value}
    return read_page(house.db[REMINDERS], query, page)


def _close(
    house: House, application: str, *, by: str, why: str, now: datetime, session: ClientSession
) -> Document | None:
    closing = {"closed_at": now, "closed_by": by, "closed_because": why}
    entries = house.db[SUPERVISION]
    open_one = {"_id": application, "closed_at": None}
    return entries.find_one_and_update(
        open_one, {"$set": closing}, session=session, return_document=ReturnDocument.AFTER
    )
