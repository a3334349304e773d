"""Asking for shared data: the data office checks in two working days, the owner answers in five (or ten)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from backend.applications.moving import due_within
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.sharing import store
from backend.sharing.catalogue import Item, Share, get_item
from backend.workbench.officer import Officer
from backend.workbench.roles import DATA_OFFICE

CHECK_DAYS = 2
ANSWER_DAYS = 5
ANSWER_DAYS_OFF_PLATFORM = 10
SETTLE_DAYS = 5


class RequestState(StrEnum):
    """Where a request stands."""

    CHECKING = "checking"
    SENT_BACK = "sent-back"
    ANSWERING = "answering"
    GRANTED = "granted"
    REFUSED = "refused"
    DISPUTED = "disputed"
    UPHELD = "upheld"


LABELS: dict[RequestState, str] = {
    RequestState.CHECKING: "数据主管部门审查中",
    RequestState.SENT_BACK: "不符合要求，已退回",
    RequestState.ANSWERING: "等提供部门答复",
    RequestState.GRANTED: "已授权",
    RequestState.REFUSED: "提供部门拒绝",
    RequestState.DISPUTED: "争议协调中",
    RequestState.UPHELD: "协调后仍不共享",
}


@dataclass(frozen=True)
class Answer:
    """Somebody's yes or no to a request, with the reason, and the days a grant lasts."""

    yes: bool
    reason: str = ""
    days: int = 365
    scene: str = ""


def request_item(
    house: House, officer: Officer, *, item: str, matter: str, use: str, scene: str, days: int
) -> Document:
    """Ask for an item for a matter of one's department; what is shared freely is granted at once.

    Raises ``not-found``, ``not-shareable``, ``invalid-request`` for another department's matter.
    """
    wanted, about = get_item(item), catalogue().get(matter)
    if about.department != officer.department:
        raise Problem("invalid-request", "只能为本部门的事项申请。")
    if wanted.share is Share.NEVER:
        raise Problem("not-shareable", f"“{wanted.name}”不予共享。依据：{wanted.basis}。")
    if wanted.department in (None, officer.department) or wanted.share is Share.FREELY:
        raise Problem("conflict", f"“{wanted.name}”不用申请，可以直接使用。")
    now = house.clock.now()
    request: Document = {
        "_id": house.new_id(),
        "item": item,
        "owner": wanted.department,
        "department": officer.department,
        "matter": matter,
        "use": use,
        "scene": scene,
        "days": days,
        "state": RequestState.CHECKING.value,
        "due": due_within(now, CHECK_DAYS),
        "late": False,
        "history": [_line(now, officer, "申请", use)],
        "created_at": now,
    }
    logger().info("sharing.requested", item=item, matter=matter, department=officer.department)
    return store.insert_request(house, request)


def check_request(house: House, officer: Officer, request: Document, answer: Answer) -> Document:
    """The data office's conformity check (符合性审查). Raises ``not-allowed``, ``conflict``."""
    _must_stand(request, RequestState.CHECKING)
    _must_be(officer, DATA_OFFICE)
    if not answer.yes:
        return _move(house, officer, request, RequestState.SENT_BACK, what="退回", text=answer.reason)
    item = get_item(request["item"])
    return _move(
        house,
        officer,
        request,
        RequestState.ANSWERING,
        what="审查通过",
        text=answer.reason,
        days=_answer_days(item),
    )


def answer_request(house: House, officer: Officer, request: Document, answer: Answer) -> Document:
    """The owner's answer: a grant, or a refusal with its reason. Raises ``not-allowed``, ``conflict``."""
    _must_stand(request, RequestState.ANSWERING)
    _must_be(officer, request["owner"])
    if not answer.yes:
        return _move(house, officer, request, RequestState.REFUSED, what="拒绝", text=answer.reason)
    return _grant(house, officer, request, answer, "授权")


def dispute_request(house: House, officer: Officer, request: Document, answer: Answer) -> Document:
    """The asking department does not accept a refusal: the data office mediates."""
    _must_stand(request, RequestState.REFUSED)
    _must_be(officer, request["department"])
    return _move(
        house, officer, request, RequestState.DISPUTED, what="提出争议", text=answer.reason, days=SETTLE_DAYS
    )


def settle_request(house: House, officer: Officer, request: Document, answer: Answer) -> Document:
    """What the mediation came to: a grant, or the refusal upheld."""
    _must_stand(request, RequestState.DISPUTED)
    _must_be(officer, DATA_OFFICE)
    if not answer.yes:
        return _move(house, officer, request, RequestState.UPHELD, what="协调不成", text=answer.reason)
    return _grant(house, officer, request, answer, "协调后授权")


