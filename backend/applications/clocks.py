"""What each move does to an application's clocks (行政许可法 §32, §42, §44, §45).

Pure rules: a Standing goes in and comes out; nothing here knows a database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from backend.applications.clock import Deadline, count_working_days, deadline, later_by
from backend.applications.states import Move, NotAllowed, State
from backend.core.clock import CITY, city_date
from backend.core.mongo import Document
from backend.matters.schema import Matter
from backend.matters.terms import Period, Unit, working_days

NO_CLOCKS: Document = {
    "acceptance": None,
    "acceptance_since": None,
    "statutory": None,
    "correction": None,
    "correction_since": None,
    "tolerance": None,
    "suspension": None,
    "extension": None,
    "delivery": None,
}


@dataclass(frozen=True)
class Standing:
    """An application's clocks at one moment, as they are stored."""

    clocks: Document
    promised: Document | None = None
    accepted_at: datetime | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Standing":
        """The clocks of an application's document, also of one older than they are."""
        clocks = NO_CLOCKS | (document.get("clocks") or {})
        return cls(clocks, document.get("promised"), document.get("accepted_at"))

    def with_clocks(self, **changed: Any) -> "Standing":
        """The same with these clocks set anew."""
        return replace(self, clocks=self.clocks | changed)


@dataclass(frozen=True)
class Occasion:
    """When a move happens, under which matter and promise, and what was said with it.

    ``known`` is when we heard of it, where that is later than ``now``.
    ``later`` are the materials that tolerance leaves for later; ``details`` what the mover gave:
    ``days`` (correction, suspension), ``since`` (acceptance as of), ``kind``, ``reason``, ``expected``
    (suspension), ``held`` (submission).
    """

    now: datetime
    matter: Matter
    promise: Period
    details: Mapping[str, Any]
    known: datetime | None = None
    later: tuple[str, ...] = ()
    by: str = ""
    state: State = State.DRAFT


def after(standing: Standing, move: Move, occasion: Occasion) -> Standing:
    """The clocks after a move. Raises CalendarEnded, and NotAllowed for a second extension.

    >>> after(Standing(NO_CLOCKS), Move.CHECK, None).clocks == NO_CLOCKS
    True
    """
    rule = RULES.get(move)
    return rule(standing, occasion) if rule else standing


def stored_deadline(found: Deadline) -> Document:
    """A promise as it is stored."""
    return {"due": found.due, "provisional": found.provisional}


def waits_for_acceptance(standing: Standing, start: datetime, matter: Matter) -> Standing:
    """The acceptance clock, started at the receipt of everything that was handed in."""
    due = deadline(start, matter.clocks.acceptance).due
    return standing.with_clocks(
        acceptance=due, acceptance_since=start, correction=None, correction_since=None
    )


def ready_to_collect(standing: Standing) -> Standing:
    """The clocks once the result can be fetched at the service window.

    行政许可法 §44 binds the department: its duty is done when the result lies ready. When somebody comes
    for it is up to the applicant, so no clock of the department runs on.
    """
    return standing.with_clocks(delivery=None)


def _submitted(standing: Standing, occasion: Occasion) -> Standing:
    promised = stored_deadline(deadline(occasion.now, occasion.promise))
    # A held application (its fee is not paid) has not reached the department yet.
    if occasion.details.get("held"):
        return replace(standing, promised=promised)
    return replace(waits_for_acceptance(standing, occasion.now, occasion.matter), promised=promised)


def _corrected(standing: Standing, occasion: Occasion) -> Standing:
    days = occasion.details.get("days")
    period = working_days(int(days)) if days else occasion.matter.clocks.correction
    due = deadline(occasion.now, period).due
    return standing.with_clocks(
        acceptance=None, acceptance_since=None, correction=due, correction_since=occasion.now
    )


def _accepted(standing: Standing, occasion: Occasion) -> Standing:
    start = occasion.details.get("since") or occasion.now
    statutory = deadline(start, occasion.matter.clocks.statutory)
    tolerance = occasion.matter.tolerance
    later = None
    if tolerance and occasion.later:
        # From the day it is known: an acceptance by silence or one told late must not shorten the time.
        due = deadline(occasion.known or occasion.now, tolerance.period).due
        later = {"due": due, "materials": list(occasion.later)}
    stopped = standing.with_clocks(
        acceptance=None, acceptance_since=None, correction=None, correction_since=None,
        statutory=statutory.due, tolerance=later,
    )  # fmt: skip
    return replace(stopped, accepted_at=start, promised=stored_deadline(deadline(start, occasion.promise)))


