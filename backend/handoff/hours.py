"""When agents are there: working days by the national calendar, from one time of day to another; pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend.applications.clock import CalendarEnded, is_working_day
from backend.core.clock import CITY
from backend.core.logs import logger

_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")
_FARTHEST = 30
_DAYS = ("今天", "明天")
_WEEK = "一二三四五六日"


@dataclass(frozen=True)
class OfficeHours:
    """From when until when, on every working day."""

    opens: time
    closes: time

    def is_open(self, moment: datetime) -> bool:
        """Whether agents are there at a moment."""
        local = moment.astimezone(CITY)
        return _works(local.date()) and self.opens <= local.time() < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """When they are there again; the moment itself while they are."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(CITY)
        for later in range(_FARTHEST):
            day = local.date() + timedelta(days=later)
            opening = datetime.combine(day, self.opens, CITY)
            if _works(day) and opening > local:
                return opening
        return datetime.combine(local.date() + timedelta(days=_FARTHEST), self.opens, CITY)

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


def parse_hours(text: str) -> OfficeHours | None:
    """``9:00-17:30``; None for an empty text: always there. Raises ValueError.

    >>> str(parse_hours("9-17:30"))
    '09:00-17:30'
    """
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no span of hours: write 9:00-17:30, or nothing for always.")
    opens, closes = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3))
    if opens >= closes:
        raise ValueError(f"{text!r} ends before it begins.")
    return OfficeHours(opens, closes)


def opening_words(opening: datetime, now: datetime, lang: str) -> str:
    """An opening as people say it.

    >>> from datetime import UTC
    >>> friday = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    >>> opening_words(datetime(2026, 11, 23, 9, 0, tzinfo=CITY), friday, "zh")
    '11月23日（周一）09:00'
    """
    local, today = opening.astimezone(CITY), now.astimezone(CITY).date()
    if lang == "en":
        return f"{local:%A}, {local.day} {local:%B}, {local:%H:%M}"
    days = (local.date() - today).days
    day = _DAYS[days] if days < len(_DAYS) else f"{local.month}月{local.day}日（周{_WEEK[local.weekday()]}）"
    return f"{day}{' ' if days < len(_DAYS) else ''}{local:%H:%M}"


def _works(day: date) -> bool:
    try:
        return is_working_day(day)
    except CalendarEnded:
        # A deadline must not be guessed; whether somebody answers tomorrow may be.
        logger().warning("handoff.calendar-ended", year=day.year)
        return day.weekday() < 5
