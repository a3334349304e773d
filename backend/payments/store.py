"""Orders, one an application, and what the payment company told of them."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare

PAYMENTS = declare(
    "payments",
    Index([("next_at", 1)], partial={"next_at": {"$type": "date"}}),
    Index([("state", 1), ("created_at", 1)]),
)
INBOX = declare("payment_inbox", Index("received_at", ttl=90 * 24 * 3600))
RECONCILIATIONS = declare("reconciliations", Index([("until", -1)]))
PAY_WITHIN = timedelta(days=3)


def fresh_order(application: Document, amount: str, now: datetime) -> Document:
    """An open order; its number is the application's id."""
    return {
        "_id": application["_id"],
        "citizen": application["citizen"],
        "amount": amount,
        "state": "open",
        "trade": None,
        "next_at": now + PAY_WITHIN,
        "created_at": now,
        "updated_at": now,
    }


def expect(house: House, unit: Unit, application: Document, amount: str) -> None:
    """Keep the order in the transaction that makes the fee due: from here its days are counted."""
    order = fresh_order(application, amount, unit.now)
    wanted = {"_id": order.pop("_id")}
    house.db[PAYMENTS].update_one(wanted, {"$setOnInsert": order}, upsert=True, session=unit.session)


def keep_order(house: House, order: Document) -> Document:
    """The application's order; the one already there wins."""
    try:
        house.db[PAYMENTS].insert_one(order)
    except DuplicateKeyError:
        found = house.db[PAYMENTS].find_one({"_id": order["_id"]})
        assert found is not None
        return found
    return order


def find(house: House, order: str, session: ClientSession | None = None) -> Document | None:
    """An order by its number, which is its application's id."""
    return house.db[PAYMENTS].find_one({"_id": order}, session=session)


def change(
    house: House, order: Document, sets: Document, *, now: datetime, session: ClientSession | None = None
) -> Document | None:
    """Change an order if its state is still as read; the new one, or None."""
    return house.db[PAYMENTS].find_one_and_update(
        {"_id": order["_id"], "state": order["state"]},
        {"$set": sets | {"updated_at": now}},
        return_document=ReturnDocument.AFTER,
        session=session,
    )


def change_any(house: House, order: Document, sets: Document) -> None:
    """Note something about an order wherever it stands."""
    house.db[PAYMENTS].update_one({"_id": order["_id"]}, {"$set": sets})


def take_in(house: House, unit: Unit, event: Document) -> None:
    """Remember a notice. Raises DuplicateKeyError for one already taken in."""
    house.db[INBOX].insert_one(
        {"_id": event["event_id"], "order": event["order"], "received_at": unit.now}, session=unit.session
    )


def due(house: House, now: datetime, limit: int = 200) -> list[Document]:
    """Orders that somebody has to look at."""
    return list(house.db[PAYMENTS].find({"next_at": {"$lte": now}}).sort("next_at").limit(limit))


def keep_reconciliation(house: House, report: dict[str, Any]) -> None:
    """What a comparison with the company's statement found."""
    house.db[RECONCILIATIONS].insert_one(report)


def first_of_before(house: House, moment: datetime) -> datetime | None:
    """When some order was made that is older than a moment; None when there is none."""
    found = house.db[PAYMENTS].find_one({"created_at": {"$lt": moment}}, {"created_at": 1})
    return found["created_at"] if found else None


def last_reconciled(house: House) -> datetime | None:
    """Until when the company's statement was compared last."""
    found = house.db[RECONCILIATIONS].find_one({}, {"until": 1}, sort=[("until", -1)])
    return found["until"] if found else None
