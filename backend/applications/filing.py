"""Filing with the department, and taking in what it reports back."""

import random
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.accounts import store as accounts
from backend.applications import store
from backend.applications.applying import emit_change, entry, open_values, promised_date
from backend.applications.clock import deadline
from backend.applications.form import needed_materials
from backend.applications.states import LABELS, Move, State, next_state, path_to
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.matters.terms import Period
from backend.matters.terms import Unit as ClockUnit
from backend.profiles import facts
from integrations.gateways.contract import CaseFiling, Material
from integrations.gateways.failures import (
    DepartmentConflict,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentUnavailable,
)

LONGEST_WAIT = timedelta(minutes=5)
CALL_LASTS = timedelta(seconds=30)
MOVES: dict[str, Move] = {
    "received": Move.RECEIVE,
    "accepted": Move.ACCEPT,
    "correction-requested": Move.CORRECT,
    "not-accepted": Move.REJECT,
    "reviewing": Move.ASSIGN,
    "approved": Move.APPROVE,
    "refused": Move.REFUSE,
    "licence-issued": Move.MAKE_LICENCE,
    "completed": Move.FINISH,
}


def file_application(house: House, application: str) -> str:
    """Hand a submitted application to its department; doing it twice files it once.

    The application's number is the idempotency key and was stored before the first call, so
    that a crash between the call and its answer finds the same case again. Returns what happened.
    """
    document = store.find_any(house, application)
    if document is None:
        return "gone"
    if document["filing"].get("next_at") is None:
        return "already"
    try:
        return _hand_over(house, document)
    except (DepartmentConflict, DepartmentProtocolError, DepartmentUnavailable) as error:
        return _try_later(house, document, error)
    except DepartmentRejected as error:
        return _sent_back(house, document, error)


def _hand_over(house: House, document: Document) -> str:
    if document["filing"].get("reference"):
        if document["filing"].get("kind") != "supplement":
            store.settle_filing(house, document["_id"], next_at=None)
            return "already"
        _supplement(house, document)
        return "supplemented"
    if not store.start_filing(house, document["_id"], until=house.clock.now() + CALL_LASTS):
        return "moved"
    filed = house.departments.file_case(document["department"], _case(house, document))
    # Not conditional on the state: a quick department may have reported before this answer was kept.
    store.note_filing(
        house,
        document["_id"],
        {"reference": filed.reference, "next_at": None, "filed_at": house.clock.now(), "error": None},
    )
    logger().info("application.filed", application=document["_id"], reference=filed.reference)
    return "filed"


def file_waiting(house: House) -> int:
    """Try every filing that is due: what crashed, waited or was refused for now. Returns how many."""
    due = store.due_filings(house, house.clock.now())
    for application in due:
        file_application(house, application)
    return len(due)


def take_in(house: House, event: Document) -> str:
    """Apply a department's report once. Returns ``applied``, ``duplicate`` or ``ignored``.

    Reports may come twice, late or before an earlier one: a later one implies the steps before it,
    and an earlier one that arrives afterwards changes nothing.
    """
    if store.already_taken_in(house, event["event_id"]):
        return "duplicate"

    def record(unit: Unit) -> str:
        inbox = {"_id": event["event_id"], "event": event["event"], "application": event["application"]}
        store.take_in(house, unit, inbox)
        document = store.find_by_number(house, event["application"], unit.session)
        if document is None:
            return "ignored"
        moves = path_to(State(document["state"]), MOVES[event["event"]])
        if moves is None:
            return "ignored"
        _apply(house, unit, document, event, moves)
        return "applied"

    try:
        outcome = commit(house, record)
    except DuplicateKeyError:
        outcome = "duplicate"
    logger().info(
        "application.reported", event_kind=event["event"], number=event["application"], outcome=outcome
    )
    return outcome


def _apply(house: House, unit: Unit, document: Document, event: Document, moves: list[Move]) -> None:
    matter = catalogue().get(document["matter"])
    details: dict[str, Any] = event.get("details") or {}
    state = State(document["state"])
    lines, sets = [], Document()
    for move in moves:
        state = next_state(state, move)
        said = _text(move, details) if move is moves[-1] else LABELS[state]
        lines.append(entry(unit.now, state, said, by=document["department"]))
        if move is Move.ACCEPT:
            sets |= _acceptance(unit.now, matter)
    sets |= {"state": state.value, "filing.next_at": None}
    if event.get("reference"):
        sets["filing.reference"] = event["reference"]
    if moves[-1] is Move.CORRECT:
        sets["correction"] = _correction(unit.now, details)
    update: Document = {"$set": sets, "$push": {"timeline": {"$each": lines}}}
    if moves[-1] is Move.MAKE_LICENCE and details.get("licence"):
        licence = facts.note_licence(
            house, unit, document["citizen"], document["department"], details["licence"]
        )
        update["$addToSet"] = {"results": licence}
    changed = store.change(house, document, update, now=unit.now, session=unit.session)
    if changed is None:
        raise RuntimeError(f"{document['_id']} moved inside the transaction")
    emit_change(unit, changed)


