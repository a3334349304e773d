"""Deadlines around holidays and make-up workdays."""

from datetime import date, datetime

import pytest

from backend.applications.clock import CalendarEnded, add_working_days, deadline, is_working_day
from backend.core.clock import CITY, city_date
from backend.matters.terms import Period, Unit


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        (date(2025, 9, 30), 5, date(2025, 10, 14)),  # 10-11 is a working Saturday
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # 02-14 is a working Saturday
        (date(2026, 4, 30), 3, date(2026, 5, 8)),
        (date(2026, 9, 18), 5, date(2026, 9, 24)),  # 09-20 is a working Sunday
        (date(2026, 9, 30), 20, date(2026, 11, 3)),
    ],
)
def test_working_days_follow_the_yearly_notice(accepted: date, days: int, due: date) -> None:
    assert add_working_days(accepted, days) == due


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_make_up_days_are_worked(day: str) -> None:
    assert is_working_day(date.fromisoformat(day))


def test_an_unannounced_year_is_provisional() -> None:
    due = deadline(datetime(2026, 12, 29, 10, tzinfo=CITY), Period(amount=5, unit=Unit.WORKING_DAY))
    assert city_date(due.due) == date(2027, 1, 6)
    assert due.provisional


def test_past_the_data_it_fails_loudly() -> None:
    with pytest.raises(CalendarEnded, match="No holiday data for 2028"):
        deadline(datetime(2027, 12, 31, 10, tzinfo=CITY), Period(amount=1, unit=Unit.WORKING_DAY))


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (Period(amount=24, unit=Unit.HOUR), datetime(2026, 2, 1, 10, tzinfo=CITY)),
        (Period(amount=60, unit=Unit.CALENDAR_DAY), datetime(2026, 4, 1, 23, 59, 59, tzinfo=CITY)),
        (Period(amount=1, unit=Unit.MONTH), datetime(2026, 2, 28, 23, 59, 59, tzinfo=CITY)),
        (Period(amount=0, unit=Unit.WORKING_DAY), datetime(2026, 1, 31, 23, 59, 59, tzinfo=CITY)),
    ],
)
def test_every_unit_counts_its_own_way(period: Period, due: datetime) -> None:
    assert deadline(datetime(2026, 1, 31, 10, tzinfo=CITY), period).due == due
