"""When an application needs to be looked at: its lights, reminders, and what happens by itself.

Pure: an application's document and its matter in, moments out. Each clock is a ladder of things
that come one after another; who looks late does only the last of those that came due.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from backend.applications.clock import add_working_days, back_working_days
from backend.applications.clocks import Standing
from backend.applications.states import State, lies_since
from backend.core.clock import CITY, city_date, city_midnight
from backend.matters.schema import Matter
from backend.matters.terms import Period, Unit

MORNING = time(9)
OVER = timedelta(seconds=1)
UNDECIDED = (State.ACCEPTED, State.REVIEWING, State.CHECKING, State.DECIDING)


class Duty(StrEnum):
    """What is done when its moment comes."""

    YELLOW = "yellow"
    LAST_DAY = "last-day"
    OVERDUE = "overdue"
    SILENT_ACCEPTANCE = "silent-acceptance"
    CORRECTION_SOON = "correction-soon"
    CORRECTION_LAST = "correction-last"
    LAPSE = "lapse"
    TOLERANCE_SOON = "tolerance-soon"
    TOLERANCE_LAST = "tolerance-last"
    TOLERANCE_LATE = "tolerance-late"
    SPECIAL_OVER = "special-over"
    COLLECT_SOON = "collect-soon"
    COLLECT_LATE = "collect-late"


class Light(StrEnum):
    """How near the clock that runs now is to its end."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Appointment:
    """One thing to do at a moment; ``name`` tells it from the same thing for another due date."""

    at: datetime
    duty: Duty
    ladder: str
    due: datetime

    @property
    def name(self) -> str:
        """What is remembered once it is done."""
        return f"{self.ladder}:{self.duty.value}:{self.due.astimezone(CITY):%Y-%m-%dT%H:%M}"


def appointments(document: Mapping[str, Any], matter: Matter) -> list[Appointment]:
    """Everything that will come due for an application as it stands, in the order of its ladders."""
    return list(_appointments(document, matter))


def due_now(document: Mapping[str, Any], matter: Matter, now: datetime) -> list[Appointment]:
    """What has to be done by now and was not: the last step of each ladder."""
    last: dict[str, Appointment] = {}
    for one in appointments(document, matter):
        if one.at <= now:
            last[one.ladder] = one
    told = document.get("told") or []
    return [one for one in last.values() if one.name not in told]


def look_again(document: Mapping[str, Any], matter: Matter, now: datetime) -> datetime | None:
    """When the application must be looked at next; None when nothing runs."""
    coming = [one.at for one in appointments(document, matter) if one.at > now]
    if due_now(document, matter, now):
        return now
    return min(coming, default=None)


def light(document: Mapping[str, Any], matter: Matter, now: datetime) -> Light:
    """The light of the clock that binds the department now."""
    steps = [one for one in appointments(document, matter) if one.ladder in BINDING and one.at <= now]
    shown = Light.GREEN
    for one in steps:
        shown = Light.RED if one.duty is Duty.OVERDUE else Light.YELLOW
    return shown


BINDING = ("acceptance", "work", "delivery")


def _appointments(document: Mapping[str, Any], matter: Matter) -> Iterator[Appointment]:
    if matter.is_bundle:
        return  # its parts have clocks of their own
    standing, state = Standing.of(document), State(document["state"])
    clocks = standing.clocks
    if state in (State.SUBMITTED, State.RECEIVED) and clocks["acceptance"]:
        due = clocks["acceptance"]
        yield from _warnings("acceptance", due, matter.clocks.acceptance)
        yield Appointment(due + OVER, Duty.SILENT_ACCEPTANCE, "acceptance", due)
    elif state is State.CORRECTION and clocks["correction"]:
        yield from _applicants("correction", clocks["correction"], clocks["correction_since"], _CORRECTION)
    elif state in UNDECIDED and standing.promised and standing.accepted_at:
        due = standing.promised["due"]
        yield from _warnings("work", due, promise_of(document, matter))
        yield Appointment(due + OVER, Duty.OVERDUE, "work", due)
        if clocks["tolerance"]:
            yield from _applicants("tolerance", clocks["tolerance"]["due"], standing.accepted_at, _TOLERANCE)
    elif state is State.SUSPENDED and clocks["suspension"] and clocks["suspension"]["expected"]:
        due = clocks["suspension"]["expected"]
        yield Appointment(due + OVER, Duty.SPECIAL_OVER, "special", due)
    elif state in (State.APPROVED, State.ISSUING) and clocks["delivery"]:
        due = clocks["delivery"]
        yield from _warnings("delivery", due, matter.clocks.delivery)
        yield Appointment(due + OVER, Duty.OVERDUE, "delivery", due)
    elif since := lies_since(document):
        yield from _reminders_to_collect(since)


def promise_of(document: Mapping[str, Any], matter: Matter) -> Period:
    """What was promised for this application: the matter's promise, or what the answers made of it."""
    terms = document.get("terms") or {}
    return Period.model_validate(terms["promised"]) if terms.get("promised") else matter.clocks.promised


def yellow_from(due: datetime, period: Period) -> datetime:
    """From when at most a third of a period is left; at least its last working day but one.

    >>> yellow_from(datetime(2025, 10, 14, 23, 59, 59, tzinfo=CITY), Period(amount=5, unit=Unit.WORKING_DAY))
    datetime.datetime(2025, 10, 12, 16, 0, tzinfo=datetime.timezone.utc)
    """
    if period.unit is Unit.HOUR:
        return due - timedelta(hours=period.amount / 3)
    last = city_date(due)
    if period.unit is Unit.WORKING_DAY:
        return city_midnight(back_working_days(last, max(1, period.amount // 3)))
    days = period.amount * (30 if period.unit is Unit.MONTH else 1) // 3
    return min(city_midnight(last - timedelta(days=days)), city_midnight(back_working_days(last, 1)))


def _warnings(ladder: str, due: datetime, period: Period) -> Iterator[Appointment]:
    yield Appointment(yellow_from(due, period), Duty.YELLOW, ladder, due)
    if period.unit is not Unit.HOUR:
        yield Appointment(city_midnight(city_date(due)), Duty.LAST_DAY, ladder, due)


def _reminders_to_collect(since: datetime) -> Iterator[Appointment]:
    """What nobody fetches is never ended by itself: the applicant is reminded, then the staff as well."""
    for duty, days in ((Duty.COLLECT_SOON, 10), (Duty.COLLECT_LATE, 20)):
        at = datetime.combine(add_working_days(city_date(since), days), MORNING, CITY)
        yield Appointment(at, duty, "collect", at)


_CORRECTION = (Duty.CORRECTION_SOON, Duty.CORRECTION_LAST, Duty.LAPSE)
_TOLERANCE = (Duty.TOLERANCE_SOON, Duty.TOLERANCE_LAST, Duty.TOLERANCE_LATE)


def _applicants(
    ladder: str, due: datetime, since: datetime | None, duties: tuple[Duty, Duty, Duty]
) -> Iterator[Appointment]:
    """The applicant is reminded three working days and one before, unless told of it just then."""
    for duty, days in zip(duties, (3, 1), strict=False):
        day = back_working_days(city_date(due), days)
        at = datetime.combine(day, MORNING, CITY)
        if since is None or at > since:
            yield Appointment(at, duty, ladder, due)
    yield Appointment(due + OVER, duties[2], ladder, due)
