"""What of applications cannot go on by itself: told in vain to a department, or to one that is silent."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from backend.applications import store
from backend.core.clock import city_date
from backend.core.house import House
from backend.troubles.kinds import Kind
from backend.troubles.store import Found

LONG_SILENT = timedelta(hours=2)


def given_up(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Applications whose department did not take what it was told, however often."""
    return _set_aside(house, Kind.FILING_GIVEN_UP, among)


def refused(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Applications whose department refused what it was told, for nothing that the applicant can mend."""
    return _set_aside(house, Kind.FILING_REFUSED, among)


def silent_departments(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """Departments that take nothing for long; one entry a department and outage, not one a case."""
    for row in store.failing_departments(house, now - LONG_SILENT):
        if among is None or row["_id"] in among:
            yield Found(row["_id"], row["_id"], city_date(row["since"]).isoformat(), row["since"])


def _set_aside(house: House, kind: Kind, among: Collection[str] | None) -> Iterator[Found]:
    for row in store.given_up(house, kind.value, among):
        at = row["filing"]["given_up_at"]
        yield Found(row["_id"], row["department"], at.isoformat(), at)
