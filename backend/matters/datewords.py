"""Date words in filters: ``today+90d``, ``years_ago(80, month_start)``, read on a given day.

Filters are MongoDB's own; a value that is wholly a date word becomes the midnight in the city
at which that day begins. Everything else stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, cast

from dateutil.relativedelta import relativedelta

from backend.core.clock import city_midnight

Filter = dict[str, Any]
BASES = ("today", "month_start", "month_end")
FORMS = (*BASES, "years_ago")
_SHIFTS = r"(?P<shifts>(?:\s*[+-]\s*\d{1,4}\s*[a-zA-Z]+)*)"
_PLAIN = re.compile(rf"\s*(?P<base>[a-zA-Z_-]+?){_SHIFTS}\s*")
_YEARS_AGO = re.compile(
    rf"\s*(?P<word>[a-zA-Z_-]+)\s*\(\s*(?P<years>\d{{1,3}})\s*(?:,(?P<inner>[^()]*))?\){_SHIFTS}\s*"
)
_SHIFT = re.compile(r"([+-])\s*(\d{1,4})\s*([a-zA-Z]+)")
_SUSPICIOUS = re.compile(r"[a-zA-Z_-]+\s*(\([^()]*\)\s*)?([+-]\s*\d{1,4}\s*[a-zA-Z]+)?\s*")
_UNITS = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
_LOGICAL = ("$and", "$or", "$nor")
_UPPER = ("$lt", "$lte")
_REVERSING = ("$nor", "$not", "$ne", "$nin", "$eq", "$in", "$expr", "$size", "$all")


@dataclass(frozen=True)
class DateWord:
    """A date word, read but not yet dated."""

    base: str
    years_ago: int = 0
    inner: tuple[tuple[str, int], ...] = ()
    shifts: tuple[tuple[str, int], ...] = ()

    def on(self, today: date) -> date:
        """The day it means when read on ``today``."""
        day = _shift(_begin(self.base, today), self.inner)
        if self.years_ago:
            day -= relativedelta(years=self.years_ago)
            if self.base == "month_end" and not self.inner:
                day += relativedelta(day=31)  # a February of a leap year ends on the 29th
        return _shift(day, self.shifts)


@lru_cache(maxsize=4096)
def parse_word(text: str) -> DateWord | None:
    """The date word that a text wholly is, or None for any other text.

    Raises ValueError, naming the nearest right word, for what looks like one and is not.

    >>> parse_word("today+90d").on(date(2026, 11, 23))
    datetime.date(2027, 2, 21)
    >>> parse_word("driving-licence") is None
    True
    """
    if found := _YEARS_AGO.fullmatch(text):
        if found["word"] != "years_ago":
            raise _unknown(text, found["word"])
        base, inner = _parse_plain(found["inner"] or "today", text)
        return DateWord(base, int(found["years"]), inner, _parse_shifts(found["shifts"], text))
    plain = _PLAIN.fullmatch(text)
    if plain and plain["base"] in BASES:
        return DateWord(plain["base"], shifts=_parse_shifts(plain["shifts"], text))
    if plain and plain["base"] == "years_ago":
        raise _unknown(text, "years_ago")
    if _looks_like_one(text):
        raise _unknown(text, re.split(r"[\s(+]|-\s*\d", text.strip())[0])
    return None


def resolve(filter_value: Any, *, today: date) -> Any:
    """The same structure with date words (and YAML dates) as datetimes.

    >>> resolve({"born": {"$lte": "years_ago(80)"}}, today=date(2026, 11, 23))["born"]["$lte"].isoformat()
    '1946-11-22T16:00:00+00:00'
    """
    if isinstance(filter_value, Mapping):
        return {key: resolve(value, today=today) for key, value in filter_value.items()}
    if isinstance(filter_value, list):
        return [resolve(value, today=today) for value in filter_value]
    if isinstance(filter_value, str):
        word = parse_word(filter_value)
        return filter_value if word is None else city_midnight(word.on(today))
    if isinstance(filter_value, date) and not isinstance(filter_value, datetime):
        return city_midnight(filter_value)
    return filter_value


def fields_read(filter_value: Mapping[str, Any]) -> set[str]:
    """The top-level profile sections a filter reads. Raises ValueError for a wrong date word.

    >>> sorted(fields_read({"population.hukou.local": True, "$or": [{"fund.months": {"$gte": 3}}]}))
    ['fund', 'population']
    """
    resolve(filter_value, today=date(2024, 2, 29))
    return set(_sections(filter_value))


def is_dated(filter_value: Any) -> bool:
    """Whether the mere passing of days can change what a filter matches."""
    if isinstance(filter_value, Mapping):
        return any(is_dated(value) for value in filter_value.values())
    if isinstance(filter_value, list):
        return any(is_dated(value) for value in filter_value)
    return isinstance(filter_value, str) and parse_word(filter_value) is not None


def newly_true(filter_value: Filter, *, since: date, today: date) -> list[Filter] | None:
    """Resolved filters whose union matches whoever came to match after ``since`` by time alone.

    Every date word grows with the day, so only an upper bound can come to hold: each gives one
    filter narrowed to the values that it passed since then, which an index finds without a walk
    over those who matched before. None when a filter's shape does not allow it (negations).
    """
    if not _only_grows(filter_value):
        return None
    whole: Filter = resolve(filter_value, today=today)
    return [cast(Filter, _narrow(whole, place, since)) for place in _upper_bounds(filter_value)]


def date_bounds(filter_value: Filter, today: date) -> dict[str, tuple[datetime | None, datetime | None]]:
    """For each dated path the earliest and latest moment it is compared with; says what to index.

    >>> list(date_bounds({"fund.last_rent_withdrawal": {"$lt": "today-1y"}}, date(2026, 1, 1)))
    ['fund.last_rent_withdrawal']
    """
    bounds: dict[str, tuple[datetime | None, datetime | None]] = {}
    for path, operator, word in _comparisons(filter_value, ""):
        low, high = bounds.get(path, (None, None))
        moment = city_midnight(word.on(today))
        if operator in _UPPER:
            high = moment
        elif operator in ("$gt", "$gte"):
            low = moment
        else:
            low = high = moment
        bounds[path] = (low, high)
    return bounds


def _begin(base: str, today: date) -> date:
    if base == "month_start":
        return today.replace(day=1)
    if base == "month_end":
        return today + relativedelta(day=31)
    return today


def _shift(day: date, shifts: tuple[tuple[str, int], ...]) -> date:
    for unit, amount in shifts:
        day += _span(unit, amount)
    return day


def _span(unit: str, amount: int) -> relativedelta:
    spans = {
        "days": relativedelta(days=amount),
        "weeks": relativedelta(weeks=amount),
        "months": relativedelta(months=amount),
        "years": relativedelta(years=amount),
    }
    return spans[unit]


def _parse_plain(text: str, whole: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    found = _PLAIN.fullmatch(text)
    if found is None or found["base"] not in BASES:
        raise _unknown(whole, text.strip())
    return found["base"], _parse_shifts(found["shifts"], whole)


def _parse_shifts(text: str, whole: str) -> tuple[tuple[str, int], ...]:
    shifts = []
    for sign, amount, unit in _SHIFT.findall(text):
        if unit not in _UNITS:
            raise ValueError(
                f"{whole!r} is no date word: {unit!r} is no unit,"
                " use d (days), w (weeks), m (months), y (years)"
            )
        shifts.append((_UNITS[unit], int(amount) * (-1 if sign == "-" else 1)))
    return tuple(shifts)


def _looks_like_one(text: str) -> bool:
    """A sum of a word and a span (``now+3d``), or anything whose word is nearly one of ours."""
    bare = text.strip()
    if len(bare) > 60 or not _SUSPICIOUS.fullmatch(bare):
        return False
    word = re.split(r"[\s(+]|-\s*\d", bare)[0].lower()
    cutoff = 0.8 if word == bare.lower() else 0.7
    return "+" in bare or bool(get_close_matches(word, FORMS, n=1, cutoff=cutoff))


def _unknown(text: str, word: str) -> ValueError:
    nearest = get_close_matches(word.lower(), FORMS, n=1, cutoff=0.5)
    right = {"years_ago": "years_ago(80) or years_ago(80, month_start)"}
    hint = f" did you mean {right.get(nearest[0], nearest[0])}?" if nearest else ""
    known = f"{', '.join(BASES)}, years_ago(N[, base]), each with ±N d/w/m/y"
    return ValueError(f"{text!r} is no date word;{hint} Known: {known}")


def _sections(part: Mapping[str, Any]) -> Iterator[str]:
    for key, value in part.items():
        if key in _LOGICAL:
            if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
                raise ValueError(f"{key} takes a list of filters, not {value!r}")
            for one in value:
                yield from _sections(one)
        elif key == "$expr":
            yield from _expression_sections(value)
        elif key.startswith("$"):
            known = ", ".join((*_LOGICAL, "$expr"))
            raise ValueError(f"{key} cannot stand at the top of a filter; known: {known}")
        else:
            yield key.split(".")[0]


def _expression_sections(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _expression_sections(one)
    elif isinstance(value, list):
        for one in value:
            yield from _expression_sections(one)
    elif isinstance(value, str) and re.match(r"\$[a-z]", value):
        yield value[1:].split(".")[0]


def _only_grows(part: Any) -> bool:
    """Whether no dated value stands where passing it would make a match end or flip."""
    if isinstance(part, Mapping):
        return all(
            not is_dated(value) if key in _REVERSING or _is_bare_word(key, value) else _only_grows(value)
            for key, value in part.items()
        )
    return all(_only_grows(one) for one in part) if isinstance(part, list) else True


def _is_bare_word(key: str, value: Any) -> bool:
    return not key.startswith("$") and isinstance(value, str)


Place = tuple[str | int, ...]


def _upper_bounds(part: Any, place: Place = ()) -> Iterator[tuple[Place, DateWord]]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            word = parse_word(value) if key in _UPPER and isinstance(value, str) else None
            if word is not None:
                yield (*place, key), word
            else:
                yield from _upper_bounds(value, (*place, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _upper_bounds(value, (*place, index))


def _narrow(part: Any, bound: tuple[Place, DateWord], since: date) -> Any:
    place, word = bound
    if len(place) > 1:
        step, rest = place[0], (place[1:], word)
        if isinstance(part, list):
            return [_narrow(one, rest, since) if index == step else one for index, one in enumerate(part)]
        return {key: _narrow(one, rest, since) if key == step else one for key, one in part.items()}
    passed = city_midnight(word.on(since))
    if place[0] == "$lte":
        passed += timedelta(milliseconds=1)
    floor = max([passed, *(part[key] for key in ("$gte",) if isinstance(part.get(key), datetime))])
    return {**part, "$gte": floor}


def _comparisons(part: Any, path: str) -> Iterator[tuple[str, str, DateWord]]:
    if isinstance(part, list):
        for one in part:
            yield from _comparisons(one, path)
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        operator = key.startswith("$")
        below = path if operator else f"{path}.{key}".lstrip(".")
        word = parse_word(value) if isinstance(value, str) else None
        if word is not None:
            yield below, key if operator else "$eq", word
        else:
            yield from _comparisons(value, below)
