"""好差评: one a handling, nobody who handled it sees or mends it, bad ones followed up by the calendar."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend.core.errors import Problem
from tests.contract.desk import HOME, MATTERS, OTHER, RELIEF, Desk
from tests.contract.engine import day
from tests.contract.prompting import together

RATED = "desk-rated"


@pytest.fixture
def rated(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk, before a week of work in autumn, without earlier ratings; a matter of one department."""
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    file = MATTERS[RELIEF] | {"id": RATED, "joint": [], "tolerance": None, "materials": []}
    monkeypatch.setitem(catalogue().matters, RATED, Matter.model_validate(file))
    monkeypatch.setitem(catalogue().versions, RATED, "desk-rated-1")
    before = desk.clock.moment
    desk.clock.moment = before.replace(year=2026, month=9, day=23, hour=2)
    desk.events.clear()
    yield desk
    desk.clock.moment = before
    for name in ("ratings", "applications", "messages"):
        desk.house.db[name].delete_many({})


def a_handled(desk: Desk, *, refused: bool = False) -> tuple[str, str]:
    """A case that went through everybody's hands, and its citizen."""
    citizen = desk.a_resident()
    case = desk.a_case(RATED, citizen=citizen)
    desk.deciding(case)
    end = {"reason": "收入超过标准", "remedy": "可申请行政复议"} if refused else {"reason": "符合条件"}
    desk.do("decider", case, "claim", "refuse" if refused else "approve", **end)
    if not refused:
        finish(desk, case)
    return case, citizen


def finish(desk: Desk, case: str) -> None:
    from backend.applications.moving import make_move
    from backend.applications.states import Move
    from backend.core.events import commit

    document = desk.document(case)
    commit(
        desk.house,
        lambda unit: make_move(desk.house, unit, document, Move.FINISH, by=HOME, text="已办结"),
    )


def give(desk: Desk, citizen: str, case: str, level: int = 1, **more: Any) -> Any:
    body = {"level": level, "comment": "等得太久"} | more
    token = desk.citizen_token(citizen)
    return desk.ask(token, "POST", f"/applications/{case}/rating", body)


def rating_of(desk: Desk, case: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.house.db["ratings"].find_one({"application": case}) or {}
    return found


def a_bad_one(desk: Desk) -> tuple[str, str, str]:
    """The rating's id, its case, its citizen."""
    case, citizen = a_handled(desk)
    assert give(desk, citizen, case).status_code == 201
    return rating_of(desk, case)["_id"], case, citizen


def elsewhere(desk: Desk) -> str:
    """An administrator of another department."""
    if "admin-elsewhere" not in desk.ids:
        desk.hire("admin-elsewhere", OTHER, ["administrate"])
    return "admin-elsewhere"


def test_nobody_judges_what_they_handled_wherever_they_are_now(rated: Desk) -> None:
    rating, _, _ = a_bad_one(rated)
    path = f"/staff/ratings/{rating}"
    rated.ask("supervisor", "POST", f"{path}/appeal", {"text": "不是我们办的"})
    judge = elsewhere(rated)
    rated.house.db["ratings"].update_one({"_id": rating}, {"$push": {"handlers": rated.ids[judge]}})
    answer = rated.ask(judge, "POST", f"{path}/judgement", {"granted": True, "text": "属于误评"})
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (403, "same-person")


def test_one_handling_is_rated_once_however_many_press_at_once(rated: Desk) -> None:
    from backend.ratings import rating

    case, citizen = a_handled(rated)
    given = {"level": 2, "indicators": {"办事效率": 2}, "comment": "", "channel": "app"}
    outcomes = together(*[lambda: rating.rate(rated.house, citizen, case, **given)] * 5)
    refused = [one for one in outcomes if isinstance(one, Problem)]
    assert len(refused) == 4
    assert {one.kind.slug for one in refused} == {"conflict"}
    assert rated.house.db["ratings"].count_documents({}) == 1
    assert len(rated.emitted("rating.given")) == 1


def test_what_is_running_or_was_taken_back_is_not_rated(rated: Desk) -> None:
    from backend.applications import applying

    citizen = rated.a_resident()
    case = rated.a_case(RATED, citizen=citizen)
    assert give(rated, citizen, case).status_code == 409
    applying.withdraw(rated.house, citizen, case)
    assert give(rated, citizen, case).status_code == 409
    stranger = rated.a_resident()
    assert give(rated, stranger, case).status_code == 404


def test_a_refusal_may_be_rated_too_but_not_for_ever(rated: Desk) -> None:
    case, citizen = a_handled(rated, refused=True)
    rated.clock.moment += timedelta(days=61)
    assert give(rated, citizen, case).status_code == 409
    rated.clock.moment -= timedelta(days=10)
    assert give(rated, citizen, case).status_code == 201


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 6}, {"indicators": {"办事效率": 9}}])
def test_levels_are_one_to_five(rated: Desk, wrong: dict[str, Any]) -> None:
    case, citizen = a_handled(rated)
    assert give(rated, citizen, case, **wrong).status_code == 422


