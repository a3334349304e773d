"""Paying a fee, taking in what the payment company tells, and giving money back.

One order an application, ever: its number is the application's id, here and at the company, so that
neither a second press nor a lost answer can take the money twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.applications import applying
from backend.applications import store as applications
from backend.applications.applicant import find_own
from backend.applications.moving import add_note, make_move
from backend.applications.states import Move, State
from backend.applications.versions import matter_of
from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.payments import store
from backend.troubles.kinds import Kind
from backend.troubles.store import Found, raise_trouble, settle_by_itself
from backend.workbench.roles import DATA_OFFICE
from integrations.gateways.failures import CaseNotFound, DepartmentConflict, DepartmentUnavailable
from integrations.gateways.payments import PaymentOrder

ASK_AGAIN = timedelta(minutes=1)
# For what only people or the next notice can settle.
MUCH_LATER = timedelta(hours=1)
MOST_FAILURES = 3
# Ends from which nothing comes for the money.
NOTHING_CAME = frozenset(
    {State.WITHDRAWN, State.REJECTED, State.RETURNED, State.REFUSED, State.TERMINATED, State.VOIDED}
)
UNDONE = frozenset({State.VOIDED, State.REVOKED})
OPEN, PAID, REFUNDING, REFUNDED, CLOSED = "open", "paid", "refunding", "refunded", "closed"
NOT_OPEN = {
    PAID: "这笔费用已经付过了。",
    REFUNDING: "这笔费用正在退回，不用再付。",
    REFUNDED: "这笔费用已经退回，不用再付。",
    CLOSED: "这笔订单已经关闭，不用付了。",
}


def start(house: House, citizen: str, application: str) -> dict[str, Any]:
    """Where to pay a fee. Raises ``not-found``, ``nothing-to-pay``, ``payment-unavailable``."""
    document = find_own(house, citizen, application)
    payment = document.get("payment") or {}
    if payment.get("state") != "due" or document["state"] != State.SUBMITTED.value:
        raise Problem("nothing-to-pay", "这个办件现在没有要付的钱。")
    fresh = store.fresh_order(document, payment["amount"], house.clock.now())
    order = store.find(house, application) or store.keep_order(house, fresh)
    if order["state"] != OPEN:
        raise Problem("nothing-to-pay", NOT_OPEN[order["state"]])
    try:
        placed = house.payments.place(
            order=application,
            amount=order["amount"],
            subject=f"{matter_of(house, document).name[:50]}（{document['number']}）",
            notify_url=f"{house.settings.own_url}/api/v1/departments/payments",
            return_url=house.settings.return_url,
        )
    except DepartmentUnavailable as error:
        raise Problem("payment-unavailable", "收银台暂时打不开，请稍后再付，办件会等您。") from error
    if placed.state not in (OPEN, PAID):
        raise Problem("nothing-to-pay", NOT_OPEN[CLOSED])
    if placed.state == PAID:
        take_in(house, _as_notice(placed))
    return {
        "order": application,
        "amount": order["amount"],
        "state": placed.state,
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


def owes_back(document: Mapping[str, Any]) -> bool:
    """Whether nothing came of an application for the money, and the fee has to go back.

    What was granted and then undone keeps its fee, unless the department says that the fault was its own.

    >>> granted = [{"state": "approved"}, {"state": "done"}]
    >>> owes_back({"state": "voided", "timeline": granted, "fault": None})
    False
    >>> owes_back({"state": "voided", "timeline": granted, "fault": "department"})
    True
    >>> owes_back({"state": "voided", "timeline": [{"state": "submitted"}]})
    True
    """
    state = State(document["state"])
    if state in UNDONE and any(line["state"] == State.APPROVED.value for line in document["timeline"]):
        return document.get("fault") == "department"
    return state in NOTHING_CAME


def give_back_if_nothing_came(house: House, application: str) -> str:
    """Begin a refund when a paid application ended without what was paid for."""
    document = applications.find_any(house, application)
    order = store.find(house, application)
    if document is None or order is None or not owes_back(document):
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
        try:
            look_after(house, order)
        except Exception:
            # What nobody foresaw in one must not keep the others waiting.
            logger().exception("payment.watch-failed", order=order["_id"])
            _count_failure(house, order)
        else:
            if order.get("failed"):
                store.change_any(house, order, {"failed": 0})
                settle_by_itself(house, Kind.ORDER_STUCK, [order["_id"]])
    return len(due)


def look_after(house: House, order: Document) -> str:
    """Do what an order waits for; tried again when the company does not answer."""
    try:
        work = CARE.get(order["state"])
        if work is None:
            store.change(house, order, {"next_at": None}, now=house.clock.now())
            return "settled"
        return work(house, order)
    except DepartmentUnavailable:
        _put_off(house, order, ASK_AGAIN)
        return "waits"


def _paid(house: House, unit: Unit, order: Document, details: Document) -> str:
    if order["state"] in (PAID, REFUNDING, REFUNDED):
        return "ignored"
    document = applications.find_any(house, order["_id"], unit.session)
    if details["amount"] != order["amount"]:
        logger().error("payment.amount-differs", order=order["_id"])
        _for_people(house, order["_id"], Kind.PAYMENT_STRANGE, f"told:{details['amount']}", unit)
        return "ignored"
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
    if order["state"] != REFUNDING:
        if order["state"] != REFUNDED:
            logger().error("payment.refund-not-asked", order=order["_id"], state=order["state"])
            _for_people(house, order["_id"], Kind.PAYMENT_STRANGE, "refund-not-asked", unit)
        return "ignored"
    sets = {"state": REFUNDED, "next_at": None, "refunded_at": unit.now}
    if store.change(house, order, sets, now=unit.now, session=unit.session) is None:
        raise Problem("conflict", "这笔订单刚刚有变化。")
    settle_by_itself(house, Kind.REFUND_REFUSED, [order["_id"]], unit.session)
    document = applications.find_any(house, order["_id"], unit.session)
    if document is not None:
        also = {"$set": {"payment.state": REFUNDED}}
        add_note(house, unit, document, f"{order['amount']} 元已原路退回", by="payments", also=also)
    unit.emit("payment.refunded", application=order["_id"], citizen=order["citizen"])
    return "applied"


def _refund(house: House, order: Document) -> str:
    # Asked again until the company says that it is done; the same refund twice is one.
    _put_off(house, order, MUCH_LATER)
    try:
        answer = house.payments.refund(
            order["_id"], refund=f"{order['_id']}-R", amount=order["amount"], reason="没有办成，全额退回"
        )
    except DepartmentConflict:
        logger().error("payment.refund-refused", order=order["_id"])
        _for_people(house, order["_id"], Kind.REFUND_REFUSED, "refused")
        return "refused"
    if answer.state == REFUNDED:
        take_in(house, _as_notice(answer, "refunded"))
    return "refunding"


def _close(house: House, order: Document) -> str:
    """Nobody shall pay what nothing comes of."""
    if not _closed_there(house, order):
        return "paid-meanwhile"
    store.change(house, order, {"next_at": None}, now=house.clock.now())
    return "closed"


def _expire(house: House, order: Document) -> str:
    """三天没有付：先让谁也付不了，再把申请作废，什么也没有收。"""
    if not _closed_there(house, order):
        return "found-paid"

    def void(unit: Unit) -> str:
        sets = {"state": CLOSED, "next_at": None}
        if store.change(house, order, sets, now=unit.now, session=unit.session) is None:
            return "conflict"
        document = applications.find_any(house, order["_id"], unit.session)
        if document is None or document["state"] != State.SUBMITTED.value:
            return "closed"
        text = "三天内没有缴费，申请作废；需要时可以重新申请"
        also: Document = {"$set": {"payment.state": CLOSED, "filing.next_at": None, "filing.queue": []}}
        make_move(house, unit, document, Move.VOID, by="clock", text=text, also=also)
        return "voided"

    return commit(house, void)


def _count_failure(house: House, order: Document) -> None:
    """Tried again later, and shown to people once that does not help."""
    failed = int(order.get("failed", 0)) + 1
    store.change_any(house, order, {"failed": failed, "next_at": house.clock.now() + MUCH_LATER})
    if failed == MOST_FAILURES:
        _for_people(house, order["_id"], Kind.ORDER_STUCK, house.clock.now().isoformat())


def _for_people(house: House, order: str, kind: Kind, why: str, unit: Unit | None = None) -> None:
    """What neither side can mend by itself: for the staff of the case's department, or the data office."""
    session = unit.session if unit else None
    document = applications.find_any(house, order, session)
    department = document["department"] if document else DATA_OFFICE
    raise_trouble(house, kind, Found(order, department, why, house.clock.now()), session)


