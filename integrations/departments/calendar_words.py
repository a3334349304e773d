"""Days as rules write them: `today+90d`, `today-6m`, `month_end-80y`.

Registries keep days as ISO text, which sorts like the days themselves, so a resolved word can
stand in a MongoDB filter as it is.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

CITY_TIME = ZoneInfo("Asia/Shanghai")
_WORD = re.compile(r"(today|month_start|month_end)(?:([+-]\d+)([dmy]))?")


def city_day(now: datetime) -> date:
    """The day it is in the city."""
    return now.astimezone(CITY_TIME).date()


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the last day of a month that is too short.

    >>> add_months(date(2026, 8, 31), 6).isoformat()
    '2027-02-28'
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th where there is none."""
    return add_months(day, 12 * years)


def month_start(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def day_of_word(word: str, today: date) -> date | None:
    """The day a word means, or nothing when it is not such a word.

    >>> day_of_word("month_end-80y", date(2026, 10, 5)).isoformat()
    '1946-10-31'
    """
    found = _WORD.fullmatch(word)
    if not found:
        return None
    base = {"today": today, "month_start": month_start(today), "month_end": month_end(today)}[found[1]]
    if not found[2]:
        return base
    amount = int(found[2])
    if found[3] == "d":
        return base + timedelta(days=amount)
    return add_months(base, amount if found[3] == "m" else 12 * amount)


def resolve_words(value: Any, *, today: date, form: Mapping[str, Any]) -> Any:
    """Put days for date words and the applicant's answers for `form:<name>`, at any depth."""
    if isinstance(value, Mapping):
        return {key: resolve_words(inner, today=today, form=form) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve_words(inner, today=today, form=form) for inner in value]
    if not isinstance(value, str):
        return value
    if value.startswith("form:"):
        answer = form.get(value.removeprefix("form:"))
        # An answer that is an object would be read as an operator of the filter.
        return answer if isinstance(answer, str | int | float | bool) else None
    day = day_of_word(value, today)
    return value if day is None else day.isoformat()
