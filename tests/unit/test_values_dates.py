"""Days and months as people say them, as a table: what was said on a Monday, and which day it is.

The three columns are the field's tense: none, a day that was, a day that is to come.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.values.calendar_words import Tense
from backend.values.dates import read_date, read_month
from backend.values.wording import NotUnderstood

TODAY = date(2026, 11, 23)  # a Monday
PAST, FUTURE = Tense.PAST, Tense.FUTURE

# The same day whatever the field asks for.
PLAIN = [
    ("今天", "2026-11-23"),
    ("明天", "2026-11-24"),
    ("后天", "2026-11-25"),
    ("後天", "2026-11-25"),
    ("大后天吧", "2026-11-26"),
    ("昨天", "2026-11-22"),
    ("前天晚上", "2026-11-21"),
    ("大前天", "2026-11-20"),
    ("下周三", "2026-12-02"),
    ("下礼拜三", "2026-12-02"),
    ("下个星期天", "2026-12-06"),
    ("下下周五", "2026-12-11"),
    ("上周五", "2026-11-20"),
    ("上上周一", "2026-11-09"),
    ("这周日", "2026-11-29"),
    ("本周四", "2026-11-26"),
    ("这个月底", "2026-11-30"),
    ("下个月底", "2026-12-31"),
    ("去年三月底", "2025-03-31"),
    ("年底", "2026-12-31"),
    ("上个月15号", "2026-10-15"),
    ("上个月十五号", "2026-10-15"),
    ("下月5号", "2026-12-05"),
    ("三天后", "2026-11-26"),
    ("三天以后", "2026-11-26"),
    ("两周前", "2026-11-09"),
    ("半个月后", "2026-12-08"),
    ("半年前", "2026-05-23"),
    ("两个月后", "2027-01-23"),
    ("一年前", "2025-11-23"),
    ("再过一年半", "2028-05-23"),
    ("三年后的今天", "2029-11-23"),
    ("2026年12月1号", "2026-12-01"),
    ("2026年12月1日下午三点", "2026-12-01"),
    ("二〇二五年三月八日", "2025-03-08"),
    ("二零二五年三月八号", "2025-03-08"),
    ("2025的3月8号", "2025-03-08"),
    ("2025年的3月8号", "2025-03-08"),
    ("２０２５年３月８日", "2025-03-08"),
    ("20261201", "2026-12-01"),
    ("2026-12-01", "2026-12-01"),
    ("2026/12/1", "2026-12-01"),
    ("2026.12.1", "2026-12-01"),
    ("26/12/1", "2026-12-01"),
    ("25.3.8", "2025-03-08"),
    ("08年3月5号", "2008-03-05"),
    ("1985.5.1", "1985-05-01"),
    ("租到2027年6月30日", "2027-06-30"),
    ("去年腊月初八", "2026-01-26"),  # the twelfth month of a lunar year lies in the next solar one
    ("2026年腊八", "2027-01-15"),
    ("2025年闰六月初八", "2025-08-01"),
    ("2025年六月初八", "2025-07-02"),  # not the leap month
    ("2025年農曆閏六月初八", "2025-08-01"),
    ("一九六〇年农历三月初三", "1960-03-29"),
    ("阴历1960年三月初三", "1960-03-29"),
    ("前年冬月二十", "2024-12-20"),
    ("明年春节", "2027-02-06"),
    ("今年中秋", "2026-09-25"),
    ("明年正月十五", "2027-02-20"),
    ("2024年腊月三十", "2025-01-28"),  # that month had 29 days: New Year's Eve all the same
    ("去年国庆", "2025-10-01"),
    ("明年元旦", "2027-01-01"),
    ("8 March 2026", "2026-03-08"),
    ("1st of May, 2020", "2020-05-01"),
    ("March 8, 2026", "2026-03-08"),
    ("next Wednesday", "2026-12-02"),
    ("in two weeks", "2026-12-07"),
    ("in a fortnight", "2026-12-07"),
    ("in a month", "2026-12-23"),
    ("3 days ago", "2026-11-20"),
    ("last Friday", "2026-11-20"),
    ("the day after tomorrow", "2026-11-25"),
    ("tomorrow please", "2026-11-24"),
]

# Without a year or a month the tense decides.
TENSED = [
    ("三月八号", "2026-03-08", "2026-03-08", "2027-03-08"),
    ("3月8号", "2026-03-08", "2026-03-08", "2027-03-08"),
    ("3/5", "2026-03-05", "2026-03-05", "2027-03-05"),  # month first, as Chinese has it
    ("十二月二十五", "2026-12-25", "2025-12-25", "2026-12-25"),
    ("15号", "2026-11-15", "2026-11-15", "2026-12-15"),
    ("二十五号", "2026-11-25", "2026-10-25", "2026-11-25"),
    ("周三", "2026-11-25", "2026-11-18", "2026-11-25"),
    ("星期一", "2026-11-23", "2026-11-23", "2026-11-23"),
    ("元旦", "2026-01-01", "2026-01-01", "2027-01-01"),
    ("五一", "2026-05-01", "2026-05-01", "2027-05-01"),
    ("农历八月十五", "2026-09-25", "2026-09-25", "2027-09-15"),
    ("正月初一", "2026-02-17", "2026-02-17", "2027-02-06"),
    ("除夕", "2027-02-05", "2026-02-16", "2027-02-05"),
    ("大年三十", "2027-02-05", "2026-02-16", "2027-02-05"),
    ("Dec 1st", "2026-12-01", "2025-12-01", "2026-12-01"),
    ("85年5月1日", "1985-05-01", "1985-05-01", None),
    ("27年3月1日", "2027-03-01", "1927-03-01", "2027-03-01"),  # nobody was born next year
]

# Asked again, and how.
ASKED = [
    ("明年开春", "几月几号"),
    ("过两天", "几月几号"),
    ("前几天", "几月几号"),
    ("最近吧", "几月几号"),
    ("月初", "几月几号"),
    ("我生日那天", "年月日"),
    ("2025年3月", "哪一天"),
    ("下个月", "哪一天"),
    ("08年", "几月几号"),
    ("2027年", "几月几号"),
    ("下周", "星期几"),
    ("next week", "星期几"),
    ("本周末", "周六还是周日"),
    ("2月30日", "2 月没有 30 号"),
    ("2026年2月29日", "2 月没有 29 号"),
    ("2026年13月1日", "没有 13 月"),
    ("13/5", "没有 13 月"),
    ("明年闰六月初八", "没有闰六月"),
    ("2026年农历四月三十", "只有 29 天"),
    ("腊月", "农历哪一天"),
    ("3月8号到3月10号", "两个日子"),
    ("不记得了", "没有看出"),
    ("随便", "没有看出"),
    ("someday", "几月几号"),
]


@pytest.mark.parametrize(("said", "day"), PLAIN)
def test_a_day_is_the_same_whatever_is_asked(said: str, day: str) -> None:
    assert read_date(said, today=TODAY).isoformat() == day
    suits = PAST if day <= TODAY.isoformat() else FUTURE
    assert read_date(said, today=TODAY, tense=suits).isoformat() == day


@pytest.mark.parametrize(("said", "plain", "past", "future"), TENSED)
def test_what_is_left_out_is_taken_from_the_tense(
    said: str, plain: str, past: str, future: str | None
) -> None:
    assert read_date(said, today=TODAY).isoformat() == plain
    assert read_date(said, today=TODAY, tense=PAST).isoformat() == past
    if future is not None:
        assert read_date(said, today=TODAY, tense=FUTURE).isoformat() == future


@pytest.mark.parametrize(("said", "reason"), ASKED)
def test_what_is_no_one_day_is_asked_precisely(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_date(said, today=TODAY)


def test_a_day_on_the_wrong_side_of_today_is_told() -> None:
    with pytest.raises(NotUnderstood, match="还没到"):
        read_date("明天", today=TODAY, tense=PAST)
    with pytest.raises(NotUnderstood, match="已经过去"):
        read_date("2026年11月22日", today=TODAY, tense=FUTURE)
    assert read_date("今天", today=TODAY, tense=PAST) == read_date("今天", today=TODAY, tense=FUTURE) == TODAY


@pytest.mark.parametrize(
    ("said", "month"),
    [
        ("2026年3月", "2026-03"),
        ("二〇二六年三月", "2026-03"),
        ("2026-03-15", "2026-03"),
        ("202503", "2025-03"),
        ("25年3月", "2025-03"),
        ("上个月", "2026-10"),
        ("下下个月", "2027-01"),
        ("明年一月", "2027-01"),
        ("去年12月", "2025-12"),
        ("十二月", "2026-12"),
        ("last month", "2026-10"),
        ("昨天", "2026-11"),
        ("农历去年腊月初八", "2026-01"),
    ],
)
def test_a_month_may_be_said_by_itself_or_by_a_day(said: str, month: str) -> None:
    assert read_month(said, today=TODAY) == month


@given(st.dates(date(1901, 3, 1), date(2090, 12, 31)))
def test_every_day_is_read_back_as_it_is_written(day: date) -> None:
    for shape in (
        "%Y年%-m月%-d日",
        "%Y-%m-%d",
        "%Y/%-m/%-d",
        "%Y%m%d",
        "%Y.%-m.%-d",
        "%-d %B %Y",
        "%B %-d, %Y",
    ):
        assert read_date(day.strftime(shape), today=TODAY) == day


@given(st.dates(date(1901, 3, 1), date(2090, 12, 31)))
def test_every_day_is_read_back_from_the_lunar_calendar(day: date) -> None:
    from borax.calendars.lunardate import LunarDate

    moon = LunarDate.from_solar(day)
    leap = "闰" if moon.leap else ""
    month = ["正", *"二三四五六七八九十", "冬", "腊"][moon.month - 1]
    said = f"农历{moon.year}年{leap}{month}月{moon.cn_day}"
    assert read_date(said, today=TODAY) == day