def _suspended(standing: Standing, occasion: Occasion) -> Standing:
    kind = str(occasion.details.get("kind") or "")
    known = next((one for one in occasion.matter.special if one.kind == kind), None)
    expected = occasion.details.get("expected")
    usual = working_days(int(occasion.details["days"])) if occasion.details.get("days") else None
    usual = usual or (known.period if known else None)
    if expected is None and usual:
        expected = deadline(occasion.now, usual).due
    suspension = {
        "since": occasion.now,
        "kind": kind or "特别程序",
        "reason": str(occasion.details.get("reason") or (known.text if known else "")),
        "expected": _moment(expected),
    }
    return standing.with_clocks(suspension=suspension)


def _resumed(standing: Standing, occasion: Occasion) -> Standing:
    """Every clock goes on where it stood: the days of the special procedure do not count (§45)."""
    suspension = standing.clocks["suspension"]
    if suspension is None:
        return standing
    since, clocks = suspension["since"], standing.clocks
    promised, statutory, tolerance = standing.promised, clocks["statutory"], clocks["tolerance"]
    terms = occasion.matter.clocks
    if promised and promised["due"] >= since:
        promised = stored_deadline(_moved(promised["due"], since, occasion.now, occasion.promise.unit))
    if statutory and statutory >= since:
        statutory = _moved(statutory, since, occasion.now, terms.statutory.unit).due
    if tolerance and occasion.matter.tolerance and tolerance["due"] >= since:
        unit = occasion.matter.tolerance.period.unit
        tolerance = tolerance | {"due": _moved(tolerance["due"], since, occasion.now, unit).due}
    went_on = standing.with_clocks(suspension=None, statutory=statutory, tolerance=tolerance)
    return replace(went_on, promised=promised)


def _moved(due: datetime, since: datetime, until: datetime, unit: Unit) -> Deadline:
    """A due moment moved by what did not count: the days after ``since`` up to and with ``until``."""
    if unit is Unit.HOUR:
        return Deadline(due + (until - since))
    first, last = city_date(since), city_date(until)
    if unit is Unit.WORKING_DAY:
        days = Period.model_construct(amount=count_working_days(first, last), unit=unit)
    else:
        days = Period.model_construct(amount=(last - first).days, unit=Unit.CALENDAR_DAY)
    return later_by(due, days)


def _extended(standing: Standing, occasion: Occasion) -> Standing:
    """§42: once, before the time is over, by the matter's own extension."""
    statutory = standing.clocks["statutory"]
    if standing.clocks["extension"] or (statutory and statutory < occasion.now):
        raise NotAllowed(Move.EXTEND, occasion.state)
    period = occasion.matter.clocks.extension
    extension = {
        "amount": period.amount,
        "unit": period.unit.value,
        "reason": str(occasion.details.get("reason") or ""),
        "at": occasion.now,
        "by": occasion.by,
    }
    longer = standing.with_clocks(
        extension=extension, statutory=later_by(statutory, period).due if statutory else None
    )
    if standing.promised is None:
        return longer
    return replace(longer, promised=stored_deadline(later_by(standing.promised["due"], period)))


def _approved(standing: Standing, occasion: Occasion) -> Standing:
    stopped = standing.with_clocks(suspension=None, tolerance=None, acceptance=None)
    if occasion.matter.result.type == "无":
        return stopped
    # 行政许可法 §44: the licence is made and handed over within ten working days of the decision.
    return stopped.with_clocks(delivery=deadline(occasion.now, occasion.matter.clocks.delivery).due)


def _closed(standing: Standing, occasion: Occasion) -> Standing:
    """Nothing runs any more; when it was due stays known."""
    return standing.with_clocks(
        acceptance=None, acceptance_since=None, correction=None, correction_since=None, suspension=None,
        tolerance=None, delivery=None,
    )  # fmt: skip


def _moment(value: Any) -> datetime | None:
    """A moment that somebody wrote: a day means its end in the city."""
    if value is None or isinstance(value, datetime):
        return value
    if len(str(value)) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(str(value)), time(23, 59, 59), CITY)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=CITY)


Rule = Callable[[Standing, Occasion], Standing]
RULES: dict[Move, Rule] = {
    Move.SUBMIT: _submitted,
    Move.RESUBMIT: _submitted,
    Move.CORRECT: _corrected,
    Move.ACCEPT: _accepted,
    Move.SUSPEND: _suspended,
    Move.RESUME: _resumed,
    Move.EXTEND: _extended,
    Move.APPROVE: _approved,
    Move.DELIVER: lambda standing, _: standing.with_clocks(delivery=None),
    Move.FINISH: _closed,
    Move.REFUSE: _closed,
    Move.REJECT: _closed,
    Move.RETURN: _closed,
    Move.LAPSE: _closed,
    Move.TERMINATE: _closed,
    Move.WITHDRAW: _closed,
    Move.REVOKE: _closed,
    Move.VOID: _closed,
    Move.FORWARD: _closed,
}
