"""Messages: one for each thing worth telling, by a key that no second one may have."""

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from backend.core.errors import not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

MESSAGES = declare(
    "messages",
    Index("key", unique=True),
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
    Index("citizen", partial={"read": False}),
)


def was_told(house: House, key: str) -> bool:
    """Whether there is a message with this key."""
    return house.db[MESSAGES].find_one({"key": key}, {"_id": 1}) is not None


def insert_message(
    house: House, unit: Unit, *, citizen: str, key: str, kind: str, words: dict[str, str], **about: Any
) -> str:
    """Store a message, its words sealed: a reason may name people. Raises DuplicateKeyError."""
    message: Document = {
        "_id": house.new_id(),
        "citizen": citizen,
        "key": key,
        "kind": kind,
        "words": house.cipher.encrypt(words),
        "application": about.get("application"),
        "prompt": about.get("prompt"),
        "state": about.get("state"),
        "read": False,
        "read_at": None,
        "created_at": unit.now,
    }
    house.db[MESSAGES].insert_one(message, session=unit.session)
    return str(message["_id"])


def list_own(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of a citizen's messages, newest first, words opened."""
    found = read_page(house.db[MESSAGES], {"citizen": citizen}, page)
    return Page([house.cipher.open(item) for item in found.items], found.next_cursor)


def count_unread(house: House, citizen: str) -> int:
    """How many messages a citizen has not read; counting stops at 100."""
    return house.db[MESSAGES].count_documents({"citizen": citizen, "read": False}, limit=100)


def mark_read(house: House, citizen: str, message: str, now: datetime) -> Document:
    """Mark a citizen's own message as read; the first time counts. Raises ``not-found``."""
    messages = house.db[MESSAGES]
    own = {"_id": message, "citizen": citizen}
    changed = messages.find_one_and_update(
        own | {"read": False},
        {"$set": {"read": True, "read_at": now}},
        return_document=ReturnDocument.AFTER,
    )
    found = changed or messages.find_one(own)
    if found is None:
        raise not_found("消息")
    opened: Document = house.cipher.open(found)
    return opened
