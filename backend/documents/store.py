"""Documents and their numbers."""

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.core.house import House
from backend.core.mongo import Document, Index, declare

DOCUMENTS = declare(
    "documents",
    Index([("application", 1), ("kind", 1), ("occasion", 1)], unique=True),
    Index("number", unique=True),
    Index("code", unique=True),
    Index("sha256", partial={"sha256": {"$type": "string"}}),
)
COUNTERS = declare("document_counters")
IN_LISTS = ["kind", "number", "department", "content.title", "content.department", "issued_at", "size"]


def next_in_series(house: House, series: str) -> int:
    """The next number of a series; one that is not used in the end is left out."""
    counted = house.db[COUNTERS].find_one_and_update(
        {"_id": series}, {"$inc": {"last": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    assert counted is not None
    return int(counted["last"])


def known_occasions(house: House, application: str) -> set[tuple[str, str]]:
    """What an application has documents for already, as (kind, occasion)."""
    rows = house.db[DOCUMENTS].find({"application": application}, ["kind", "occasion"])
    return {(row["kind"], row["occasion"]) for row in rows}


def insert(house: House, document: Document) -> bool:
    """Store a document; False when its occasion has one already."""
    try:
        house.db[DOCUMENTS].insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def note_drawing(house: House, document: str, drawn: Document) -> bool:
    """Keep what the first drawing made of a document; False when another one was first."""
    first = {"_id": document, "file": None}
    return house.db[DOCUMENTS].update_one(first, {"$set": drawn}).modified_count == 1


def find(house: House, **where: Any) -> Document | None:
    """One document."""
    return house.db[DOCUMENTS].find_one(where)


def list_of(house: House, application: str) -> list[Document]:
    """An application's documents, the oldest first; some dozen at most."""
    found = house.db[DOCUMENTS].find({"application": application}, IN_LISTS)
    return list(found.sort([("issued_at", 1), ("_id", 1)]).limit(100))


def blank_drawing() -> Document:
    """What a document has before it was drawn."""
    nothing: datetime | None = None
    return {"file": None, "sha256": None, "size": None, "signature": None, "drawn_at": nothing}
