"""Years, months and days by their words, as both days and months are read from them."""

import re
from datetime import date
from enum import StrEnum

from backend.values.numerals import value_of
from backend.values.wording import NotUnderstood

NUMERAL = r"[\d零〇○一二两三四五六七八九十]"
_SEP = r"\s*[年\-/.,]\s*"
YEAR = rf"(?P<year>{NUMERAL}{{4}}|(?<!\d)\d{{2}}|[零〇○一二三四五六七八九]{{2}})"
MONTH = r"(?P<month>十[一二]?|[一二三四五六七八九]|\d{1,2})"
DAY = r"(?P<day>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]|廿[一二三四五六七八九]?|\d{1,2})"
FULL_DATE = re.compile(
    rf"(?<!\d){YEAR}(?:\s*年\s*的?|\s*[\-/.]\s*){MONTH}(?:\s*月\s*的?|\s*[\-/.]\s*){DAY}(?!\d)\s*[日号]?"
)
PACKED_DATE = re.compile(r"(?<!\d)(?P<year>(?:19|20|21)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?!\d)")
MONTH_ALONE = re.compile(rf"(?<!个)(?<!\d){MONTH}\s*月(?:份)?")
_YEAR_WORD = re.compile(r"(?P<word>大前年|前年|去年|上一?年|今年|本年|这一?年|明年|来年|下一?年|后年|大后年)")
_YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "今年": 0,
    "本年": 0,
    "这年": 0,
    "这一年": 0,
    "明年": 1,
    "来年": 1,
    "下年": 1,
    "下一年": 1,
    "后年": 2,
    "大后年": 3,
}
MONTH_WORD = re.compile(r"(?P<word>上上|下下|上|下|这|本|当)(?:一)?个?月|(?P<short>本月|当月)")
MONTH_STEPS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}

EARLIEST, LATEST = 1850, 2200


class Tense(StrEnum):
    """Whether a day was, or is to come."""

    PAST = "past"
    FUTURE = "future"


def is_lunar(said: str) -> bool:
    """Whether a text speaks of the lunar calendar."""
    return re.search(r"农历|阴历|旧历|老历|闰|[正冬腊蜡]月|初[一二三四五六七八九十\d]|廿", said) is not None


def year_said(said: str, today: date, tense: Tense | None) -> int | None:
    """The year a text names, by a word or a number."""
    word = _YEAR_WORD.search(said)
    if word:
        return today.year + _YEARS[word["word"]]
    found = re.search(rf"{YEAR}\s*年", said) or re.search(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?!\d)", said)
    return year_of(found["year"], today, tense) if found else None


def year_of(said: str, today: date, tense: Tense | None) -> int:
    """A year as said; two figures are the century that fits: 85年 is past, 08年 too, 27年 may be next."""
    year = int(value_of(said))
    if len(said) != 2:
        return year
    century = today.year // 100 * 100
    ahead = {Tense.PAST: 0, Tense.FUTURE: 40}.get(tense, 15) if tense else 15
    return century + year if century + year <= today.year + ahead else century - 100 + year


def day_of(year: int, month: int, day: int) -> date:
    """The day. Raises NotUnderstood with why there is none: 「2026 年 2 月没有 30 号」."""
    found = day_if_any(year, month, day)
    if found is not None:
        return found
    if not 1 <= month <= 12:
        raise NotUnderstood(f"没有 {month} 月，这一天不存在")
    if not EARLIEST <= year <= LATEST:
        raise NotUnderstood("这个年份不对，请说四位数的年份")
    raise NotUnderstood(f"{year} 年 {month} 月没有 {day} 号，这一天不存在")


def day_if_any(year: int, month: int, day: int) -> date | None:
    """The day, if the calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def number_of(said: str) -> int:
    """The number of a month or a day, in figures or words."""
    if said.startswith("廿"):
        return 20 + (int(value_of(said[1:])) if said[1:] else 0)
    return int(value_of(said))


def months_on(today: date, steps: int) -> tuple[int, int]:
    """The year and month that lie some months from today."""
    moved = today.year * 12 + today.month - 1 + steps
    return moved // 12, moved % 12 + 1


def month_in(said: str, today: date, tense: Tense | None) -> tuple[int, int] | None:
    """A year and month where a text names them, with or without a day."""
    full = FULL_DATE.search(said) or PACKED_DATE.search(said)
    if full and not is_lunar(said):
        day = day_of(year_of(full["year"], today, tense), number_of(full["month"]), number_of(full["day"]))
        return day.year, day.month
    whole = re.search(rf"(?<!\d){YEAR}(?:\s*年\s*的?|\s*[\-/.]\s*){MONTH}(?!\d)", said) or re.search(
        r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?!\d)", said
    )
    if whole:
        return year_of(whole["year"], today, tense), number_of(whole["month"])
    near = MONTH_WORD.search(said)
    if near:
        return months_on(today, MONTH_STEPS[near["word"] or "本"])
    alone = MONTH_ALONE.search(said)
    if alone is None:
        return None
    month = number_of(alone["month"])
    year = year_said(said, today, tense)
    if year is None:
        year = today.year
        if tense is Tense.PAST and month > today.month:
            year -= 1
        if tense is Tense.FUTURE and month < today.month:
            year += 1
    return year, month
