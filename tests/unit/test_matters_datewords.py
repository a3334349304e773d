from datetime import date, datetime
from typing import Any

import pytest

from backend.core.clock import city_midnight
from backend.matters.datewords import date_bounds, fields_read, is_dated, newly_true, parse_word, resolve

TODAY = date(2026, 11, 23)


def day(text: str, today: date = TODAY) -> date:
    word = parse_word(text)
    assert word is not None
    return word.on(today)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("today", date(2026, 11, 23)),
        ("today+90d", date(2027, 2, 21)),
        ("today-2w", date(2026, 11, 9)),
        ("today+1y-1d", date(2027, 11, 22)),
        ("today - 1m", date(2026, 10, 23)),
        ("month_start", date(2026, 11, 1)),
        ("month_end", date(2026, 11, 30)),
        ("month_start+1m", date(2026, 12, 1)),
        ("years_ago(80)", date(1946, 11, 23)),
        ("years_ago(80, month_start)", date(1946, 11, 1)),
        ("years_ago(80, month_end)", date(1946, 11, 30)),
        ("years_ago(80,month_start)+1m", date(1946, 12, 1)),
        ("years_ago(6, today+3m)", date(2021, 2, 23)),
    ],
)
def test_a_date_word_means_a_day(word: str, expected: date) -> None:
    assert day(word) == expected


def test_a_month_before_the_31st_ends_where_the_shorter_month_ends() -> None:
    assert day("today-1m", date(2026, 3, 31)) == date(2026, 2, 28)


def test_who_was_born_on_a_leap_day_turns_eighty_in_february() -> None:
    assert day("years_ago(82, month_end)", date(2026, 2, 10)) == date(1944, 2, 29)


def test_words_become_the_midnight_of_the_city() -> None:
    assert resolve("today", today=TODAY) == city_midnight(TODAY)
    assert resolve("today", today=TODAY).isoformat() == "2026-11-22T16:00:00+00:00"


def test_everything_that_is_no_date_word_stays() -> None:
    value = {
        "licences": {"$elemMatch": {"type": "driving-licence", "status": "valid"}},
        "population.sex": {"$in": ["女", "today is fine"]},
        "fund.months": {"$gte": 3},
        "moment": datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    }
    assert resolve(value, today=TODAY) == value


def test_a_yaml_date_becomes_a_midnight_too() -> None:
    assert resolve({"born": {"$lt": date(2020, 1, 1)}}, today=TODAY) == {
        "born": {"$lt": city_midnight(date(2020, 1, 1))}
    }


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("todya+90d", "did you mean today?"),
        ("now+3d", "Known: today"),
        ("month-start", "did you mean month_start?"),
        ("today+90x", "'x' is no unit"),
        ("yearsago(80)", "did you mean years_ago(80)"),
        ("years_ago(80, tomorow)", "is no date word"),
        ("years_ago", "years_ago(80)"),
        ("toady", "did you mean today?"),
    ],
)
def test_a_near_miss_is_refused_with_the_right_word(wrong: str, hint: str) -> None:
    with pytest.raises(ValueError, match="no date word") as error:
        resolve({"a.b": {"$lt": wrong}}, today=TODAY)
    assert hint in str(error.value)


ORDINARY = ["driving-licence", "valid", "class-3d", "非本人意愿中断就业", "C1", "holiday", ""]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_values_are_never_taken_for_date_words(text: str) -> None:
    assert parse_word(text) is None


def test_a_filter_reads_the_sections_it_names() -> None:
    wanted = {
        "population.hukou.local": True,
        "$or": [{"children": {"$elemMatch": {"registered": False}}}, {"fund.months": {"$gte": 3}}],
        "$expr": {"$lt": ["$medical_insurance.months", "$employment.contribution_months"]},
    }
    assert fields_read(wanted) == {"population", "children", "fund", "medical_insurance", "employment"}


IMPOSSIBLE: list[dict[str, Any]] = [
    {"$where": "1"},
    {"$or": {"a": 1}},
    {"$and": ["a"]},
    {"a": {"$lt": "todya"}},
]


@pytest.mark.parametrize("wrong", IMPOSSIBLE)
def test_a_filter_that_cannot_be_right_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"filter|date word"):
        fields_read(wrong)


def test_only_a_filter_with_a_date_word_is_dated() -> None:
    assert is_dated({"a": [{"b": {"$lt": "month_end"}}]})
    assert not is_dated({"a": {"$lt": 3}, "b": "valid"})


def test_the_newly_true_are_those_whom_the_window_reached() -> None:
    window = {"$gte": "today", "$lt": "today+90d"}
    rule = {"licences": {"$elemMatch": {"type": "driving-licence", "expires": window}}}
    [only] = newly_true(rule, since=date(2026, 11, 22), today=TODAY) or []
    assert only["licences"]["$elemMatch"] == {
        "type": "driving-licence",
        "expires": {"$gte": city_midnight(date(2027, 2, 20)), "$lt": city_midnight(date(2027, 2, 21))},
    }


def test_after_a_long_pause_the_lower_bound_of_the_rule_still_holds() -> None:
    rule = {"expires": {"$gte": "today", "$lt": "today+10d"}}
    [only] = newly_true(rule, since=date(2026, 1, 1), today=TODAY) or []
    assert only == {"expires": {"$gte": city_midnight(TODAY), "$lt": city_midnight(date(2026, 12, 3))}}


def test_an_inclusive_bound_does_not_find_the_same_day_twice() -> None:
    rule = {"population.born": {"$lte": "years_ago(80)"}}
    [only] = newly_true(rule, since=date(2026, 11, 22), today=TODAY) or []
    assert only["population.born"]["$gte"] > city_midnight(date(1946, 11, 22))
    assert only["population.born"]["$lte"] == city_midnight(date(1946, 11, 23))


def test_each_upper_bound_gives_its_own_narrowed_filter() -> None:
    soon, past = {"$lt": "today+30d"}, {"$lt": "today-1m"}
    rule = {"$or": [{"vehicles.inspection_due": soon}, {"employment.left": past}]}
    narrowed = newly_true(rule, since=date(2026, 11, 22), today=TODAY) or []
    assert len(narrowed) == 2
    assert "$gte" in narrowed[0]["$or"][0]["vehicles.inspection_due"]
    assert "$gte" not in narrowed[0]["$or"][1]["employment.left"]


NOT_GROWING: list[dict[str, Any]] = [
    {"$nor": [{"a": {"$lt": "today"}}]},
    {"a": {"$not": {"$lt": "today"}}},
    {"a": "today"},
    {"a": {"$ne": "today"}},
]


@pytest.mark.parametrize("rule", NOT_GROWING)
def test_negations_and_equalities_fall_back_to_the_whole_sweep(rule: dict[str, Any]) -> None:
    assert newly_true(rule, since=date(2026, 11, 22), today=TODAY) is None


def test_bounds_name_the_paths_an_index_needs() -> None:
    rule = {"licences": {"$elemMatch": {"type": "x", "expires": {"$gte": "today", "$lt": "today+90d"}}}}
    assert date_bounds(rule, TODAY) == {
        "licences.expires": (city_midnight(TODAY), city_midnight(date(2027, 2, 21)))
    }
