"""Every deadline that is not a case's own, over 国庆, 春节 and the Saturdays worked instead."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from backend.core.clock import CITY
from tests.contract.desk import HOME, OFFICE, RELIEF, Desk
from tests.contract.test_ratings_followed import a_handled, give, rated, rating_of

__all__ = ["rated"]
# What the n-th working day after a day is, counted by hand on the calendar of the yearly notice for 2026.
BEFORE_NATIONAL_DAY = "2026-09-28"  # 10-01 to 10-07 off, Saturday 10-10 worked
BEFORE_SPRING_FESTIVAL = "2026-02-12"  # 02-15 to 02-23 off, Saturdays 02-14 and 02-28 worked
ON_A_MAKE_UP_SATURDAY = "2026-10-10"
IN_THE_HOLIDAY = "2026-02-18"
WORKING_DAYS = {
    BEFORE_NATIONAL_DAY: {1: "2026-09-29", 2: "2026-09-30", 3: "2026-10-08", 5: "2026-10-10"}
    | {10: "2026-10-16", 15: "2026-10-23"},
    BEFORE_SPRING_FESTIVAL: {1: "2026-02-13", 2: "2026-02-14", 3: "2026-02-24", 5: "2026-02-26"}
    | {10: "2026-03-04", 15: "2026-03-11"},
    ON_A_MAKE_UP_SATURDAY: {1: "2026-10-12", 2: "2026-10-13", 3: "2026-10-14", 5: "2026-10-16"}
    | {10: "2026-10-23", 15: "2026-10-30"},
    IN_THE_HOLIDAY: {1: "2026-02-24", 2: "2026-02-25", 3: "2026-02-26", 5: "2026-02-28"}
    | {10: "2026-03-06", 15: "2026-03-13"},
}
STARTS = list(WORKING_DAYS)


@pytest.fixture
def town(desk: Desk) -> Iterator[Desk]:
    before = desk.clock.moment
    yield desk
    desk.clock.moment = before


def at(desk: Desk, day: str, hour: int = 10) -> datetime:
    desk.clock.moment = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=CITY)
    return desk.clock.moment


def city_day(moment: datetime | str) -> str:
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(CITY).date().isoformat()


@pytest.mark.parametrize("start", STARTS)
def test_a_disputed_value_is_answered_in_five_working_days(town: Desk, start: str) -> None:
    at(town, start)
    citizen = town.a_resident()
    body = {"path": "population.residence.address", "should_be": "安居区安心路9号", "note": "搬家了"}
    made = town.ask(town.citizen_token(citizen), "POST", "/me/corrections", body).get_json()
    assert city_day(made["due"]) == WORKING_DAYS[start][5]


@pytest.mark.parametrize("start", STARTS)
def test_another_departments_opinion_is_due_in_the_days_asked(town: Desk, start: str) -> None:
    from backend.workbench import case_store

    at(town, start)
    case = town.a_case()
    town.do("receiver", case, "claim", "accept")
    joint = case_store.opinions_of(town.house, case)
    assert [city_day(one["due"]) for one in joint] == [WORKING_DAYS[start][3]]
    town.do("handler", case, "claim")
    body = {"department": "taxation", "question": "有没有应税收入？", "days": 10}
    asked = town.ask("handler", "POST", f"/staff/cases/{case}/opinions", body).get_json()
    assert city_day(asked["due"]) == WORKING_DAYS[start][10]


@pytest.mark.parametrize("start", STARTS)
def test_a_bad_rating_is_called_back_next_working_day_and_mended_in_fifteen(rated: Desk, start: str) -> None:
    case, citizen = a_handled(rated)
    at(rated, start)
    assert give(rated, citizen, case).status_code == 201
    follow_up = rating_of(rated, case)["follow_up"]
    assert city_day(follow_up["contact_due"]) == WORKING_DAYS[start][1]
    assert city_day(follow_up["due"]) == WORKING_DAYS[start][15]


@pytest.mark.parametrize("start", STARTS)
def test_a_request_for_data_is_checked_answered_and_settled_in_time(town: Desk, start: str) -> None:
    from backend.sharing.requesting import remind_late

    for name, department, roles in (
        ("asker", HOME, ["supervise"]),
        ("office", OFFICE, ["decide"]),
        ("owner", "natural-resources", ["decide"]),
    ):
        if name not in town.tokens:
            town.hire(name, department, roles)
    at(town, start)
    grant = f"/staff/sharing/grants/property:{RELIEF}/end"
    town.ask("owner", "POST", grant, {"reason": "不再需要"})
    body = {"item": "property", "matter": RELIEF, "use": "核验有没有住房", "scene": "救助", "days": 90}
    made = town.ask("asker", "POST", "/staff/sharing/requests", body).get_json()
    path = f"/staff/sharing/requests/{made['id']}"
    assert city_day(made["due"]) == WORKING_DAYS[start][2]
    checked = town.ask("office", "POST", f"{path}/check", {"yes": True}).get_json()
    assert city_day(checked["due"]) == WORKING_DAYS[start][5]
    at(town, WORKING_DAYS[start][5], 23)
    remind_late(town.house)
    assert not town.ask("owner", "GET", path).get_json()["late"], "the last day is a whole day"
    town.clock.moment += timedelta(hours=2)
    remind_late(town.house)
    assert town.ask("owner", "GET", path).get_json()["late"]
    at(town, start)
    refusal = {"yes": False, "reason": "用途不明"}
    assert town.ask("owner", "POST", f"{path}/answer", refusal).get_json()["state"] == "refused"
    disputed = town.ask("asker", "POST", f"{path}/dispute", {"reason": "法定职责需要"}).get_json()
    assert city_day(disputed["due"]) == WORKING_DAYS[start][5]
    settled = town.ask("office", "POST", f"{path}/settle", {"yes": True, "reason": "限核验有无"})
    assert settled.get_json()["state"] == "granted"
