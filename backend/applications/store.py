"""Applications and the inbox of departments' callbacks."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError, OperationFailure

from backend.applications.states import CLOSED
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.prepare import at_start
from backend.core.schemas import PageQuery

APPLICATIONS = declare(
    "applications",
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
    # In whose list it stands: its citizen's, its agent's, and of who answers for the organisation it is of.
    Index([("whose", 1), ("created_at", -1), ("_id", -1)]),
    Index(
        [("citizen", 1), ("matter", 1), ("organisation", 1), ("agent.citizen", 1), ("bundle", 1)],
        unique=True,
        partial={"state": "draft"},
    ),
    Index([("bundle", 1), ("matter", 1)], unique=True, partial={"bundle": {"$type": "string"}}),
    Index("watch_at", partial={"watch_at": {"$type": "date"}}),
    Index("number", unique=True, partial={"number": {"$type": "string"}}),
    Index([("filing.next_at", 1)], partial={"filing.next_at": {"$type": "date"}}),
    Index("filing.given_up_at", partial={"filing.given_up_at": {"$type": "date"}}),
    Index("filing.failing_since", partial={"filing.failing_since": {"$type": "date"}}),
    Index("delivery.next_at", partial={"delivery.next_at": {"$type": "date"}}),
)
NO_FAILURES: Document = {
    "filing.attempts": 0,
    "filing.refusals": 0,
    "filing.failing_since": None,
    "filing.error": None,
}
IN_LISTS = [
    "number", "matter", "state", "department", "channel", "promised.due", "promised.provisional", "light",
    "version", "created_at", "updated_at", "citizen", "agent", "organisation", "bundle",
    "delivery.lies_since",
]  # fmt: skip
OWN_PEOPLE = ["$citizen", {"$ifNull": ["$agent.citizen", "$citizen"]}]
# Whatever else happened (acceptance by silence, a decision on the workbench), the department gets the case.
NOT_TO_FILE = ["draft", "correction", "withdrawn", "terminated", "voided", "rejected", "returned"]
INBOX = declare("department_inbox", Index("received_at", ttl=90 * 24 * 3600))


def insert_draft(house: House, draft: Document) -> tuple[Document, bool]:
    """Store a new draft, or find the open one of the same matter; tells whether it is new."""
    try:
        house.db[APPLICATIONS].insert_one(draft)
        return draft, True
    except DuplicateKeyError:
        same = {key: draft[key] for key in ("citizen", "matter", "organisation", "bundle")}
        same["agent.citizen"] = (draft["agent"] or {}).get("citizen")
        found = house.db[APPLICATIONS].find_one(same | {"state": "draft"})
        return (found, False) if found else insert_draft(house, draft)


def insert_part(house: House, unit: Unit, application: Document) -> None:
    """Store a part of a bundle. Raises DuplicateKeyError when the bundle has it already."""
    house.db[APPLICATIONS].insert_one(application, session=unit.session)


def find_parts(house: House, bundle: str, session: ClientSession | None = None) -> list[Document]:
    """The applications that are parts of a bundle, the oldest first."""
    return list(house.db[APPLICATIONS].find({"bundle": bundle}, session=session).sort("created_at"))


def find_any(house: House, application: str, session: ClientSession | None = None) -> Document | None:
    """An application by id, for tasks."""
    return house.db[APPLICATIONS].find_one({"_id": application}, session=session)


def find_by_number(house: House, number: str, session: ClientSession | None = None) -> Document | None:
    """An application by its number, as departments name it."""
    return house.db[APPLICATIONS].find_one({"number": number}, session=session)


def find_earlier(house: House, application: Document, *, field: str, matter: str | None) -> Document | None:
    """The latest other application filed for the same applicant with a value in a field of this name.

    By the same person, too: who acts for somebody does not come by what others filled in for them.
    """
    where: Document = {
        "citizen": application["citizen"],
        "organisation": application.get("organisation"),
        "agent.citizen": (application.get("agent") or {}).get("citizen"),
        "number": {"$type": "string"},
        "_id": {"$ne": application["_id"]},
        f"fields.{field}.value": {"$exists": True},
    }
    if matter:
        where["matter"] = matter
    return house.db[APPLICATIONS].find_one(where, {f"fields.{field}": 1}, sort=[("created_at", -1)])


def list_own(house: House, citizen: str, page: PageQuery, /, **where: Any) -> Page:
    """One page of what stands in a citizen's list, newest first, each with IN_LISTS only."""
    return read_page(house.db[APPLICATIONS], {"whose": citizen, **where}, page, only=IN_LISTS)


