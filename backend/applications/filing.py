"""Filing with the department, and taking in what it reports back."""

import random
from collections.abc import Callable
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from backend.applications import bundling, store
from backend.applications.branches import apply_report
from backend.applications.contents import contents, make_case
from backend.applications.legible import is_known, legible_items
from backend.applications.moving import merge
from backend.applications.outgoing import Word, to_tell, told_together, waiting
from backend.applications.states import NotAllowed
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.schema import Matter
from backend.troubles.kinds import Kind
from backend.troubles.store import Found, raise_trouble
from integrations.gateways.contract import CaseDecision, Material
from integrations.gateways.failures import (
    DepartmentError,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentUnavailable,
)

LONGEST_WAIT = timedelta(minutes=5)
CALL_LASTS = timedelta(seconds=30)
MOST_TRIES = 12
# These heal without anybody's doing, and are told of by department, not by case.
WAITED_FOR = (DepartmentUnavailable, DepartmentProtocolError)
NOT_TAKEN = "部门没有收下这一项，请核对"
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
    decided = decision | {"at": now}
    return merge({"$set": {"decision": decided}}, to_tell(Word.DECIDE, now, decision=decided))


def file_waiting(house: House) -> int:
    """Try every filing that is due: what crashed, waited or was refused for now. Returns how many."""
    due = store.due_filings(house, house.clock.now())
    for application in due:
        try:
            file_application(house, application)
        except Exception as error:
            # What nobody foresaw in one must not keep the others waiting; it is counted like any other.
            logger().exception("application.filing-failed", application=application)
            document = store.find_any(house, application)
            if document is not None and document["filing"].get("next_at") is not None:
                _try_later(house, document, error)
    return len(due)


def try_again(house: House, application: str) -> str:
    """Have told again what was given up, before whatever waits. Raises ``conflict`` when nothing was."""

    def record(unit: Unit) -> str:
        if not store.take_up_again(house, application, now=unit.now, session=unit.session):
            raise Problem("conflict", "这个办件没有停下来等待重试的内容。")
        unit.emit("application.submitted", application=application)
        return "again"

    return commit(house, record)


def must_be_of(house: House, number: str, department: str) -> None:
    """Raise ``not-allowed`` for a department that has not, never had and does not share in this case."""
    document = store.find_by_number(house, number)
    if document is None:
        return
    theirs = {document["department"], *document["filing"].get("passed_by", [])}
    if department not in theirs and department not in matter_of(house, document).joint:
        raise Problem("not-allowed", "这个办件不是这个部门的，不能回报它的进展。")