def _acceptance(now: datetime, matter: Matter) -> Document:
    promised = promised_date(now, matter)
    return {"accepted_at": now, "promised": {"due": promised.due, "provisional": promised.provisional}}


def _correction(now: datetime, details: dict[str, Any]) -> Document:
    items = details.get("items", [])
    days = int(details.get("days") or 5)
    due = deadline(now, Period(amount=days, unit=ClockUnit.WORKING_DAY)).due
    fields = [item["field"] for item in items if item.get("field")]
    return {"items": items, "fields": fields, "due": due}


TEXTS: dict[Move, str] = {
    Move.RECEIVE: "部门已收件",
    Move.ACCEPT: "材料齐全，予以受理",
    Move.ASSIGN: "正在审查",
    Move.APPROVE: "审查通过，准予办理",
    Move.MAKE_LICENCE: "电子证照已签发",
    Move.FINISH: "已办结",
}


def _text(move: Move, details: dict[str, Any]) -> str:
    if move is Move.CORRECT:
        reasons = "；".join(str(item.get("reason", "")) for item in details.get("items", []))
        return f"需要补正：{reasons}"
    if move is Move.REJECT:
        return f"不予受理：{details.get('reason', '')} {details.get('where', '')}".strip()
    if move is Move.REFUSE:
        return f"不予许可：{details.get('reason', '')} {details.get('remedy', '')}".strip()
    opinion = str(details.get("opinion", "") or "")
    return opinion if move is Move.APPROVE and opinion else TEXTS[move]


def _case(house: House, document: Document) -> CaseFiling:
    matter = catalogue().get(document["matter"])
    person = accounts.get_citizen(house, document["citizen"])
    case = {
        "matter": document["matter"],
        "application": document["number"],
        "service": matter.service,
        "applicant": {
            "name": person["name"],
            "identity_number": person["identity_number"],
            "phone": person["phone"],
        },
        **_contents(house, document, matter),
        "result": matter.result.model_dump(),
        "callback_url": f"{house.settings.own_url}/api/v1/departments/callbacks",
    }
    return CaseFiling.model_validate(case)


def _contents(house: House, document: Document, matter: Matter) -> Document:
    values = open_values(house, document)
    profile = facts.get_profile(house, document["citizen"])
    uploads = {one["material"]: one["sha256"] for one in document["uploads"]}
    needed = needed_materials(matter, values, profile, list(uploads))
    return {
        "form": {name: one["value"] for name, one in values.items()},
        "materials": [
            {"id": need.material.id, "licence": need.licence, "file_sha256": uploads.get(need.material.id)}
            for need in needed
            if need.status in ("exempt", "uploaded")
        ],
    }


def _supplement(house: House, document: Document) -> None:
    contents = _contents(house, document, catalogue().get(document["matter"]))
    house.departments.supplement(
        document["department"],
        document["filing"]["reference"],
        form=contents["form"],
        materials=[Material.model_validate(one) for one in contents["materials"]],
    )
    store.settle_filing(house, document["_id"], next_at=None)


def _try_later(house: House, document: Document, error: Exception) -> str:
    attempts = int(document["filing"].get("attempts", 0)) + 1
    wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(attempts, 9)))
    # Jitter keeps a department that comes back from meeting everybody at once.
    wait *= 0.75 + random.random() / 2
    store.settle_filing(
        house,
        document["_id"],
        next_at=house.clock.now() + wait,
        attempts=attempts,
        error=type(error).__name__,
    )
    why = type(error).__name__
    logger().warning("application.filing-waits", application=document["_id"], attempts=attempts, why=why)
    return "waits"


def _sent_back(house: House, document: Document, error: DepartmentRejected) -> str:
    items = [{"field": one.field, "reason": one.reason} for one in error.errors]
    event = {
        "event_id": f"rejected-{document['number']}-{document['version']}",
        "application": document["number"],
        "event": "correction-requested",
        "details": {"items": items, "days": 5},
    }
    store.settle_filing(house, document["_id"], next_at=None)
    take_in(house, event)
    return "sent-back"