def show_to(house: House, heads: Collection[str], /, **which: str) -> int:
    """Have applications stand in an organisation's heads' lists, and in no former one's; how many moved."""
    theirs = {"$setUnion": [OWN_PEOPLE, {"$literal": sorted(heads)}]}
    done = house.db[APPLICATIONS].update_many(which, [{"$set": {"whose": theirs}}])
    return done.modified_count


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
    # The form is most of an application; at the same version it is the one that was read.
    same = "fields" in application and not any(
        key.startswith("fields") for sets in update.values() for key in sets
    )
    found = house.db[APPLICATIONS].find_one_and_update(
        expected,
        update,
        projection={"fields": 0} if same else None,
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    return found | {"fields": application["fields"]} if found and same else found


def delete_draft(house: House, citizen: str, application: str) -> bool:
    """Remove a draft; False when there is none."""
    query = {"_id": application, "citizen": citizen, "state": "draft"}
    return house.db[APPLICATIONS].delete_one(query).deleted_count == 1


def claim_filing(house: House, application: Document, *, until: datetime) -> bool:
    """Take the next call to the department for a while; False when another has it or nothing waits."""
    read = {"_id": application["_id"], "filing.next_at": application["filing"]["next_at"]}
    return house.db[APPLICATIONS].update_one(read, {"$set": {"filing.next_at": until}}).matched_count == 1


def start_filing(house: House, application: str) -> bool:
    """Note that the first call is being made; False when the application moved meanwhile.

    From here on a withdrawal waits for the department's receipt.
    """
    claimed = house.db[APPLICATIONS].update_one(
        {"_id": application, "state": {"$nin": NOT_TO_FILE}, "filing.reference": None},
        {"$set": {"filing.started": True}},
    )
    return claimed.matched_count == 1


def note_filing(house: House, application: Document, filing: Document) -> bool:
    """Merge into the filing record unless a department reference is already there."""
    read = {"_id": application["_id"], "department": application["department"], "filing.reference": None}
    done = house.db[APPLICATIONS].update_one(
        read, {"$set": {f"filing.{key}": value for key, value in filing.items()}}
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


def settle_filing(house: House, application: Document, *, next_at: datetime | None, **filing: Any) -> None:
    """Say when the department is called next, or None for never; not when something new waits."""
    changes = {f"filing.{key}": value for key, value in filing.items()} | {"filing.next_at": next_at}
    claimed = {"_id": application["_id"], "filing.next_at": application["filing"]["next_at"]}
    house.db[APPLICATIONS].update_one(claimed, {"$set": changes})


def tell_no_more(house: House, application: Document, told: list[Document], *, now: datetime) -> None:
    """Take lines out of the queue; what is left, or came meanwhile, is told next."""
    house.db[APPLICATIONS].update_one(
        {"_id": application["_id"]},
        [{"$set": {"filing.queue": _without(told)}}, {"$set": NO_FAILURES | _next(application, now)}],
    )


def set_aside(
    house: House, application: Document, lost: list[Document], *, now: datetime, why: str, kind: str
) -> None:
    """Move lines from the queue to what people have to see to; what is left is told next."""
    aside = {"$concatArrays": [{"$ifNull": ["$filing.given_up", []]}, {"$literal": lost}]}
    noted = {"given_up": aside, "given_up_at": now, "given_up_as": kind, "error": why}
    house.db[APPLICATIONS].update_one(
        {"_id": application["_id"]},
        [
            {"$set": {f"filing.{key}": value for key, value in noted.items()}},
            {"$set": {"filing.queue": _without(lost)}},
            {"$set": NO_FAILURES | {"filing.error": why} | _next(application, now)},
        ],
    )


def take_up_again(
    house: House, application: str, *, now: datetime, session: ClientSession | None = None
) -> bool:
    """Put what was set aside before whatever waits, to be told now; False when nothing was."""
    queue = {"$concatArrays": [{"$ifNull": ["$filing.given_up", []]}, {"$ifNull": ["$filing.queue", []]}]}
    done = house.db[APPLICATIONS].update_one(
        {"_id": application, "filing.given_up_at": {"$type": "date"}},
        [
            {"$set": {"filing.queue": queue}},
            {"$set": NO_FAILURES | {"filing.given_up": [], "filing.given_up_at": None}},
            {"$set": {"filing.next_at": now}},
        ],
        session=session,
    )
    return done.modified_count == 1


def forget_failures(house: House, application: str) -> None:
    """What was tried in vain came right."""
    house.db[APPLICATIONS].update_one({"_id": application}, {"$set": NO_FAILURES})


def given_up(house: House, kind: str, among: Collection[str] | None) -> Iterator[Document]:
    """Applications of which something was given up that still has to be told."""
    # A paper that never came is of no use to a case that ended; a decision always is.
    still = [{"state": {"$nin": sorted(CLOSED)}}, {"filing.given_up.kind": {"$in": ["decide", "terminate"]}}]
    where: Document = {"filing.given_up_at": {"$type": "date"}, "filing.given_up_as": kind, "$or": still}
    if among is not None:
        where["_id"] = {"$in": sorted(among)}
    yield from house.db[APPLICATIONS].find(where, {"department": 1, "filing.given_up_at": 1})


def failing_departments(house: House, before: datetime) -> list[Document]:
    """Departments for which something has waited in vain since before a moment: ``{_id, since}``."""
    waits = {"filing.failing_since": {"$lt": before}, "filing.next_at": {"$type": "date"}}
    oldest = {"_id": "$department", "since": {"$min": "$filing.failing_since"}}
    return list(house.db[APPLICATIONS].aggregate([{"$match": waits}, {"$group": oldest}]))


def _without(lines: list[Document]) -> Document:
    gone = {"$in": ["$$this.id", [one["id"] for one in lines]]}
    return {"$filter": {"input": {"$ifNull": ["$filing.queue", []]}, "cond": {"$not": gone}}}


def _next(application: Document, now: datetime) -> Document:
    """When the rest of the queue is told: now, or as whoever put more into it meanwhile said."""
    claimed = {"$eq": ["$filing.next_at", application["filing"]["next_at"]]}
    soon = {"$cond": [claimed, now, "$filing.next_at"]}
    return {"filing.next_at": {"$cond": [{"$eq": ["$filing.queue", []]}, None, soon]}}


def due_watches(house: House, now: datetime, limit: int) -> list[str]:
    """Applications whose clocks have to be looked at by now."""
    found = house.db[APPLICATIONS].find({"watch_at": {"$lte": now}}, {"_id": 1})
    return [row["_id"] for row in found.sort("watch_at").limit(limit)]


def put_off_watch(house: House, application: str, *, until: datetime) -> None:
    """Look at an application's clocks at a later moment; nothing else about it changes."""
    house.db[APPLICATIONS].update_one(
        {"_id": application, "watch_at": {"$ne": None}}, {"$set": {"watch_at": until}}
    )


def set_delivery(house: House, application: str, delivery: Document) -> None:
    """Keep how a document is on its way, unless it already is."""
    house.db[APPLICATIONS].update_one(
        {"_id": application, "delivery.way": None}, {"$set": {"delivery": delivery}}
    )


def waiting_for_carrier(house: House, now: datetime, limit: int = 200) -> list[str]:
    """Applications whose document the carrier did not take yet."""
    found = house.db[APPLICATIONS].find({"delivery.next_at": {"$lte": now}}, {"_id": 1}).limit(limit)
    return [row["_id"] for row in found]


def _drop_superseded(house: House) -> None:
    # A draft was once unique per citizen and matter, whoever acted and for whom; an agent's list had its own.
    for name in ("citizen_1_matter_1", "agent.citizen_1_created_at_-1__id_-1"):
        with suppress(OperationFailure):
            house.db[APPLICATIONS].drop_index(name)


def _queue_what_waits(house: House) -> None:
    # What the department was to be told was once a single word.
    house.db[APPLICATIONS].update_many(
        {"filing.next_at": {"$type": "date"}, "filing.queue": {"$exists": False}},
        [{"$set": {"filing.queue": [{"id": "only", "kind": {"$ifNull": ["$filing.kind", "file"]}}]}}],
    )


at_start(_drop_superseded)
at_start(_queue_what_waits)
