"""Paying a fee, taking in what the payment company tells, and giving money back.

One order an application, ever: its number is the application's id, here and at the company, so that
neither a second press nor a lost answer can take the money twice.
"""

from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.applications import applying
from backend.applications import store as applications
from backend.applications.applicant import find_own
from backend.applications.moving import make_move
from backend.applications.states import Move, State
from backend.applications.versions import matter_of
from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.payments import store
from integrations.gateways.failures import DepartmentConflict, DepartmentUnavailable
from integrations.gateways.payments import PaymentOrder

PAY_WITHIN = timedelta(days=3)
ASK_AGAIN = timedelta(minutes=1)
# Ends from which nothing comes for the money.
NOTHING_CAME = frozenset(
    {State.WITHDRAWN, State.REJECTED, State.RETURNED, State.REFUSED, State.TERMINATED, State.VOIDED}
)
OPEN, PAID, REFUNDING, REFUNDED, CLOSED = "open", "paid", "refunding", "refunded", "closed"


def start(house: House, citizen: str, application: str) -> dict[str, Any]:
    """Where to pay a fee. Raises ``not-found``, ``nothing-to-pay``, ``payment-unavailable``."""
    document = find_own(house, citizen, application)
    payment = document.get("payment") or {}
    if payment.get("state") != "due" or document["state"] != State.SUBMITTED.value:
        raise Problem("nothing-to-pay", "这个办件现在没有要付的钱。")
    now = house.clock.now()
    order = store.keep_order(
        house,
        {
            "_id": application,
            "citizen": document["citizen"],
            "amount": payment["amount"],
            "state": OPEN,
            "trade": None,
            "next_at": now + PAY_WITHIN,
            "created_at": now,
            "updated_at": now,
        },
    )
    if order["state"] != OPEN:
        raise Problem("nothing-to-pay", "这笔费用已经付过了。")
    try:
        placed = house.payments.place(
            order=application,
            amount=order["amount"],
            subject=f"{matter_of(house, document).name}（{document['number']}）",
            notify_url=f"{house.settings.own_url}/api/v1/departments/payments",
            return_url=house.settings.return_url,
        )
    except DepartmentUnavailable as error:
        raise Problem("payment-unavailable", "收银台暂时打不开，请稍后再付，办件会等您。") from error
    if placed.state == PAID:
        take_in(house, _as_notice(placed))
    return {
        "order": application,
        "amount": order["amount"],
        "state": OPEN if placed.state != PAID else PAID,
        "pay_url": f"{house.settings.departments_url.rstrip('/')}{placed.cashier}",
    }


def read(house: House, citizen: str, application: str) -> dict[str, Any]:
    """Where the fee of an application stands. Raises ``not-found`` when there is none."""
    document = find_own(house, citizen, application)
    payment = document.get("payment")
    if not payment:
        raise not_found("缴费")
    order = store.find(house, application) or {}
    return {
        "order": application,
        "amount": payment["amount"],
        "state": order.get("state", OPEN),
        "pay_url": None,
    }


def take_in(house: House, event: Document) -> str:
    """Apply what the company tells, once: ``applied``, ``duplicate`` or ``ignored``."""

    def record(unit: Unit) -> str:
        store.take_in(house, unit, event)
        order = store.find(house, event["order"], unit.session)
        if order is None:
            return "ignored"
        if event["event"] == "paid":
            return _paid(house, unit, order, event["details"])
        return _refunded(house, unit, order)

    try:
        outcome = commit(house, record)
    except DuplicateKeyError:
        outcome = "duplicate"
    logger().info("payment.told", order=event["order"], event_kind=event["event"], outcome=outcome)
    return outcome


def give_back_if_nothing_came(house: House, application: str) -> str:
    """Begin a refund when a paid application ended without what was paid for."""
    document = applications.find_any(house, application)
    order = store.find(house, application)
    if document is None or order is None or State(document["state"]) not in NOTHING_CAME:
        return "kept"
    now = house.clock.now()
    if order["state"] == OPEN:
        # Nobody shall pay for it any more; who did at this very moment gets it back by the notice.
        changed = store.change(house, order, {"state": CLOSED, "next_at": now}, now=now)
    elif order["state"] == PAID:
        changed = store.change(house, order, {"state": REFUNDING, "next_at": now}, now=now)
    else:
        return "kept"
    return look_after(house, changed) if changed else "kept"


def watch(house: House) -> int:
    """Look after every order whose moment has come. Returns how many."""
    due = store.due(house, house.clock.now())
    for order in due:
        look_after(house, order)
    return len(due)


