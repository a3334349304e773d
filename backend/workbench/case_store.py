"""Where the workbench keeps its own: the trail of each case, comments, opinions asked for, templates.

Cases themselves are applications: read here by the queue's indexes, changed by ``applications``.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.client_session import ClientSession

from backend.applications.store import APPLICATIONS
from backend.core.errors import Problem, not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare, declare_more
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.troubles.store import Found

# What lies at the service window, whoever worked on it; also the condition of its index.
LIES: Document = {"delivery.lies_since": {"$type": "date"}}
declare_more(
    APPLICATIONS,
    # Equal department and handling, a few states, in the order of the day promised: a merge of sorted runs.
    Index([("department", 1), ("handling.by", 1), ("state", 1), ("promised.due", 1), ("_id", 1)]),
    Index(
        [("handling.handler", 1), ("state", 1), ("promised.due", 1), ("_id", 1)],
        partial={"handling.handler": {"$type": "string"}},
    ),
    Index([("department", 1), ("promised.due", 1), ("_id", 1)], partial=LIES),
)
TRAIL = declare("case_trail", Index([("case", 1), ("at", -1), ("_id", -1)]))
COMMENTS = declare("case_comments", Index([("case", 1), ("created_at", -1), ("_id", -1)]))
OPINIONS = declare(
    "case_opinions",
    Index([("case", 1), ("created_at", -1), ("_id", -1)]),
    Index([("department", 1), ("state", 1), ("due", 1), ("_id", 1)]),
    Index([("state", 1), ("due", 1)]),
)
TEMPLATES = declare("case_templates", Index([("department", 1), ("created_at", -1), ("_id", -1)]))


def list_cases(house: House, where: Document, page: PageQuery) -> Page:
    """One page of cases, the day promised first."""
    return read_page(house.db[APPLICATIONS], where, page, by="promised.due", order=ASCENDING)


def find_case(house: House, case: str, session: ClientSession | None = None) -> Document | None:
    """A case whosoever's it is, but no draft: that is still its citizen's alone."""
    return house.db[APPLICATIONS].find_one({"_id": case, "state": {"$ne": "draft"}}, session=session)


def others_of(house: House, case: Document, limit: int = 50) -> list[Document]:
    """What else the same applicant filed with the same department, newest first."""
    where = {
        "citizen": case["citizen"],
        "organisation": case.get("organisation"),
        "department": case["department"],
        "state": {"$ne": "draft"},
        "_id": {"$ne": case["_id"]},
    }
    return list(house.db[APPLICATIONS].find(where).sort("created_at", -1).limit(limit))


def add_trail(house: House, unit: Unit, case: str, *, by: str, what: str, text: str, **details: Any) -> None:
    """A line of the case's trail, in the transaction of what it tells of."""
    line = {
        "_id": house.new_id(),
        "case": case,
        "at": unit.now,
        "by": by,
        "what": what,
        "text": house.cipher.encrypt(text) if text else None,
        "details": details,
    }
    house.db[TRAIL].insert_one(line, session=unit.session)


def list_trail(house: House, case: str, page: PageQuery) -> Page:
    """One page of a case's trail, newest first."""
    return read_page(house.db[TRAIL], {"case": case}, page, by="at")


def insert(house: House, collection: str, document: Document, unit: Unit | None = None) -> Document:
    """Keep a new comment, opinion or template."""
    house.db[collection].insert_one(document, session=unit.session if unit else None)
    return document


def list_comments(house: House, case: str, page: PageQuery) -> Page:
    """One page of a case's comments, newest first."""
    return read_page(house.db[COMMENTS], {"case": case}, page)


def opinions_of(house: House, case: str) -> list[Document]:
    """The opinions asked for in a case, oldest first."""
    return list(house.db[OPINIONS].find({"case": case}).sort("_id").limit(50))


def list_opinions(house: House, where: Document, page: PageQuery) -> Page:
    """One page of opinions, the nearest deadline first."""
    return read_page(house.db[OPINIONS], where, page, by="due", order=ASCENDING)


def late_opinions(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Opinions that a department owes another beyond their time."""
    where: Document = {"state": "open", "due": {"$lt": now}}
    if among is not None:
        where["_id"] = {"$in": sorted(among)}
    for row in house.db[OPINIONS].find(where, ["department", "due"]):
        yield Found(row["_id"], row["department"], row["due"].isoformat(), row["due"])


def find_opinion(house: House, opinion: str) -> Document:
    """An opinion by id. Raises ``not-found``."""
    found = house.db[OPINIONS].find_one({"_id": opinion})
    if found is None:
        raise not_found("会签")
    return found


def close_opinion(house: House, unit: Unit, opinion: str, changes: Document) -> Document:
    """Answer or take back an open opinion. Raises ``conflict`` when it is not open any more."""
    done = house.db[OPINIONS].find_one_and_update(
        {"_id": opinion, "state": "open"},
        {"$set": changes},
        return_document=ReturnDocument.AFTER,
        session=unit.session,
    )
    if done is None:
        raise Problem("conflict", "这条会签已经答复或收回。")
    return done


def list_templates(house: House, department: str, page: PageQuery, **where: str) -> Page:
    """One page of a department's templates, newest first."""
    return read_page(house.db[TEMPLATES], {"department": department, **where}, page)


def find_template(house: House, department: str, template: str) -> Document:
    """A department's own template. Raises ``not-found``."""
    found = house.db[TEMPLATES].find_one({"_id": template, "department": department})
    if found is None:
        raise not_found("模板")
    return found


def change_template(house: House, department: str, template: str, changes: Document) -> Document:
    """Change a department's own template. Raises ``not-found``."""
    done = house.db[TEMPLATES].find_one_and_update(
        {"_id": template, "department": department},
        {"$set": changes},
        return_document=ReturnDocument.AFTER,
    )
    if done is None:
        raise not_found("模板")
    return done


def delete_template(house: House, department: str, template: str) -> None:
    """Remove a department's own template. Raises ``not-found``."""
    if not house.db[TEMPLATES].delete_one({"_id": template, "department": department}).deleted_count:
        raise not_found("模板")