CARE: dict[str, Callable[[House, Document], str]] = {REFUNDING: _refund, CLOSED: _close, OPEN: _expire}


def _closed_there(house: House, order: Document) -> bool:
    """Have the company close an order; when somebody paid it meanwhile, take that in instead."""
    try:
        house.payments.close_order(order["_id"])
    except CaseNotFound:
        pass  # nobody ever went to the cashier
    except DepartmentConflict:
        _put_off(house, order, MUCH_LATER)
        take_in(house, _as_notice(house.payments.find(order["_id"])))
        return False
    return True


def _put_off(house: House, order: Document, wait: timedelta) -> None:
    now = house.clock.now()
    store.change(house, order, {"next_at": now + wait}, now=now)


def _as_notice(order: PaymentOrder, event: str = "paid") -> Document:
    """What the company should have told, made from what it says when asked."""
    return {
        "event_id": f"asked-{order.order}-{event}",
        "order": order.order,
        "event": event,
        "details": {"amount": order.amount, "trade": order.trade or ""},
    }


def reconcile(house: House, since: datetime, until: datetime) -> dict[str, Any]:
    """Compare a stretch of the company's statement with what we know, and mend what a lost notice left.

    Returns ``{since, until, orders, amount, mended, strange}``; strange ones are for people.
    """
    mended, strange, right, total, count = [], [], [], 0, 0
    for order in house.payments.statement(since, until):
        count += 1
        total += round(float(order.amount) * 100)
        ours = store.find(house, order.order)
        if ours is None or ours["amount"] != order.amount:
            strange.append(order)
        elif ours["state"] in (OPEN, CLOSED) and order.state == PAID:
            take_in(house, _as_notice(order))
            mended.append(order.order)
        elif ours["state"] == REFUNDING and order.state == REFUNDED:
            take_in(house, _as_notice(order, "refunded"))
            mended.append(order.order)
        elif order.state == REFUNDED and ours["state"] != REFUNDED:
            strange.append(order)
        else:
            right.append(order.order)
    report = {"since": since, "until": until, "orders": count, "amount": f"{total / 100:.2f}"}
    report |= {"mended": mended, "strange": [one.order for one in strange]}
    if strange:
        logger().error("payment.strange", orders=len(strange))
    for one in strange:
        # Another difference than the one that people settled is told again.
        _for_people(house, one.order, Kind.PAYMENT_STRANGE, f"statement:{one.state}:{one.amount}")
    settle_by_itself(house, Kind.PAYMENT_STRANGE, right + mended)
    store.keep_reconciliation(house, {"_id": house.new_id(), **report})
    return report
