"""Days and months: 下周三, 上个月15号, 去年腊月初八, 25.3.8, "in two weeks". Relative to the city's day."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from backend.values import lunar
from backend.values.calendar_words import (
    DAY,
    EARLIEST,
    FULL_DATE,
    LATEST,
    MONTH,
    MONTH_ALONE,
    MONTH_STEPS,
    MONTH_WORD,
    NUMERAL,
    PACKED_DATE,
    Tense,
    day_if_any,
    day_of,
    is_lunar,
    month_in,
    months_on,
    number_of,
    year_of,
    year_said,
)
from backend.values.english_dates import read_english
from backend.values.numerals import value_of
from backend.values.wording import NotUnderstood, plain

_SHORT = re.compile(rf"(?<![\d.]){MONTH}(?:\s*月\s*的?|\s*[\-/.]\s*){DAY}(?![\d年])\s*[日号]?")
_DAY_ALONE = re.compile(rf"(?<!\d){DAY}\s*[日号](?!楼|线|院)")
_NEAR = {
    "大前天": -3,
    "大前日": -3,
    "前天": -2,
    "前日": -2,
    "昨天": -1,
    "昨日": -1,
    "昨儿": -1,
    "昨晚": -1,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "当天": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "明儿": 1,
    "明早": 1,
    "明晚": 1,
    "后天": 2,
    "后日": 2,
    "后儿": 2,
    "大后天": 3,
    "大后日": 3,
    "听日": 1,
    "寻日": -1,
    "现在": 0,
    "马上": 0,
    "立刻": 0,
}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": -1,
             **{str(number): number - 1 for number in range(1, 8)}}  # fmt: skip
_WEEKDAY = re.compile(
    r"(?P<which>(?:上|下)+|这|本)?一?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-7])(?!天|个)"
)
_STEP = re.compile(
    rf"(?:再)?(?:过|等)?\s*(?P<count>{NUMERAL}+|半|几)\s*(?P<unit>天|日|个?(?:星期|礼拜)|周|个?月|年)(?P<half>半)?"
    r"(?:的时间)?(?P<way>之?前|以前|之?后|以后|内|里)?"
)
_NO_DAY = re.compile(
    r"开春|入秋|入冬|入夏|开学|放假|过年|年前|年后|过完年|春天|夏天|秋天|冬天|暑假|寒假|过[几两][天日]|几天[后前]|前几天|过些|前些|改天|过阵子"
    r"|前阵子|最近|以后再|回头|到时候|月初|月中|上旬|中旬|下旬|年初|年中|上半年|下半年|很久|早就|小时候|someday|soon|later"
)
_BIRTHDAY = re.compile(r"生日|满月|周岁|百日|纪念日|预产期|birthday")
_UNKNOWN = re.compile(r"不记得|记不清|忘了|不知道|不清楚|没定|说不好|not sure|don't (?:know|remember)")
_TWO_DAYS = re.compile(r"[日号\d]\s*(?:到|至|~|—)\s*(?=[\d一二三四五六七八九十明后下])")
_SOLAR_FEASTS = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "劳动节": (5, 1),
    "五一": (5, 1),
    "儿童节": (6, 1),
    "六一": (6, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "十一假": (10, 1),
    "圣诞": (12, 25),
}


def read_date(text: str, *, today: date, tense: Tense | None = None) -> date:
    """The day said. Raises NotUnderstood, for what is no day, no one day, or on the wrong side of today.

    >>> read_date("下周三", today=date(2026, 11, 23)).isoformat()
    '2026-12-02'
    >>> read_date("腊月初八", today=date(2026, 11, 23), tense=Tense.PAST).isoformat()
    '2026-01-26'
    """
    said = plain(text)
    day = _find_day(said, today, tense)
    if not EARLIEST <= day.year <= LATEST:
        raise NotUnderstood("这个年份不对，请说四位数的年份")
    if tense is Tense.PAST and day > today:
        raise NotUnderstood("这一天还没到，这里要填的是已经过去的日子")
    if tense is Tense.FUTURE and day < today:
        raise NotUnderstood("这一天已经过去了，这里要填的是今天或以后的日子")
    return day


def read_month(text: str, *, today: date, tense: Tense | None = None) -> str:
    """The month said, as ``2026-03``; a day within it will do.

    >>> read_month("去年十二月", today=date(2026, 11, 23))
    '2025-12'
    """
    said = plain(text)
    found = month_in(said, today, tense)
    if found is None and re.search(r"last month|this month|next month", said):
        found = months_on(today, {"last": -1, "this": 0, "next": 1}[said.split(" month")[0].split()[-1]])
    if found is None:
        try:
            day = read_date(text, today=today, tense=tense)
        except NotUnderstood as error:
            raise NotUnderstood(
                error.reason if "不存在" in error.reason else "没有看出是哪年哪月，比如“2026 年 3 月”"
            ) from error
        found = (day.year, day.month)
    year, month = found
    if not 1 <= month <= 12 or not EARLIEST <= year <= LATEST:
        raise NotUnderstood("这个月份不存在")
    return f"{year}-{month:02d}"


def _find_day(said: str, today: date, tense: Tense | None) -> date:
    if _TWO_DAYS.search(said) and len(FULL_DATE.findall(said) or _SHORT.findall(said)) > 1:
        raise NotUnderstood("听到了两个日子，请只说要填的那一天")
    for rule in _RULES:
        day = rule(said, today, tense)
        if day is not None:
            return day
    if _BIRTHDAY.search(said):
        raise NotUnderstood("请把那一天说成年月日，比如“2026 年 3 月 8 日”")
    month = None if _UNKNOWN.search(said) else month_in(said, today, tense)
    if month is not None:
        raise NotUnderstood(f"{month[0]} 年 {month[1]} 月的哪一天？说几号就行，比如“{month[1]} 月 8 号”")
    if _NO_DAY.search(said):
        raise NotUnderstood("这样说定不下是哪一天，请说几月几号，比如“3 月 8 号”")
    if re.search(r"(?:\d{2}|[零〇一二三四五六七八九]{2}|今|明|去|前|后)年", said):
        raise NotUnderstood("还差几月几号，比如“3 月 8 号”")
    if re.search(r"(?:下|上|这|本)个?(?:周|星期|礼拜)|week", said):
        raise NotUnderstood("是那一周的星期几？比如“下周三”")
    raise NotUnderstood("没有看出日期，说年月日，比如“2026 年 3 月 8 日”")


def _full_date(said: str, today: date, tense: Tense | None) -> date | None:
    found = FULL_DATE.search(said) or PACKED_DATE.search(said)
    if found is None or is_lunar(said):
        return None
    return day_of(year_of(found["year"], today, tense), number_of(found["month"]), number_of(found["day"]))


def _lunar_date(said: str, today: date, tense: Tense | None) -> date | None:
    year = year_said(said, today, tense)
    found = lunar.lunar_day(said)
    if found is None:
        return None
    month, day, leap = found
    if year is not None:
        return lunar.in_year(year, month, day, leap=leap)
    this_year = lunar.year_of(today)
    return _nearest(partial(_lunar_in, month=month, day=day, leap=leap), this_year, today, tense)


def _lunar_in(year: int, *, month: int, day: int, leap: bool) -> date:
    return lunar.in_year(year, month, day, leap=leap)


def _month_and_day(said: str, today: date, tense: Tense | None) -> date | None:
    found = _SHORT.search(said)
    if found:
        month, day = number_of(found["month"]), number_of(found["day"])
    else:
        feast = next((one for name, one in _SOLAR_FEASTS.items() if name in said), None)
        if feast is None:
            return None
        month, day = feast
    year = year_said(said, today, tense)
    if year is not None:
        return day_of(year, month, day)
    if found and tense is None and day_if_any(today.year, month, day) is None:
        return day_of(today.year, month, day)
    return _nearest(partial(_solar_in, month=month, day=day), today.year, today, tense)


def _solar_in(year: int, *, month: int, day: int) -> date:
    return day_of(year, month, day)


def _day_of_month(said: str, today: date, tense: Tense | None) -> date | None:
    """「上个月15号」, 「这个月底」, 「15号」."""
    found = MONTH_WORD.search(said)
    last = re.search(r"月底|月末|最后一天", said)
    alone = _DAY_ALONE.search(said)
    named = MONTH_ALONE.search(said) if last else None
    if named:
        year = year_said(said, today, tense) or today.year
        return _last_of(year, number_of(named["month"]))
    if re.search(r"年底|年末", said):
        return _last_of(year_said(said, today, tense) or today.year, 12)
    if found is None and alone is None and not last:
        return None
    moved = MONTH_STEPS[found["word"]] if found and found["word"] else 0
    year, month = months_on(today, moved)
    if last:
        return _last_of(year, month)
    if alone is None:
        return None
    day = number_of(alone["day"])
    if found is None:
        step = {Tense.PAST: -1, Tense.FUTURE: 1}.get(tense) if tense else None
        beyond = step and (day - today.day) * step < 0
        year, month = months_on(today, step) if beyond and step else (year, month)
    return day_of(year, month, day)


def _last_of(year: int, month: int) -> date:
    first = day_of(year, month, 1)
    return first.replace(day=monthrange(year, month)[1])


def _near_day(said: str, today: date, _: Tense | None) -> date | None:
    for word in sorted(_NEAR, key=len, reverse=True):
        if word in said:
            return today + timedelta(days=_NEAR[word])
    return None


def _weekday(said: str, today: date, tense: Tense | None) -> date | None:
    found = _WEEKDAY.search(said)
    if found is None:
        return None
    if found["day"] == "末":
        raise NotUnderstood("周末是周六还是周日？")
    which = found["which"] or ""
    weeks = which.count("下") - which.count("上")
    day = today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + _WEEKDAYS[found["day"]])
    if not which and tense is Tense.FUTURE and day < today:
        return day + timedelta(days=7)
    if not which and tense is Tense.PAST and day > today:
        return day - timedelta(days=7)
    return day


def _steps(said: str, today: date, _: Tense | None) -> date | None:
    """「三天后」, 「两周前」, 「半个月后」, 「再过一年半」."""
    found = next(
        (
            one
            for one in _STEP.finditer(said)
            if one["way"] in _WAYS or (one[0].startswith(("再", "过", "等")) and one["way"] is None)
        ),
        None,
    )
    if found is None or found["count"] == "几" or found[0].startswith(("过两天", "过两日")):
        return None
    unit = found["unit"].removeprefix("个")
    back = found["way"] in _BACK
    if found["count"] == "半":
        # Half a month is fifteen days, half a year six months.
        step = relativedelta(days=15) if unit == "月" else relativedelta(months=6) if unit == "年" else None
        if step is None:
            return None
    else:
        count, half = int(value_of(found["count"])), bool(found["half"])
        if count > _MOST_STEPS:
            raise NotUnderstood("这个日子太远了，请说年月日")
        step = _UNITS[unit](count, half)
    return today - step if back else today + step


_MOST_STEPS = 2000
_BACK = ("前", "之前", "以前")
_WAYS = (*_BACK, "后", "之后", "以后")
_UNITS: dict[str, Callable[[int, bool], relativedelta]] = {
    "天": lambda count, half: relativedelta(days=count),
    "日": lambda count, half: relativedelta(days=count),
    "周": lambda count, half: relativedelta(weeks=count),
    "星期": lambda count, half: relativedelta(weeks=count),
    "礼拜": lambda count, half: relativedelta(weeks=count),
    "月": lambda count, half: relativedelta(months=count, days=15 if half else 0),
    "年": lambda count, half: relativedelta(years=count, months=6 if half else 0),
}


def _english(said: str, today: date, tense: Tense | None) -> date | None:
    found = read_english(said, today)
    if found is None:
        return None
    if found.year is not None:
        return day_of(found.year, found.month, found.day)
    return _nearest(partial(_solar_in, month=found.month, day=found.day), today.year, today, tense)


_RULES: tuple[Callable[[str, date, Tense | None], date | None], ...] = (
    _full_date, _lunar_date, _steps, _near_day, _weekday, _month_and_day, _english, _day_of_month,
)  # fmt: skip


def _nearest(day_in: Callable[[int], date], year: int, today: date, tense: Tense | None) -> date:
    """The day in the year that suits: the last one past, the next one to come, or this year's."""
    this = _try(day_in, year)
    if tense is None:
        return this if this is not None else day_in(year)
    step = -1 if tense is Tense.PAST else 1
    for tried in range(year - step, year + 9 * step, step):
        day = _try(day_in, tried)
        if day is not None and (day - today).days * step >= 0:
            return day
    return day_in(year)


def _try(day_in: Callable[[int], date], year: int) -> date | None:
    try:
        return day_in(year)
    except NotUnderstood:
        return None
