from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from backend.core.errors import Problem
from backend.ratings import rating
from backend.ratings.rules import the_rules


def test_the_levels_are_the_standards_five_and_the_two_lowest_are_bad() -> None:
    rules = the_rules()
    assert [rules.levels[level]["name"] for level in (5, 4, 3, 2, 1)] == [
        "非常满意",
        "满意",
        "基本满意",
        "不满意",
        "非常不满意",
    ]
    assert rules.bad_from == 2
    assert rules.contact_within == 1


@pytest.mark.parametrize(("channel", "asked"), [("window", "服务态度"), ("chat", "平台操作性")])
def test_who_came_to_a_counter_is_asked_about_the_counter(channel: str, asked: str) -> None:
    assert asked in the_rules().indicators_for(channel)


@pytest.mark.parametrize(
    ("document", "trail", "staff"),
    [
        ({}, (), []),
        ({"handling": {"by": "department", "handler": None}}, (), []),
        ({"handling": {"receiver": "r", "decided_by": "staff:d"}}, (), ["d", "r"]),
        ({"handling": {"decided_by": "automatic"}, "timeline": [{"by": "traffic-police"}]}, (), []),
        ({"timeline": [{"by": "staff:h"}, {"by": "citizen"}, {}]}, ("staff:c", "clock"), ["c", "h"]),
        ({"handling": {"handler": "h", "receiver": "h"}}, ("staff:h",), ["h"]),
    ],
)
def test_everybody_who_had_it_in_hand_is_known(
    document: dict[str, Any], trail: tuple[str, ...], staff: list[str]
) -> None:
    assert rating.handlers_of(document, trail) == staff


@pytest.fixture(autouse=True)
def no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rating, "catalogue", lambda: SimpleNamespace(matters={}))


def a_rating(**changes: Any) -> dict[str, Any]:
    moment = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
    return {
        "_id": "r1",
        "application": "a-secret",
        "citizen": "c-secret",
        "matter": "id-card-renewal",
        "department": "public-security",
        "handlers": ["s-secret"],
        "level": 1,
        "indicators": {"办事效率": 1},
        "comment": "等得太久",
        "channel": "app",
        "excluded": False,
        "follow_up": None,
        "created_at": moment,
    } | changes


def test_staff_are_shown_the_week_and_nothing_that_names_the_case() -> None:
    seen = rating.shown_to_staff(a_rating(), datetime(2026, 9, 25, tzinfo=UTC))
    assert seen["week"] == "2026-W39"
    assert "secret" not in str(seen)


def test_a_follow_up_is_late_once_its_day_is_over_and_not_when_it_is_closed() -> None:
    due = datetime(2026, 9, 25, 16, 0, tzinfo=UTC)
    follow_up: dict[str, Any] = {"state": "open", "due": due, "contact_due": due, "contacts": []}
    follow_up |= {"outcome": None, "appeal": None}
    late = a_rating(follow_up=follow_up)
    assert not rating.shown_to_staff(late, due)["follow_up"]["late"]
    after = due.replace(day=26)
    assert rating.shown_to_staff(late, after)["follow_up"]["late"]
    closed = a_rating(follow_up=follow_up | {"state": "closed"})
    assert not rating.shown_to_staff(closed, after)["follow_up"]["late"]


def test_where_no_holidays_are_entered_nobody_makes_up_a_deadline() -> None:
    with pytest.raises(Problem, match="calendar-ended"):
        rating._follow_up(datetime(2199, 1, 1, tzinfo=UTC))
