"""Days of the lunar calendar and the feasts that follow it: 腊月初八, 闰六月十五, 中秋, 除夕."""

import re
from datetime import date

from borax.calendars.lunardate import LCalendars, LunarDate

from backend.values.numerals import value_of
from backend.values.wording import NotUnderstood

_MONTHS = {"正": 1, "元": 1, "冬": 11, "腊": 12, "蜡": 12}
_LUNAR = re.compile(
    r"(?P<called>农历|阴历|旧历|老历)?\s*(?:的)?(?P<leap>闰)?(?P<month>正|冬|腊|蜡|十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9])月的?"
    r"(?P<day>初[一二三四五六七八九十]|初10|初\d|廿[一二三四五六七八九]?|卅|三十|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|\d{1,2})?(?:日|号)?"
)
_NAMED_ONLY = ("正", "冬", "腊", "蜡")
_FEASTS = {
    "大年初一": (1, 1),
    "年初一": (1, 1),
    "春节": (1, 1),
    "大年初二": (1, 2),
    "年初二": (1, 2),
    "大年初三": (1, 3),
    "年初三": (1, 3),
    "元宵节": (1, 15),
    "元宵": (1, 15),
    "正月十五": (1, 15),
    "端午节": (5, 5),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中元节": (7, 15),
    "中秋节": (8, 15),
    "中秋": (8, 15),
    "八月半": (8, 15),
    "重阳节": (9, 9),
    "重阳": (9, 9),
    "腊八节": (12, 8),
    "腊八": (12, 8),
    "大年三十": (12, 30),
    "年三十": (12, 30),
    "除夕": (12, 30),
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def lunar_day(said: str) -> tuple[int, int, bool] | None:
    """The lunar month, day and whether the month is a leap one, where a text names a lunar day.

    「八月十五」 alone is a day of the sun: only 农历, 正月, 初八 and the like speak of the moon.
    """
    for feast in sorted(_FEASTS, key=len, reverse=True):
        if feast in said:
            return (*_FEASTS[feast], False)
    for found in _LUNAR.finditer(said):
        day = found["day"] or ""
        lunar_words = (
            found["called"]
            or found["leap"]
            or found["month"] in _NAMED_ONLY
            or day.startswith(("初", "廿", "卅"))
            or re.search(r"农历|阴历|旧历|老历", said[: found.start()])
        )
        if not lunar_words:
            continue
        if not day:
            raise NotUnderstood("是农历哪一天？比如“腊月初八”")
        return _month(found["month"]), _day(day), bool(found["leap"])
    return None


def in_year(year: int, month: int, day: int, *, leap: bool) -> date:
    """The solar day of a lunar one. Raises NotUnderstood for a day that the year does not have.

    >>> in_year(2025, 12, 8, leap=False)
    datetime.date(2026, 1, 26)
    """
    if not _FIRST_YEAR <= year < _LAST_YEAR:
        raise NotUnderstood("这个年份太远了，请说公历的年月日")
    leap_month = LCalendars.leap_month(year)
    if leap and leap_month != month:
        raise NotUnderstood(f"{year} 年没有闰{_name(month)}月，请说公历的年月日")
    days = _days_in(year, month, leap=leap)
    if day == 30 and days == 29 and month == 12:
        day = 29  # 年三十 is the last day of the year, however long its last month
    if not 1 <= day <= days:
        raise NotUnderstood(f"{year} 年农历{_name(month)}月只有 {days} 天，这一天不存在")
    solar: date = LunarDate(year, month, day, 1 if leap else 0).to_solar_date()
    return solar


def year_of(day: date) -> int:
    """The lunar year in which a day lies."""
    return int(LunarDate.from_solar(day).year)


def _days_in(year: int, month: int, *, leap: bool) -> int:
    for one, days, is_leap in LCalendars.iter_year_month(year):
        if (one, bool(is_leap)) == (month, leap):
            return int(days)
    raise NotUnderstood("这个月份不存在")


def _month(said: str) -> int:
    month = _MONTHS.get(said) or int(value_of(said))
    if not 1 <= month <= 12:
        raise NotUnderstood("这个月份不存在")
    return month


def _day(said: str) -> int:
    said = said.removeprefix("初").replace("卅", "三十")
    if said.startswith("廿"):
        return 20 + int(value_of(said[1:])) if said[1:] else 20
    return int(value_of(said))


def _name(month: int) -> str:
    return {1: "正", 11: "冬", 12: "腊"}.get(month) or "一二三四五六七八九十"[month - 1]