def take_in(house: House, event: Document) -> str:
    """Apply a department's report once. Returns ``applied``, ``duplicate`` or ``ignored``.

    Reports may come twice, late or before an earlier one: a later one implies the steps before it,
    and an earlier one that arrives afterwards changes nothing. Raises ``invalid-request`` for a
    correction that nobody could read.
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
            changed = apply_report(house, unit, document, _legible(house, document, event))
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


def _legible(house: House, document: Document, event: Document) -> Document:
    """A request for corrections in words that the applicant can act on; other reports as they are."""
    details = event.get("details") or {}
    if event["event"] != "correction-requested" or not details.get("items"):
        return event
    items = legible_items(matter_of(house, document), details["items"])
    return event | {"details": details | {"items": items}}


def _call(house: House, document: Document) -> str:
    try:
        return _hand_over(house, document)
    except DepartmentRejected as error:
        return _sent_back(house, document, error)
    except DepartmentError as error:
        return _try_later(house, document, error)


def _hand_over(house: House, document: Document) -> str:
    if document.get("parts"):
        outcome = bundling.advance(house, document["_id"])
        if document["filing"].get("attempts"):
            store.forget_failures(house, document["_id"])
        if outcome == "closed":
            store.settle_filing(house, document, next_at=None)
        return outcome
    queue = waiting(document)
    if not queue:
        store.settle_filing(house, document, next_at=None)
        return "already"
    if document["filing"].get("reference"):
        return CALLS[Word(queue[0]["kind"])](house, document, queue[0])
    return _file(house, document)


def _file(house: House, document: Document) -> str:
    if not store.start_filing(house, document["_id"]):
        return _moved(house, document)
    filed = house.departments.file_case(document["department"], make_case(house, document))
    # Not conditional on the state: a quick department may have reported before this answer was kept.
    noted = {"reference": filed.reference, "filed_at": house.clock.now()}
    store.note_filing(house, document, noted)
    logger().info("application.filed", application=document["_id"], reference=filed.reference)
    return _told(house, document, "filed")


def _moved(house: House, document: Document) -> str:
    """Not to be filed: the department has it already, or it came to an end that it need not hear of."""
    fresh = store.find_any(house, document["_id"]) or document
    if fresh["filing"].get("reference"):
        store.settle_filing(house, document, next_at=house.clock.now())
    else:
        store.tell_no_more(house, document, waiting(document), now=house.clock.now())
    return "moved"


def _already(house: House, document: Document, _: Document) -> str:
    return _told(house, document, "already")


def _supplement(house: House, document: Document, _: Document) -> str:
    said = contents(house, document, matter_of(house, document))
    house.departments.supplement(
        document["department"],
        document["filing"]["reference"],
        form=said["form"],
        materials=[Material.model_validate(one) for one in said["materials"]],
    )
    return _told(house, document, "supplemented")


def _decide(house: House, document: Document, entry: Document) -> str:
    kept = entry.get("decision") or document["decision"]
    outcome = kept["outcome"] if kept["outcome"] in TAKEN_OVER else "closed"
    opinion = kept.get("opinion") or " ".join(kept[key] for key in ("reason", "remedy") if kept.get(key))
    decision = CaseDecision(decision=outcome, opinion=opinion, by=kept["by"])
    house.departments.decide(document["department"], document["filing"]["reference"], decision)
    return _told(house, document, "decided")


def _terminate(house: House, document: Document, entry: Document) -> str:
    reason = entry.get("reason") or document.get("ended_because") or "办理终止"
    house.departments.terminate(document["department"], document["filing"]["reference"], reason=reason)
    return _told(house, document, "terminated")


CALLS: dict[Word, Callable[[House, Document, Document], str]] = {
    Word.FILE: _already,
    Word.SUPPLEMENT: _supplement,
    Word.DECIDE: _decide,
    Word.TERMINATE: _terminate,
}


def _told(house: House, document: Document, outcome: str) -> str:
    """Take out of the queue what was just told; what came meanwhile is told next."""
    store.tell_no_more(house, document, told_together(document), now=house.clock.now())
    return outcome


def _try_later(house: House, document: Document, error: Exception) -> str:
    """Once more after a growing pause; for ever only while the department is silent or speaks nonsense."""
    attempts = int(document["filing"].get("attempts", 0)) + 1
    refusals = int(document["filing"].get("refusals", 0)) + (not isinstance(error, WAITED_FOR))
    why, now = type(error).__name__, house.clock.now()
    if refusals >= MOST_TRIES:
        # It knows no such case or person, or has ended the case itself: only people can settle this.
        return _give_up(house, document, Kind.FILING_GIVEN_UP, why)
    wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(attempts, 9)))
    # Jitter keeps a department that comes back from meeting everybody at once.
    wait *= 0.75 + random.random() / 2
    since = document["filing"].get("failing_since") or now
    noted = {"attempts": attempts, "refusals": refusals, "error": why, "failing_since": since}
    store.settle_filing(house, document, next_at=now + wait, **noted)
    logger().warning("application.filing-waits", application=document["_id"], attempts=attempts, why=why)
    return "waits"


def _give_up(house: House, document: Document, kind: Kind, why: str) -> str:
    """Set aside what cannot be told, for people to see. Nothing can be told before the filing itself."""
    filed = bool(document["filing"].get("reference"))
    lost, now = told_together(document) if filed else waiting(document), house.clock.now()
    store.set_aside(house, document, lost, now=now, why=why, kind=kind.value)
    found = Found(document["_id"], document["department"], now.isoformat(), now)
    raise_trouble(house, kind, found)
    logger().error("application.filing-given-up", application=document["_id"], why=why)
    return "given-up"


def _sent_back(house: House, document: Document, error: DepartmentRejected) -> str:
    """What the applicant can mend is asked of them; anything else is for people."""
    matter = matter_of(house, document)
    papers = all(one["kind"] in (Word.FILE, Word.SUPPLEMENT) for one in told_together(document))
    if not papers or not any(_is_applicants(matter, one.field or "") for one in error.errors):
        return _give_up(house, document, Kind.FILING_REFUSED, type(error).__name__)
    items = [{"field": one.field, "reason": one.reason or NOT_TAKEN} for one in error.errors]
    event = {
        "event_id": f"rejected-{document['number']}-{document['version']}",
        "application": document["number"],
        "event": "correction-requested",
        "details": {"items": items},
    }
    if take_in(house, event) == "ignored":
        # Past the point where anything can be corrected, by silence for one.
        return _give_up(house, document, Kind.FILING_REFUSED, type(error).__name__)
    store.tell_no_more(house, document, told_together(document), now=house.clock.now())
    return "sent-back"


def _is_applicants(matter: Matter, name: str) -> bool:
    """Whether something is the applicant's to mend: what they fill in or hand in, or who they are."""
    return is_known(matter, name) or name.partition(".")[0] == "applicant"
