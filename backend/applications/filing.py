"""Filing with the department, and taking in what it reports back."""

import random
from collections.abc import Callable
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from backend.applications import bundling, store
from backend.applications.branches import apply_report
from backend.applications.contents import contents, make_case
from backend.applications.states import NotAllowed
from backend.applications.versions import matter_of
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from integrations.gateways.contract import CaseDecision, Material
from integrations.gateways.failures import (
    DepartmentConflict,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentUnavailable,
)

LONGEST_WAIT = timedelta(minutes=5)
CALL_LASTS = timedelta(seconds=30)
MOST_CONFLICTS = 12
# What the department does in its own records; any other end is a closed case there.
TAKEN_OVER = ("approved", "refused", "revoked", "voided")


def file_application(house: House, application: str) -> str:
    """Hand over to the department what waits: the filing, a supplement, a decision, an end.

    The application's number is the idempotency key and was stored before the first call, so
    that a crash between the call and its answer finds the same case again. Returns what happened.
    """
    document = store.find_any(house, application)
    if document is None:
        return "gone"
    if document["filing"].get("next_at") is None:
        return "already"
    until = house.clock.now() + CALL_LASTS
    if not store.claim_filing(house, document, until=until):
        return "moved"
    document["filing"]["next_at"] = until
    return _call(house, document)


def report_decision(house: House, application: str) -> str:
    """Tell the department what its staff decided on the workbench; a sweep repeats what failed.

    The move stored ``decision_to_report``'s update; returns what happened, as ``file_application``.
    """
    return file_application(house, application)


def decision_to_report(house: House, decision: Document) -> Document:
    """The update to merge into the deciding move (``also``), so that ``report_decision`` finds it.

    ``decision``: ``{outcome: approved | refused | …, opinion, reason, remedy, by}``.
    """
    now = house.clock.now()
    return {
        "$set": {
            "decision": decision | {"at": now},
            "filing.kind": "decide",
            "filing.next_at": now + store.FIRST_SWEEP,
            "filing.attempts": 0,
        }
    }


def file_waiting(house: House) -> int:
    """Try every filing that is due: what crashed, waited or was refused for now. Returns how many."""
    due = store.due_filings(house, house.clock.now())
    for application in due:
        try:
            file_application(house, application)
        except Exception:
            # What nobody foresaw in one must not keep the others waiting; its claim lets it be tried again.
            logger().exception("application.filing-failed", application=application)
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
        try:
            changed = apply_report(house, unit, document, event)
        except NotAllowed:
            return "ignored"
        return "ignored" if changed is None else "applied"

    try:
        outcome = commit(house, record)
    except DuplicateKeyError:
        outcome = "duplicate"
    logger().info(
        "application.reported", event_kind=event["event"], number=event["application"], outcome=outcome
    )
    return outcome


def _call(house: House, document: Document) -> str:
    try:
        return _hand_over(house, document)
    except (DepartmentConflict, DepartmentProtocolError, DepartmentUnavailable) as error:
        return _try_later(house, document, error)
    except DepartmentRejected as error:
        return _sent_back(house, document, error)


def _hand_over(house: House, document: Document) -> str:
    if document.get("parts"):
        return bundling.advance(house, document["_id"])
    kind = document["filing"].get("kind", "file")
    if document["filing"].get("reference"):
        return CALLS[kind](house, document)
    return _file(house, document, kind)


def _file(house: House, document: Document, kind: str) -> str:
    if not store.start_filing(house, document["_id"]):
        store.settle_filing(house, document, next_at=None)
        return "moved"
    filed = house.departments.file_case(document["department"], make_case(house, document))
    # Not conditional on the state: a quick department may have reported before this answer was kept.
    now = house.clock.now()
    noted = {"reference": filed.reference, "filed_at": now, "error": None}
    store.note_filing(house, document, noted)
    # A decision made meanwhile still has to be told; the filing itself held all the materials.
    store.settle_filing(house, document, next_at=now if kind == "decide" else None)
    logger().info("application.filed", application=document["_id"], reference=filed.reference)
    return "filed"


def _already(house: House, document: Document) -> str:
    store.settle_filing(house, document, next_at=None)
    return "already"


def _supplement(house: House, document: Document) -> str:
    said = contents(house, document, matter_of(house, document))
    house.departments.supplement(
        document["department"],
        document["filing"]["reference"],
        form=said["form"],
        materials=[Material.model_validate(one) for one in said["materials"]],
    )
    store.settle_filing(house, document, next_at=None)
    return "supplemented"


def _decide(house: House, document: Document) -> str:
    kept = document["decision"]
    outcome = kept["outcome"] if kept["outcome"] in TAKEN_OVER else "closed"
    opinion = kept.get("opinion") or " ".join(kept[key] for key in ("reason", "remedy") if kept.get(key))
    decision = CaseDecision(decision=outcome, opinion=opinion, by=kept["by"])
    house.departments.decide(document["department"], document["filing"]["reference"], decision)
    store.settle_filing(house, document, next_at=None)
    return "decided"


def _terminate(house: House, document: Document) -> str:
    reason = document.get("ended_because") or "办理终止"
    house.departments.terminate(document["department"], document["filing"]["reference"], reason=reason)
    store.settle_filing(house, document, next_at=None)
    return "terminated"


CALLS: dict[str, Callable[[House, Document], str]] = {
    "file": _already,
    "supplement": _supplement,
    "decide": _decide,
    "terminate": _terminate,
}


def _try_later(house: House, document: Document, error: Exception) -> str:
    attempts = int(document["filing"].get("attempts", 0)) + 1
    wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(attempts, 9)))
    # Jitter keeps a department that comes back from meeting everybody at once.
    wait *= 0.75 + random.random() / 2
    next_at = house.clock.now() + wait
    why = type(error).__name__
    if isinstance(error, DepartmentConflict) and attempts >= MOST_CONFLICTS:
        # It already has what we would tell it, or has ended the case itself: only people can settle this.
        logger().error("application.filing-given-up", application=document["_id"], why=why)
        store.settle_filing(house, document, next_at=None, attempts=attempts, error=why)
        return "given-up"
    store.settle_filing(house, document, next_at=next_at, attempts=attempts, error=why)
    logger().warning("application.filing-waits", application=document["_id"], attempts=attempts, why=why)
    return "waits"


def _sent_back(house: House, document: Document, error: DepartmentRejected) -> str:
    items = [{"field": one.field, "reason": one.reason} for one in error.errors]
    event = {
        "event_id": f"rejected-{document['number']}-{document['version']}",
        "application": document["number"],
        "event": "correction-requested",
        "details": {"items": items},
    }
    store.settle_filing(house, document, next_at=None)
    take_in(house, event)
    return "sent-back"
