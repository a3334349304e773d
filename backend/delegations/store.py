"""Delegations and memberships, each changed only under the state it was read in."""

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from backend.accounts.store import CITIZENS
from backend.core.errors import not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

DELEGATIONS = declare(
    "delegations",
    Index([("agent", 1), ("state", 1), ("_id", -1)]),
    Index([("principal_print", 1), ("state", 1), ("_id", -1)]),
    # A citizen's own list asks for any of the four: each is read in its order, and merged.
    Index([("principal", 1), ("created_at", -1), ("_id", -1)]),
    Index([("agent", 1), ("created_at", -1), ("_id", -1)]),
    Index([("principal_print", 1), ("created_at", -1), ("_id", -1)]),
    Index([("agent_print", 1), ("created_at", -1), ("_id", -1)]),
)
MEMBERSHIPS = declare(
    "memberships",
    Index([("organisation", 1), ("citizen_print", 1)], unique=True, partial={"open": True}),
    Index([("citizen", 1), ("state", 1)]),
    Index([("citizen_print", 1), ("state", 1)]),
    Index([("organisation", 1), ("open", 1), ("created_at", -1), ("_id", -1)]),
)  # fmt: skip


def put_principal(
    house: House, *, kind: str, name: str, identity_number: str, phone: str, now: datetime
) -> Document:
    """The record of a child or an organisation that others act for; made when it is new.

    It signs in nowhere: its phone's print is of a kind that no phone has.
    """
    marks = house.cipher.blind(identity_number)
    fresh: Document = {
        "_id": house.new_id(),
        "kind": kind,
        "name": name,
        "phone": house.cipher.encrypt(phone),
        "phone_print": house.cipher.blind(f"{kind}:{identity_number}"),
        "identity_number": house.cipher.encrypt(identity_number),
        "assurance": 5 if kind == "organisation" else 3,
        "consents": {},
        "muted_topics": [],
        "created_at": now,
        "version": 1,
    }
    citizens = house.db[CITIZENS]
    try:
        found = citizens.find_one_and_update(
            {"identity_print": marks},
            {"$setOnInsert": fresh},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
    except DuplicateKeyError:
        found = citizens.find_one({"identity_print": marks})
    assert found is not None
    return found


def insert(house: House, collection: str, document: Document, session: ClientSession | None = None) -> None:
    """Store a new delegation or membership. Raises DuplicateKeyError."""
    house.db[collection].insert_one(document, session=session)


def find(house: House, collection: str, document_id: str, **whose: Any) -> Document:
    """One delegation or membership of the right people. Raises ``not-found``."""
    found = house.db[collection].find_one({"_id": document_id, **whose})
    if found is None:
        raise not_found("授权")
    return found


def find_many(house: House, collection: str, where: Document, limit: int = 200) -> list[Document]:
    """Delegations or memberships, newest first."""
    return list(house.db[collection].find(where).sort("_id", -1).limit(limit))


def list_page(house: House, collection: str, where: Document, page: PageQuery) -> Page:
    """One page of delegations or memberships, newest first."""
    return read_page(house.db[collection], where, page)


def change(
    house: House,
    unit: Unit,
    collection: str,
    document: Document,
    changes: Document,
    *,
    note: str,
) -> Document | None:
    """Change one under the state and count it was read in; the new document, or None."""
    expected: Document = {key: document[key] for key in ("_id", "state", "uses_left") if key in document}
    return house.db[collection].find_one_and_update(
        expected,
        {"$set": changes | {"updated_at": unit.now}, "$push": {"history": {"at": unit.now, "text": note}}},
        return_document=ReturnDocument.AFTER,
        session=unit.session,
    )
