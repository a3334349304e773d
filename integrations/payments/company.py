"""Orders and refunds as the payment company keeps them: an order is paid once, refunds never exceed it."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from pymongo import ASCENDING, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from integrations.departments.behaviour import Behaviours, Mode
from integrations.departments.database import Clock, Document, Store
from integrations.departments.notices import NoticeState, Outbox
from integrations.payments.shapes import OrderWish, RefundWish

NAME = "payments"
ORDER_LASTS = timedelta(hours=24)


class OrderConflict(Exception):
    """What is asked does not fit the order as it stands."""


class OrderUnknown(Exception):
    """There is no such order."""


class PaymentCompany:
    """The orders of everybody who collects money."""

    def __init__(self, store: Store, outbox: Outbox, behaviours: Behaviours, *, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._behaviours = behaviours
        self._clock = clock
        self._orders = store["payment_orders"]
        self._orders.create_index("cashier", unique=True)
        self._orders.create_index([("settled_at", ASCENDING)])

    def place(self, wish: OrderWish) -> Document:
        """Take an order; the same one again gives the same, with another amount a conflict."""
        now = self._clock()
        order = {
            "_id": wish.order,
            "amount": str(wish.amount),
            "subject": wish.subject,
            "notify_url": wish.notify_url,
            "return_url": wish.return_url,
            "cashier": secrets.token_urlsafe(24),
            "state": "open",
            "refunds": [],
            "refunded": "0.00",
            "placed_at": now,
            "expires_at": now + ORDER_LASTS,
            "settled_at": None,
        }
        try:
            self._orders.insert_one(order)
        except DuplicateKeyError:
            found = self.find(wish.order)
            if Decimal(found["amount"]) != wish.amount:
                raise OrderConflict("another amount was ordered under this number") from None
            # Who comes back to the cashier's page gets the whole time again.
            longer = {"$set": {"expires_at": order["expires_at"]}}
            self._orders.update_one({"_id": wish.order, "state": "open"}, longer)
            return found | longer["$set"]
        return order

    def find(self, order: str) -> Document:
        """An order by its number. Raises OrderUnknown."""
        found = self._orders.find_one({"_id": order})
        if found is None:
            raise OrderUnknown(order)
        return found

    def at_cashier(self, cashier: str) -> Document:
        """The order whose cashier's page this is. Raises OrderUnknown."""
        found = self._orders.find_one({"cashier": cashier})
        if found is None:
            raise OrderUnknown(cashier)
        return found

    def pay(self, cashier: str) -> Document:
        """The payer pays; a second press changes nothing. Raises OrderUnknown, OrderConflict."""

        def work(session: ClientSession) -> Document:
            now = self._clock()
            paid = self._orders.find_one_and_update(
                {"cashier": cashier, "state": "open", "expires_at": {"$gt": now}},
                {"$set": {"state": "paid", "settled_at": now, "trade": uuid4().hex}},
                return_document=ReturnDocument.AFTER,
                session=session,
            )
            if paid is not None:
                self._tell(paid, "paid", {"trade": paid["trade"], "amount": paid["amount"]}, session)
                return paid
            found = self._orders.find_one({"cashier": cashier}, session=session)
            if found is None:
                raise OrderUnknown(cashier)
            if found["state"] not in ("paid", "refunded"):
                raise OrderConflict("the order has expired or was closed")
            return found

        return self._store.transact(work)

    def close(self, order: str) -> Document:
        """Nobody may pay it any more. Raises OrderConflict when somebody did."""
        closed = self._orders.find_one_and_update(
            {"_id": order, "state": {"$in": ["open", "closed"]}},
            {"$set": {"state": "closed"}},
            return_document=ReturnDocument.AFTER,
        )
        if closed is None:
            self.find(order)
            raise OrderConflict("the order is already paid")
        return closed

    def refund(self, order: str, wish: RefundWish) -> Document:
        """Give money back; the same refund again changes nothing, more than was paid is a conflict."""

        def work(session: ClientSession) -> Document:
            found = self._orders.find_one({"_id": order}, session=session)
            if found is None:
                raise OrderUnknown(order)
            if any(one["refund"] == wish.refund for one in found["refunds"]):
                return found
            back = Decimal(found["refunded"]) + wish.amount
            if found["state"] not in ("paid", "refunded") or back > Decimal(found["amount"]):
                raise OrderConflict("that much was not paid")
            now = self._clock()
            entry = {"refund": wish.refund, "amount": str(wish.amount), "reason": wish.reason, "at": now}
            changed = self._orders.find_one_and_update(
                {"_id": order, "refunded": found["refunded"]},
                {
                    "$set": {"state": "refunded", "refunded": str(back)},
                    "$push": {"refunds": entry},
                },
                return_document=ReturnDocument.AFTER,
                session=session,
            )
            if changed is None:
                raise OrderConflict("another refund was made at the same moment")
            self._tell(changed, "refunded", {"refund": wish.refund, "amount": str(wish.amount)}, session)
            return changed

        return self._store.transact(work)

    def statement(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Every order settled in a stretch of time, for reconciliation."""
        where = {"settled_at": {"$gte": since, "$lt": until}}
        return [shown(one) for one in self._orders.find(where).sort("settled_at").limit(10_000)]

    def _tell(self, order: Document, event: str, details: Document, session: ClientSession) -> None:
        now = self._clock()
        conduct = self._behaviours.of(NAME)
        event_id = uuid4().hex
        body = {
            "event_id": event_id,
            "department": NAME,
            "order": order["_id"],
            "event": event,
            "at": now.isoformat(),
            "details": details,
        }
        late = 3600.0 if conduct.mode is Mode.ANSWERS_LATE else 0.0
        notice = {
            "_id": event_id,
            "url": order["notify_url"],
            "stream": f"payment:{order['_id']}",
            "order": len(order["refunds"]),
            "body": body,
            "state": NoticeState.WAITING.value,
            "due": now + timedelta(seconds=late),
            "lease": now,
            "tries": 0,
            "copies": 2 if conduct.mode is Mode.ANSWERS_TWICE else 1,
        }
        self._outbox.put([notice], session)


def shown(order: Document) -> dict[str, Any]:
    """An order as its merchant sees it."""
    settled = order["settled_at"]
    return {
        "order": order["_id"],
        "amount": order["amount"],
        "state": order["state"],
        "refunded": order["refunded"],
        "trade": order.get("trade"),
        "settled_at": settled.isoformat() if settled else None,
        "cashier": f"/cashier/{order['cashier']}",
    }