@pytest.mark.parametrize(("level", "followed"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_the_two_lowest_are_followed_up(rated: Desk, level: int, followed: bool) -> None:
    case, citizen = a_handled(rated)
    give(rated, citizen, case, level)
    assert bool(rating_of(rated, case)["follow_up"]) is followed


def test_the_call_and_the_mending_are_due_in_working_days_across_the_holidays(rated: Desk) -> None:
    rated.clock.moment = rated.clock.moment.replace(day=30)
    rating, case, _ = a_bad_one(rated)
    follow_up = rating_of(rated, case)["follow_up"]
    # The first seven days of October are no working days, and a Saturday after them is one.
    assert day(follow_up["contact_due"]) == "2026-10-08"
    assert day(follow_up["due"]) == "2026-10-27"
    assert rating


def test_nobody_who_had_the_case_calls_back(rated: Desk) -> None:
    from backend.ratings import rating as ratings

    rating, case, _ = a_bad_one(rated)
    had = {rated.ids[name] for name in ("receiver", "handler", "reviewer", "decider")}
    assert set(rating_of(rated, case)["handlers"]) == had
    assert (rated.document(case)["handling"] or {})["handler"] is None
    for staff in had:
        with pytest.raises(Problem, match="same-person"):
            ratings.contact(rated.house, staff, HOME, rating, "打过电话了")
    ratings.contact(rated.house, rated.ids["supervisor"], HOME, rating, "打过电话了")
    with pytest.raises(Problem, match="same-person"):
        ratings.settle(rated.house, rated.ids["decider"], HOME, rating, outcome="explained", text="已说明")


def test_who_only_claimed_it_had_it_too(rated: Desk) -> None:
    case = rated.a_case(RATED, citizen=rated.a_resident())
    rated.do("all-rounder", case, "claim", "release")
    rated.deciding(case)
    rated.do("decider", case, "claim", "approve", reason="符合条件")
    finish(rated, case)
    citizen = rated.document(case)["citizen"]
    give(rated, citizen, case)
    assert rated.ids["all-rounder"] in rating_of(rated, case)["handlers"]


def test_a_result_needs_a_call_and_ends_it_and_is_told(rated: Desk) -> None:
    from backend.messages.afterwards import tell_follow_up

    rating, case, citizen = a_bad_one(rated)
    result = {"outcome": "at-once", "text": "已加开窗口。"}
    path = f"/staff/ratings/{rating}"
    assert rated.ask("supervisor", "POST", f"{path}/outcome", result).status_code == 409
    assert (
        rated.ask("supervisor", "POST", f"{path}/contacts", {"text": "本人说等了两小时"}).status_code == 200
    )
    seen = rated.ask("supervisor", "POST", f"{path}/outcome", result).get_json()
    assert (seen["follow_up"]["state"], seen["follow_up"]["outcome"]["kind"]) == ("closed", "立行立改")
    assert rated.ask("supervisor", "POST", f"{path}/contacts", {"text": "再打一次"}).status_code == 409
    [closed] = rated.emitted("rating.closed")
    assert tell_follow_up(rated.house, closed)
    assert tell_follow_up(rated.house, closed) is None
    mine = rated.ask(rated.citizen_token(citizen), "GET", f"/applications/{case}/rating").get_json()
    assert mine["follow_up"]["outcome"]["text"] == "已加开窗口。"


def test_two_calls_at_once_are_both_kept_or_one_is_told_to_look_again(rated: Desk) -> None:
    from backend.ratings import rating as ratings

    rating, case, _ = a_bad_one(rated)
    staff = rated.ids["supervisor"]
    outcomes = together(
        *[lambda text=str(one): ratings.contact(rated.house, staff, HOME, rating, text) for one in range(4)]
    )
    refused = [one for one in outcomes if isinstance(one, Problem)]
    assert len(rating_of(rated, case)["follow_up"]["contacts"]) == 4 - len(refused)


def test_another_department_sees_nothing_of_it(rated: Desk) -> None:
    rating, _, _ = a_bad_one(rated)
    if "other-supervisor" not in rated.ids:
        rated.hire("other-supervisor", OTHER, ["supervise"])
    assert rated.ask("other-supervisor", "GET", "/staff/ratings").get_json()["items"] == []
    path = f"/staff/ratings/{rating}"
    assert rated.ask("other-supervisor", "POST", f"{path}/contacts", {"text": "打过了"}).status_code == 404
    for post in ("receiver", "handler", "reviewer", "decider"):
        assert rated.ask(post, "GET", "/staff/ratings").status_code == 403


def test_an_appeal_is_judged_by_somebody_else_and_then_counts_nowhere(rated: Desk) -> None:
    from backend.ratings import rating as ratings

    rating, case, _ = a_bad_one(rated)
    path = f"/staff/ratings/{rating}"
    assert rated.ask("supervisor", "POST", f"{path}/appeal", {"text": "不是我们办的"}).status_code == 200
    assert rated.ask("supervisor", "POST", f"{path}/appeal", {"text": "再来一次"}).status_code == 409
    for staff in (rated.ids["supervisor"], rated.ids["decider"]):
        with pytest.raises(Problem, match="same-person"):
            ratings.judge_appeal(rated.house, staff, rating, granted=True, reason="属实")
    assert ratings.publish(rated.house, smallest=1)[0]["ratings"] == 1
    verdict = {"granted": True, "text": "属于误评"}
    assert rated.ask("admin", "POST", f"{path}/judgement", verdict).status_code == 403, "their own department"
    assert rated.ask(elsewhere(rated), "POST", f"{path}/judgement", verdict).status_code == 200
    assert rating_of(rated, case)["excluded"]
    assert ratings.publish(rated.house, smallest=1) == []
    with pytest.raises(Problem, match="move-not-allowed"):
        ratings.contact(rated.house, rated.ids["supervisor"], HOME, rating, "打过电话了")


def test_an_appeal_that_is_turned_down_changes_nothing(rated: Desk) -> None:
    from backend.ratings import rating as ratings

    rating, _, _ = a_bad_one(rated)
    ratings.appeal(rated.house, rated.ids["supervisor"], HOME, rating, "恶意评价")
    judge = rated.ids[elsewhere(rated)]
    ratings.judge_appeal(rated.house, judge, rating, granted=False, reason="有事实依据")
    assert ratings.publish(rated.house, smallest=1)[0]["ratings"] == 1
    ratings.contact(rated.house, rated.ids["supervisor"], HOME, rating, "打过电话了")


def test_staff_see_nothing_by_which_somebody_could_be_told(rated: Desk) -> None:
    case, citizen = a_handled(rated)
    comment = "我叫随小办，电话19900000001，证号310101199001011234，办件" + rated.document(case)["number"]
    give(rated, citizen, case, 1, comment=comment)
    rating = rating_of(rated, case)
    path = f"/staff/ratings/{rating['_id']}"
    answers = [
        rated.ask("supervisor", "GET", "/staff/ratings"),
        rated.ask("supervisor", "POST", f"{path}/contacts", {"text": "打过电话了"}),
        rated.ask("supervisor", "POST", f"{path}/appeal", {"text": "属于误评"}),
        rated.ask("supervisor", "POST", f"{path}/outcome", {"outcome": "explained", "text": "已说明"}),
        rated.ask(elsewhere(rated), "POST", f"{path}/judgement", {"granted": False, "text": "有依据"}),
    ]
    assert {one.status_code for one in answers} == {200}
    secret = [case, citizen, rated.document(case)["number"], "19900000001", "310101199001011234"]
    secret += rating["handlers"]
    for one in answers:
        assert not [word for word in secret if word in one.get_data(as_text=True)]


def test_figures_leave_out_what_is_few(rated: Desk) -> None:
    from backend.ratings.routes import SMALLEST

    case, citizen = a_handled(rated)
    give(rated, citizen, case, 1)
    one = rating_of(rated, case)

    def shown() -> list[dict[str, Any]]:
        answer = rated.app.test_client().get("/api/v1/open-data/ratings")
        rows: list[dict[str, Any]] = answer.get_json()["items"]
        return rows

    assert shown() == []
    for number in range(SMALLEST - 2):
        rated.house.db["ratings"].insert_one(one | {"_id": f"r{number}", "application": f"a{number}"})
    assert shown() == []
    rated.house.db["ratings"].insert_one(one | {"_id": "r", "application": "a", "level": 5})
    [row] = shown()
    assert (row["ratings"], row["satisfied_share"]) == (SMALLEST, 0.1)


def test_people_are_invited_once_when_it_is_over_and_never_for_what_they_took_back(rated: Desk) -> None:
    from backend.applications import applying
    from backend.messages.afterwards import invite_rating

    case, citizen = a_handled(rated)
    back = rated.a_case(RATED, citizen=rated.a_resident())
    applying.withdraw(rated.house, rated.document(back)["citizen"], back)
    for change in rated.emitted("application.changed") * 2:
        invite_rating(rated.house, change)
    rows = list(rated.house.db["messages"].find({"kind": "rating"}))
    assert [(one["citizen"], one["application"]) for one in rows] == [(citizen, case)]
    words = rated.house.cipher.open(rows[0])["words"]
    assert not [bait for bait in ("奖", "红包", "积分", "好评", "五星") if bait in words["text"]]


def test_who_has_rated_already_is_not_invited(rated: Desk) -> None:
    from backend.messages.afterwards import invite_rating

    case, citizen = a_handled(rated)
    give(rated, citizen, case, 5)
    for change in rated.emitted("application.changed"):
        assert invite_rating(rated.house, change) is None
