"""The daily rollup counts what was decided, and what is told of it."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.core.clock import city_midnight
from tests.contract.desk import HOME, QUICK, RELIEF, Desk

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def nothing_counted(desk: Desk) -> None:
    for name in ("applications", "figures_daily", "ratings"):
        desk.house.db[name].delete_many({})


def told(desk: Desk, by: str = "matter", person: str = "supervisor") -> dict[str, dict[str, Any]]:
    answer = desk.ask(person, "GET", f"/staff/figures?by={by}&from=2026-11-20&to=2026-11-30")
    assert answer.status_code == 200, answer.get_json()
    return {row[by]: row for row in answer.get_json()["items"]}


def test_a_day_counts_what_was_decided_on_it(desk: Desk) -> None:
    from backend.figures.store import roll_up
    from backend.workbench.automatic import decide_automatically

    desk.clock.moment = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    approved, refused, corrected = desk.a_case(), desk.a_case(), desk.a_case()
    quick = desk.a_case(QUICK)
    decide_automatically(desk.house, quick)
    desk.clock.advance(hours=3)
    desk.deciding(approved)
    desk.do("decider", approved, "claim", "approve")
    desk.clock.advance(days=1)
    desk.deciding(refused)
    desk.do("decider", refused, "claim", "refuse", reason="不符合", remedy="可以复议")
    items = [{"field": "contact_phone", "reason": "打不通"}]
    desk.do("receiver", corrected, "claim", "correct", items=items)
    desk.house.db["ratings"].insert_many(
        [{"application": approved, "level": 5}, {"application": refused, "level": 1, "excluded": True}]
    )

    assert roll_up(desk.house, TODAY) == 2
    assert roll_up(desk.house, TODAY + timedelta(days=1)) == 1
    assert roll_up(desk.house, TODAY) == 2, "counting again changes nothing"
    found = told(desk)
    relief = found[RELIEF]
    assert (relief["handled"], relief["refusal_rate"], relief["on_time_rate"]) == (2, 0.5, 1.0)
    assert (relief["online_share"], relief["zero_visit_share"], relief["correction_rate"]) == (1.0, 1.0, 0.0)
    # Submitted at nine: accepted at twelve, and the next day at twelve, eight office hours later.
    assert relief["acceptance_hours_median"] == 3
    assert (relief["rated"], relief["satisfaction"]) == (1, 1.0)
    assert relief["data_reuse"] == 1.0
    assert found[QUICK]["acceptance_hours_median"] == 0
    assert told(desk, "department")[HOME]["handled"] == 3


def test_a_bundle_is_counted_by_its_parts_alone(desk: Desk) -> None:
    from backend.figures.store import roll_up

    desk.clock.moment = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    part, bundle = desk.a_case(), desk.a_case()
    for case in (part, bundle):
        desk.deciding(case)
        desk.do("decider", case, "claim", "approve")
    parts = {"parts": [{"matter": RELIEF, "application": part}]}
    desk.house.db["applications"].update_one({"_id": bundle}, {"$set": parts})
    roll_up(desk.house, TODAY)
    assert told(desk)[RELIEF]["handled"] == 1


def test_figures_come_as_csv_too_and_only_to_those_who_answer_for_them(desk: Desk) -> None:
    from backend.figures.store import roll_up

    desk.clock.moment = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    case = desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim", "approve")
    roll_up(desk.house, TODAY)
    path = "/staff/figures?by=matter&from=2026-11-23&to=2026-11-23"
    answer = desk.ask("supervisor", "GET", path, headers={"Accept": "text/csv"})
    [row] = csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert (row["matter"], row["handled"]) == (RELIEF, "1")
    assert desk.ask("receiver", "GET", path).status_code == 403
    assert desk.ask("supervisor", "GET", "/staff/figures?from=2026-11-23&to=2020-01-01").status_code == 422


def a_daily(desk: Desk, department: str, matter: str, handled: int) -> None:
    from backend.figures.store import COUNTS

    day = city_midnight(date(2026, 10, 12))
    row: dict[str, Any] = dict.fromkeys(COUNTS, handled) | {"refused": 0, "approved": handled}
    row |= {"_id": f"{matter}", "day": day, "department": department, "matter": matter, "hours": []}
    desk.house.db["figures_daily"].insert_one(row)


def test_open_data_hide_small_counts_and_what_would_give_them_away(desk: Desk) -> None:
    for department, matter, handled in (
        ("health", "m1", 3), ("health", "m2", 12), ("health", "m3", 40), ("housing", "m4", 90),
        ("taxation", "m5", 70),
    ):  # fmt: skip
        a_daily(desk, department, matter, handled)
    answer = desk.ask("", "GET", "/open-data/figures?by=matter&month=2026-10")
    body = answer.get_json()
    assert body["licence"]["name"] == "CC BY 4.0"
    assert body["total"] == 215
    assert {row["matter"]: row["handled"] for row in body["items"]} == {
        "m1": None, "m2": None, "m3": 40, "m4": 90, "m5": 70,
    }  # fmt: skip
    concealed = next(row for row in body["items"] if row["matter"] == "m1")
    assert all(concealed[key] is None for key in concealed if key not in ("matter", "name", "department"))
    departments = desk.ask("", "GET", "/open-data/figures?by=department&month=2026-10").get_json()["items"]
    assert {row["department"]: row["handled"] for row in departments}["health"] == 55
    text = desk.ask("", "GET", "/open-data/figures?by=matter&month=2026-10&format=csv")
    assert 'rel="license"' in text.headers["Link"]


def test_a_month_that_is_not_over_is_not_told(desk: Desk) -> None:
    desk.clock.moment = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    assert desk.ask("", "GET", "/open-data/figures?month=2026-11").status_code == 422
    assert desk.ask("", "GET", "/open-data/figures?month=2026-10").get_json()["items"] == []
