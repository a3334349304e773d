"""What a department may report, and what each report makes of an application."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.applications.applicant import subject_of
from backend.applications.moving import add_note, make_moves
from backend.applications.outgoing import fresh, proven
from backend.applications.states import LABELS, Move, State, next_state, path_to
from backend.applications.versions import matter_of
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document
from backend.delivery.sending import HELD, ready_to_send, way_of
from backend.profiles import facts

MOVES: dict[str, Move] = {
    "received": Move.RECEIVE,
    "accepted": Move.ACCEPT,
    "correction-requested": Move.CORRECT,
    "not-accepted": Move.REJECT,
    "returned": Move.RETURN,
    "reviewing": Move.ASSIGN,
    "checking": Move.CHECK,
    "deciding": Move.DECIDE,
    "suspended": Move.SUSPEND,
    "resumed": Move.RESUME,
    "extended": Move.EXTEND,
    "forwarded": Move.FORWARD,
    "approved": Move.APPROVE,
    "refused": Move.REFUSE,
    "licence-issued": Move.MAKE_LICENCE,
    "delivered": Move.DELIVER,
    "completed": Move.FINISH,
    "terminated": Move.TERMINATE,
    "revoked": Move.REVOKE,
    "voided": Move.VOID,
}
NOTES = ("opinion", "supplemented")
EVENTS = (*MOVES, *NOTES)
# Where an application may stand more than once: here an older report must not undo a newer one.
TURNING = frozenset({"correction-requested", "suspended", "resumed", "extended", "returned"})


def apply_report(house: House, unit: Unit, document: Document, event: Document) -> Document | None:
    """The application after a report; None when the report changes nothing any more.

    Raises NotAllowed for a second extension, ``calendar-ended``.
    """
    if not _is_of(house, document, event) or _is_stale(document, event):
        return None
    if event["event"] in NOTES:
        return _note(house, unit, document, event)
    if event["event"] == "returned":
        return _returned(house, unit, document, event)
    moves = path_to(State(document["state"]), MOVES[event["event"]])
    return None if moves is None else _apply(house, unit, document, event, moves)


def _is_of(house: House, document: Document, event: Document) -> bool:
    """Only the department that has the case speaks of it; joint ones give their opinions."""
    department = event.get("department")
    if department is None or department == document["department"]:
        return True
    return event["event"] == "opinion" and department in matter_of(house, document).joint


def _is_stale(document: Document, event: Document) -> bool:
    if event["event"] not in TURNING or not event.get("at"):
        return False
    filing, at = document["filing"], datetime.fromisoformat(event["at"])
    last = filing.get("reported_at")
    if last is None or at > last:
        return False
    return bool(at < last or filing.get("reported") == event["event"])


def _apply(house: House, unit: Unit, document: Document, event: Document, moves: list[Move]) -> Document:
    details: dict[str, Any] = event.get("details") or {}
    steps, state = [], State(document["state"])
    also = _filed(document, event, unit.now)
    held = _held(house, document, moves)
    if held:
        # The department is done, the applicant is not: the case ends when the parcel arrives, or is fetched.
        moves = moves[:-1]
        if not (document.get("delivery") or {}).get("way"):
            also["$set"]["delivery"] = ready_to_send(unit.now)
    for move in moves:
        state = next_state(state, move)
        steps.append((move, text_of(move, details) if move is moves[-1] else LABELS[state]))
    if steps and moves[-1] is Move.MAKE_LICENCE and details.get("licence"):
        licence = facts.note_licence(
            house, unit, subject_of(document), document["department"], details["licence"]
        )
        also["$addToSet"] = {"results": licence}
    by = document["department"]
    at = _told_at(event)
    if not steps:
        return add_note(house, unit, document, held, by=by, also=also, at=at)
    return make_moves(house, unit, document, steps, by=by, also=also, details=_details(details), at=at)


def _held(house: House, document: Document, moves: list[Move]) -> str:
    """Why a case goes on though its department is done with it; empty where it does not.

    A department that says by itself that it was delivered is believed.
    """
    if moves[-1] is not Move.FINISH or document["state"] == State.DELIVERED.value:
        return ""
    return HELD.get(way_of(house, document), "")


def _told_at(event: Document) -> datetime | None:
    """When the department says it happened: its clocks start there, however late we hear of it."""
    return datetime.fromisoformat(event["at"]) if event.get("at") else None


def _filed(document: Document, event: Document, now: datetime) -> Document:
    """The update for what every report proves: the department has the case, under this reference."""
    sets, pulls = proven(document, now)
    if event.get("reference"):
        sets["filing.reference"] = event["reference"]
    if event.get("at"):
        last, at = document["filing"].get("reported_at"), min(datetime.fromisoformat(event["at"]), now)
        if last is None or at >= last:
            sets |= {"filing.reported_at": at, "filing.reported": event["event"]}
    return {"$set": sets} | ({"$pull": pulls} if pulls else {})


def _details(details: dict[str, Any]) -> dict[str, Any]:
    """A department's details in the engine's words."""
    tolerance = details.get("tolerance")
    if isinstance(tolerance, dict):
        return details | {"later": list(tolerance.get("materials") or [])}
    if isinstance(tolerance, list):
        return details | {"later": tolerance}
    return details


def _note(house: House, unit: Unit, document: Document, event: Document) -> Document | None:
    details = event.get("details") or {}
    department = event.get("department") or document["department"]
    also = _filed(document, event, unit.now) if department == document["department"] else {}
    at = _told_at(event)
    if event["event"] == "supplemented":
        return add_note(house, unit, document, "部门已收到补交的材料", by=department, also=also, at=at)
    said = str(details.get("opinion") or details.get("text") or "已出具意见")
    also["$push"] = {
        "opinions": {
            "department": department,
            "opinion": said,
            "agrees": details.get("agrees", details.get("agree")),
            "at": unit.now,
        }
    }
    return add_note(house, unit, document, f"联办意见：{said}", by=department, also=also, at=at)


def _returned(house: House, unit: Unit, document: Document, event: Document) -> Document | None:
    """Back to the right department of the same matter where one is named, else to the applicant."""
    details = event.get("details") or {}
    to, matter = details.get("to"), matter_of(house, document)
    been = document["filing"].get("passed_by", [])
    others = {matter.department, *matter.joint} - {document["department"], *been}
    moves = path_to(State(document["state"]), Move.REDIRECT if to in others else Move.RETURN)
    if moves is None:
        return None
    if moves[-1] is Move.RETURN:
        return _apply(house, unit, document, event, moves)
    passed = [*been, document["department"]]
    also = {"$set": {"department": to, "filing": fresh(unit.now, passed_by=passed)}}
    steps = [(Move.REDIRECT, text_of(Move.REDIRECT, details))]
    by, at = document["department"], _told_at(event)
    changed = make_moves(house, unit, document, steps, by=by, also=also, at=at)
    unit.emit("application.submitted", application=document["_id"])
    return changed


def text_of(move: Move, details: dict[str, Any]) -> str:
    """The line of the timeline for a move, in plain words."""
    return TEXTS[move](details).strip()


def _said(*names: str) -> Callable[[dict[str, Any]], str]:
    return lambda details: " ".join(str(details[name]) for name in names if details.get(name))


def _corrections(details: dict[str, Any]) -> str:
    return "需要补正：" + "；".join(str(item.get("reason", "")) for item in details.get("items", []))


def _acceptance(details: dict[str, Any]) -> str:
    return (
        "主要材料齐全，容缺受理，缺的材料请在期限内补上" if details.get("tolerance") else "材料齐全，予以受理"
    )


def _suspension(details: dict[str, Any]) -> str:
    kind = details.get("kind") or "特别程序"
    return f"进入{kind}，期间不计入办理时限。{_said('reason')(details)}"


TEXTS: dict[Move, Callable[[dict[str, Any]], str]] = {
    Move.RECEIVE: lambda _: "部门已收件",
    Move.ACCEPT: _acceptance,
    Move.CORRECT: _corrections,
    Move.REJECT: lambda details: f"不予受理：{_said('reason', 'where')(details)}",
    Move.RETURN: lambda details: f"退回：{_said('reason', 'where')(details)}",
    Move.REDIRECT: lambda details: f"已转交有权办理的部门，不用重新申请。{_said('reason')(details)}",
    Move.ASSIGN: lambda _: "正在审查",
    Move.CHECK: lambda _: "正在审核",
    Move.DECIDE: lambda _: "等待作出决定",
    Move.SUSPEND: _suspension,
    Move.RESUME: lambda details: f"特别程序结束，继续办理。{_said('result')(details)}",
    Move.EXTEND: lambda details: f"经批准延长办理期限：{_said('reason')(details)}",
    Move.APPROVE: lambda details: _said("opinion")(details) or "审查通过，准予办理",
    Move.REFUSE: lambda details: f"不予许可：{_said('reason', 'remedy')(details)}",
    Move.MAKE_LICENCE: lambda _: "电子证照已签发",
    Move.DELIVER: lambda _: "结果已送达",
    Move.FINISH: lambda _: "已办结",
    Move.FORWARD: lambda details: (
        f"已转报{details.get('to') or '上级机关'}：{_said('reason', 'where')(details)}"
    ),
    Move.TERMINATE: lambda details: f"办理终止：{_said('reason')(details)}",
    Move.REVOKE: lambda details: f"决定被撤销：{_said('reason')(details)}",
    Move.VOID: lambda details: f"作废：{_said('reason')(details)}",
}
