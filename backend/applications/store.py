"""Applications and the inbox of departments' callbacks."""

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from backend.core.errors import not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

APPLICATIONS = declare(
    "applications",
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
    Index([("citizen", 1), ("matter", 1)], unique=True, partial={"state": "draft"}),
    Index("number", unique=True, partial={"number": {"$type": "string"}}),
    Index([("filing.next_at", 1)], partial={"filing.next_at": {"$type": "date"}}),
)
IN_LISTS = [
    "number", "matter", "state", "department", "channel", "promised", "version", "created_at", "updated_at",
]  # fmt: skip
INBOX = declare("department_inbox", Index("received_at", ttl=90 * 24 * 3600))


def insert_draft(house: House, draft: Document) -> tuple[Document, bool]:
    """Store a new draft, or find the open one of the same matter; tells whether it is new."""
    try:
        house.db[APPLICATIONS].insert_one(draft)
        return draft, True
    except DuplicateKeyError:
        found = house.db[APPLICATIONS].find_one(
            {"citizen": draft["citizen"], "matter": draft["matter"], "state": "draft"}
        )
        return (found, False) if found else insert_draft(house, draft)


def find_own(house: House, citizen: str, application: str, session: ClientSession | None = None) -> Document:
    """A citizen's own application. Raises ``not-found`` for another's as for none."""
    found = house.db[APPLICATIONS].find_one({"_id": application, "citizen": citizen}, session=session)
    if found is None:
        raise not_found("办件")
    return found


def find_any(house: House, application: str, session: ClientSession | None = None) -> Document | None:
    """An application by id, for tasks."""
    return house.db[APPLICATIONS].find_one({"_id": application}, session=session)


def find_by_number(house: House, number: str, session: ClientSession | None = None) -> Document | None:
    """An application by its number, as departments name it."""
    return house.db[APPLICATIONS].find_one({"number": number}, session=session)


def list_own(house: House, citizen: str, page: PageQuery, **where: Any) -> Page:
    """One page of a citizen's applications, newest first, each with IN_LISTS only."""
    return read_page(house.db[APPLICATIONS], {"citizen": citizen, **where}, page, only=IN_LISTS)


def change(
    house: House,
    application: Document,
    update: Document,
    *,
    now: datetime,
    session: ClientSession | None = None,
) -> Document | None:
    """Apply an update if state and version are still as read; the new document, or None."""
    update.setdefault("$set", {})["updated_at"] = now
    update.setdefault("$inc", {})["version"] = 1
    expected = {key: application[key] for key in ("_id", "state", "version")}
    return house.db[APPLICATIONS].find_one_and_update(
        expected, update, return_document=ReturnDocument.AFTER, session=session
    )


def delete_draft(house: House, citizen: str, application: str) -> bool:
    """Remove a draft; False when there is none."""
    query = {"_id": application, "citizen": citizen, "state": "draft"}
    return house.db[APPLICATIONS].delete_one(query).deleted_count == 1


def start_filing(house: House, application: str, *, until: datetime) -> bool:
    """Claim the call to the department until a moment; False when the application moved meanwhile.

    From here on a withdrawal waits for the department's receipt.
    """
    claimed = house.db[APPLICATIONS].update_one(
        {"_id": application, "state": "submitted", "filing.reference": None},
        {"$set": {"filing.next_at": until, "filing.started": True}},
    )
    return claimed.matched_count == 1


def note_filing(house: House, application: str, filing: Document) -> bool:
    """Merge into the filing record unless a department reference is already there."""
    done = house.db[APPLICATIONS].update_one(
        {"_id": application, "filing.reference": None},
        {"$set": {f"filing.{key}": value for key, value in filing.items()}},
    )
    return done.modified_count == 1


def due_filings(house: House, now: datetime, limit: int = 200) -> list[str]:
    """Applications whose filing should be tried (again) by now."""
    found = house.db[APPLICATIONS].find({"filing.next_at": {"$lte": now}}, {"_id": 1})
    return [row["_id"] for row in found.sort("filing.next_at").limit(limit)]


def take_in(house: House, unit: Unit, event: Document) -> None:
    """Remember a callback by its event id. Raises DuplicateKeyError for one already taken in."""
    house.db[INBOX].insert_one(event | {"received_at": unit.now}, session=unit.session)


def already_taken_in(house: House, event_id: str) -> bool:
    """Whether a callback came before."""
    return house.db[INBOX].find_one({"_id": event_id}, {"_id": 1}) is not None


def settle_filing(house: House, application: str, *, next_at: datetime | None, **filing: Any) -> None:
    """Say when the filing is tried next, or None that it is settled."""
    changes = {f"filing.{key}": value for key, value in filing.items()} | {"filing.next_at": next_at}
    house.db[APPLICATIONS].update_one({"_id": application}, {"$set": changes})