def look_after(house: House, order: Document) -> str:
    """Do what an order waits for; tried again when the company does not answer."""
    now = house.clock.now()
    try:
        if order["state"] == REFUNDING:
            return _refund(house, order)
        if order["state"] == CLOSED:
            return _close(house, order)
        if order["state"] == OPEN:
            return _expire(house, order)
    except DepartmentUnavailable:
        store.change(house, order, {"next_at": now + ASK_AGAIN}, now=now)
        return "waits"
    store.change(house, order, {"next_at": None}, now=now)
    return "settled"


def _paid(house: House, unit: Unit, order: Document, details: Document) -> str:
    if order["state"] in (PAID, REFUNDING, REFUNDED):
        return "ignored"
    if details["amount"] != order["amount"]:
        logger().error("payment.amount-differs", order=order["_id"])
        return "ignored"
    document = applications.find_any(house, order["_id"], unit.session)
    waits = document is not None and document["state"] == State.SUBMITTED.value
    sets = {
        "state": PAID if waits else REFUNDING,
        "trade": details["trade"],
        "paid_at": unit.now,
        "next_at": None if waits else unit.now,
    }
    if store.change(house, order, sets, now=unit.now, session=unit.session) is None:
        raise Problem("conflict", "这笔订单刚刚有变化。")
    if document is not None and waits:
        applying.release_paid(house, unit, document)
    return "applied"


def _refunded(house: House, unit: Unit, order: Document) -> str:
    if order["state"] == REFUNDED:
        return "ignored"
    sets = {"state": REFUNDED, "next_at": None, "refunded_at": unit.now}
    if store.change(house, order, sets, now=unit.now, session=unit.session) is None:
        raise Problem("conflict", "这笔订单刚刚有变化。")
    unit.emit("payment.refunded", application=order["_id"], citizen=order["citizen"])
    return "applied"


def _refund(house: House, order: Document) -> str:
    house.payments.refund(
        order["_id"], refund=f"{order['_id']}-R", amount=order["amount"], reason="没有办成，全额退回"
    )
    now = house.clock.now()
    # The company's notice settles it; asked again when that notice does not come.
    store.change(house, order, {"next_at": now + timedelta(hours=1)}, now=now)
    return "refunding"


def _close(house: House, order: Document) -> str:
    now = house.clock.now()
    try:
        house.payments.close_order(order["_id"])
    except DepartmentConflict:
        # Paid in the meantime: its notice turns this into a refund.
        store.change(house, order, {"next_at": now + timedelta(hours=1)}, now=now)
        return "paid-meanwhile"
    store.change(house, order, {"next_at": None}, now=now)
    return "closed"


def _expire(house: House, order: Document) -> str:
    """三天没有付：申请作废，什么也没有收。"""
    document = applications.find_any(house, order["_id"])
    now = house.clock.now()
    if document is None or document["state"] != State.SUBMITTED.value:
        store.change(house, order, {"next_at": None}, now=now)
        return "settled"
    found = house.payments.find(order["_id"])
    if found.state == PAID:
        take_in(house, _as_notice(found))
        return "found-paid"
    closed = store.change(house, order, {"state": CLOSED, "next_at": now}, now=now)

    def void(unit: Unit) -> Document:
        text = "三天内没有缴费，申请作废；需要时可以重新申请"
        return make_move(house, unit, document, Move.VOID, by="clock", text=text)

    commit(house, void)
    return _close(house, closed) if closed else "conflict"


def _as_notice(order: PaymentOrder) -> Document:
    """What the company should have told, made from what it says when asked."""
    return {
        "event_id": f"asked-{order.order}-{order.trade}",
        "order": order.order,
        "event": "paid",
        "details": {"amount": order.amount, "trade": order.trade or ""},
    }


def reconcile(house: House, since: datetime, until: datetime) -> dict[str, Any]:
    """Compare a stretch of the company's statement with what we know, and mend what a lost notice left.

    Returns ``{since, until, orders, amount, mended, strange}``; strange ones are for people.
    """
    mended, strange, total, count = [], [], 0, 0
    for order in house.payments.statement(since, until):
        count += 1
        total += round(float(order.amount) * 100)
        ours = store.find(house, order.order)
        if ours is None or ours["amount"] != order.amount:
            strange.append(order.order)
        elif ours["state"] in (OPEN, CLOSED) and order.state == PAID:
            take_in(house, _as_notice(order))
            mended.append(order.order)
        elif ours["state"] == REFUNDING and order.state == REFUNDED:
            notice = _as_notice(order) | {"event_id": f"asked-{order.order}-refund", "event": "refunded"}
            take_in(house, notice)
            mended.append(order.order)
    report = {"since": since, "until": until, "orders": count, "amount": f"{total / 100:.2f}"}
    report |= {"mended": mended, "strange": strange}
    if strange:
        logger().error("payment.strange", orders=len(strange))
    store.keep_reconciliation(house, {"_id": house.new_id(), **report})
    return report