STEPS: dict[str, Callable[[House, Officer, Document, Answer], Document]] = {
    "check": check_request,
    "answer": answer_request,
    "dispute": dispute_request,
    "settle": settle_request,
}


def take_step(house: House, officer: Officer, request: str, step: str, answer: Answer) -> Document:
    """One step of a request. A no needs its reason. Raises ``invalid-request`` and what the steps raise."""
    if not answer.reason and (not answer.yes or step == "dispute"):
        raise Problem("invalid-request", "请写明理由。")
    return STEPS[step](house, officer, visible_request(house, officer, request), answer)


def visible_request(house: House, officer: Officer, request: str) -> Document:
    """A request that concerns one's department, or any for the data office. Raises ``not-found``."""
    found = store.get_request(house, request)
    if officer.department in (found["department"], found["owner"], DATA_OFFICE):
        return found
    return store.get_request(house, "")  # the same answer as for none


def end_grant(house: House, officer: Officer, grant: str, reason: str) -> Document:
    """The owner ends a grant; what was filled in stays, the next form is filled without."""
    ended = {"state": "ended", "ended_at": house.clock.now(), "ended_by": officer.id, "reason": reason}
    done = store.end_grant(house, officer.department, grant, ended)
    logger().info("sharing.ended", grant=grant, owner=officer.department)
    return done


def remind_late(house: House) -> int:
    """Mark the requests whose answer is late, so that supervisors see them; returns how many."""
    late = store.overdue_requests(house, house.clock.now())
    for request in late:
        store.move_request(house, request, {"$set": {"late": True}})
        logger().warning("sharing.late", request=request["_id"], state=request["state"])
    return len(late)


def view_request(request: Document) -> dict[str, Any]:
    """A request as departments see it."""
    item, departments = get_item(request["item"]), catalogue().departments
    due = request["due"]
    return {
        "id": request["_id"],
        "item": {"id": item.id, "name": item.name, "share": item.share.value},
        "owner": {"id": request["owner"], "name": departments[request["owner"]].name},
        "department": {"id": request["department"], "name": departments[request["department"]].name},
        "matter": request["matter"],
        "use": request["use"],
        "scene": request["scene"],
        "days": request["days"],
        "state": request["state"],
        "state_label": LABELS[RequestState(request["state"])],
        "due": due.isoformat() if due else None,
        "late": request["late"],
        "history": [line | {"at": line["at"].isoformat()} for line in request["history"]],
        "created_at": request["created_at"].isoformat(),
    }


def _grant(house: House, officer: Officer, request: Document, answer: Answer, what: str) -> Document:
    now = house.clock.now()
    days = min(answer.days, request["days"])
    # The grant first: a crash between the two leaves a request that is granted again, not one without effect.
    store.keep_grant(
        house,
        {
            "_id": store.grant_id(request["item"], request["matter"]),
            "item": request["item"],
            "owner": request["owner"],
            "department": request["department"],
            "matter": request["matter"],
            "scene": answer.scene or request["scene"],
            "basis": get_item(request["item"]).basis,
            "state": "active",
            "request": request["_id"],
            "created_at": now,
            "until": store.until(now, days),
        },
    )
    return _move(house, officer, request, RequestState.GRANTED, what=what, text=answer.reason)


def _move(
    house: House,
    officer: Officer,
    request: Document,
    state: RequestState,
    *,
    what: str,
    text: str,
    days: int | None = None,
) -> Document:
    now = house.clock.now()
    update = {
        "$set": {"state": state.value, "due": due_within(now, days) if days else None, "late": False},
        "$push": {"history": _line(now, officer, what, text)},
    }
    moved = store.move_request(house, request, update)
    logger().info("sharing.moved", request=request["_id"], state=state.value, staff=officer.id)
    return moved


def _line(now: datetime, officer: Officer, what: str, text: str) -> Document:
    return {"at": now, "department": officer.department, "by": officer.mark, "what": what, "text": text}


def _answer_days(item: Item) -> int:
    return ANSWER_DAYS if item.on_platform else ANSWER_DAYS_OFF_PLATFORM


def _must_stand(request: Document, state: RequestState) -> None:
    if request["state"] != state.value:
        label = LABELS[RequestState(request["state"])]
        raise Problem("move-not-allowed", f"这个申请{label}，现在不能这样办。", state=request["state"])


def _must_be(officer: Officer, department: str) -> None:
    if officer.department != department:
        raise Problem("not-allowed", "这一步由别的部门来做。")
