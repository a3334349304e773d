"""Days as English speakers say them: "next Wednesday", "in two weeks", "8 March 2026"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b"
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?\b"
)
_NEAR = {"day after tomorrow": 2, "day before yesterday": -2, "today": 0, "tomorrow": 1, "yesterday": -1}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b(?:(?P<which>next|last|this|coming)\s+)?"
    r"(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
           "eight": 8, "nine": 9, "ten": 10, "couple of": 2}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_STEP = re.compile(
    rf"\b(?P<ahead>in\s+)?(?:a\s+)?{_COUNT}\s+(?P<unit>day|week|month|year)s?(?P<way>\s+(?:ago|from now"
    rf"|later|from today))?\b"
)
_FORTNIGHT = re.compile(r"\bin a fortnight\b")


@dataclass(frozen=True)
class Said:
    """A day as said; the year may be left open."""

    year: int | None
    month: int
    day: int


def read_english(said: str, today: date) -> Said | None:
    """The day in a lower-case English text, if there is one.

    >>> read_english("in two weeks", date(2026, 11, 23))
    Said(year=2026, month=12, day=7)
    """
    found = _DAY_FIRST.search(said) or _MONTH_FIRST.search(said)
    if found:
        year = int(found["year"]) if found["year"] else None
        return Said(year, _MONTHS[found["month"]], int(found["day"]))
    day = _near(said, today) or _stepped(said, today) or _weekday(said, today)
    return Said(day.year, day.month, day.day) if day else None


def _near(said: str, today: date) -> date | None:
    for words, days in _NEAR.items():
        if words in said:
            return today + timedelta(days=days)
    return today + timedelta(days=14) if _FORTNIGHT.search(said) else None


def _stepped(said: str, today: date) -> date | None:
    found = _STEP.search(said)
    if found is None or not (found["ahead"] or found["way"]):
        return None
    count = _COUNTS.get(found["count"]) or int(found["count"])
    step = {
        "day": relativedelta(days=count),
        "week": relativedelta(weeks=count),
        "month": relativedelta(months=count),
        "year": relativedelta(years=count),
    }[found["unit"]]
    return today - step if (found["way"] or "").strip() == "ago" else today + step


def _weekday(said: str, today: date) -> date | None:
    """ "next Wednesday" is next week's, as 下周三 is; "last" the week before's; alone, the coming one."""
    found = _WEEKDAY.search(said)
    if found is None:
        return None
    wanted = _WEEKDAYS.index(found["day"])
    monday = today - timedelta(days=today.weekday())
    weeks = {"next": 1, "last": -1}.get(found["which"] or "", 0)
    day = monday + timedelta(days=7 * weeks + wanted)
    return day + timedelta(days=7) if not weeks and day < today else day
