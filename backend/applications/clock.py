"""Deadlines: 工作日, 日历日, 小时 and 月 over holiday data with make-up workdays.

Working days follow the yearly notice of the State Council's office, as chinesecalendar has it; a year
that is not announced yet is read from ``holidays.yml``, marked provisional; past both it fails loudly.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import chinese_calendar
import yaml

from backend.core.clock import CITY, city_date
from backend.matters.terms import Period, Unit

HOLIDAYS_FILE = Path(__file__).with_name("holidays.yml")


class CalendarEnded(Exception):
    """A deadline reaches into a year whose holidays nobody has entered."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"No holiday data for {day.year}: update chinesecalendar or add the year to {HOLIDAYS_FILE.name}"
        )
        self.day = day


@dataclass(frozen=True)
class Deadline:
    """A moment by which something is due; provisional when its year's holidays are not announced."""

    due: datetime
    provisional: bool = False


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether offices work on a day. Raises CalendarEnded past the data.

    >>> is_working_day(date(2026, 2, 14)), is_working_day(date(2026, 10, 1))
    (True, False)
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        year = _provisional_years().get(day.year)
        if year is None:
            raise CalendarEnded(day) from None
        return day not in year and day.weekday() < 5


def is_provisional(day: date) -> bool:
    """Whether a day's holidays are the law's days only, before the yearly notice."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return True
    return False


def add_working_days(start: date, amount: int) -> date:
    """The ``amount``-th working day after ``start``; the start day itself does not count.

    >>> add_working_days(date(2025, 9, 30), 5)
    datetime.date(2025, 10, 14)
    """
    day = start
    for _ in range(amount):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def back_working_days(end: date, amount: int) -> date:
    """The last day on which ``amount`` working days are still to come before ``end`` is over.

    >>> back_working_days(date(2025, 10, 14), 1), back_working_days(date(2025, 10, 9), 1)
    (datetime.date(2025, 10, 13), datetime.date(2025, 9, 30))
    """
    day, left = end, amount
    while True:
        if is_working_day(day):
            if not left:
                return day
            left -= 1
        day -= timedelta(days=1)


def count_working_days(start: date, end: date) -> int:
    """The working days after ``start`` up to and with ``end``.

    >>> count_working_days(date(2025, 9, 30), date(2025, 10, 14))
    5
    """
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def later_by(due: datetime, period: Period) -> Deadline:
    """A due moment put off by a period, at the same time of day. Raises CalendarEnded."""
    if period.unit is Unit.HOUR:
        return Deadline(due + timedelta(hours=period.amount))
    local = due.astimezone(CITY)
    day = local.date()
    if period.unit is Unit.WORKING_DAY:
        day = add_working_days(day, period.amount)
    elif period.unit is Unit.CALENDAR_DAY:
        day += timedelta(days=period.amount)
    else:
        day = _add_months(day, period.amount)
    return Deadline(datetime.combine(day, local.time(), CITY), is_provisional(day))


def deadline(start: datetime, period: Period) -> Deadline:
    """When a period that starts after ``start`` ends: the end of its last day, or the very hour.

    Raises CalendarEnded.
    """
    if period.unit is Unit.HOUR:
        return Deadline(start + timedelta(hours=period.amount))
    first = city_date(start)
    if period.unit is Unit.WORKING_DAY:
        last = add_working_days(first, period.amount)
    elif period.unit is Unit.CALENDAR_DAY:
        last = first + timedelta(days=period.amount)
    else:
        last = _add_months(first, period.amount)
    return Deadline(datetime.combine(last, time(23, 59, 59), CITY), is_provisional(last))


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache
def _provisional_years() -> dict[int, frozenset[date]]:
    entered = yaml.safe_load(HOLIDAYS_FILE.read_text("utf-8")) or {}
    return {int(year): frozenset(days) for year, days in entered["provisional"].items()}
