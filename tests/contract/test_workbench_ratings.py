"""Calling back who rated badly, and reviewing appeals."""

from typing import Any

from tests.contract.desk import OFFICE, OTHER, PHONE, Desk


def a_bad_rating(desk: Desk) -> tuple[str, str]:
    """A refused case rated badly; ``(citizen, rating)``."""
    from backend.ratings import rating

    case = desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim", "refuse", reason="不符合", remedy="可以复议")
    citizen = desk.document(case)["citizen"]
    given = rating.rate(desk.house, citizen, case, level=1, indicators={}, comment="太慢", channel="app")
    return citizen, str(given["_id"])


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def test_the_number_is_read_for_a_call_back_and_its_owner_sees_it(desk: Desk) -> None:
    citizen, rating = a_bad_rating(desk)
    path, why = f"/staff/ratings/{rating}/contact-details", {"reason": "首次回访"}
    assert desk.ask("handler", "POST", path, why).status_code == 403
    assert desk.ask("supervisor", "POST", path, {}).status_code == 422
    told = desk.ask("supervisor", "POST", path, why).get_json()
    assert (told["name"], told["phone"]) == ("随*办", PHONE)
    read = desk.ask(desk.citizen_token(citizen), "GET", "/me/audit").get_json()["items"]
    assert read[0]["why"] == "回访差评：首次回访"
    desk.hire("elsewhere", OTHER, ["supervise"])
    assert desk.ask("elsewhere", "POST", path, why).status_code == 404
    ratings = desk.house.db["ratings"]
    ratings.update_one({"_id": rating}, {"$push": {"handlers": desk.ids["supervisor"]}})
    assert slug(desk.ask("supervisor", "POST", path, why)) == "same-person"
    sets = {"handlers": [], "follow_up.state": "closed"}
    ratings.update_one({"_id": rating}, {"$set": sets})
    assert slug(desk.ask("supervisor", "POST", path, why)) == "move-not-allowed"


def test_appeals_are_listed_for_administrators_elsewhere(desk: Desk) -> None:
    _, rating = a_bad_rating(desk)
    desk.ask("supervisor", "POST", f"/staff/ratings/{rating}/appeal", {"text": "申请人评错了对象"})
    desk.hire("admin-elsewhere", OTHER, ["administrate"])
    desk.hire("admin-office", OFFICE, ["administrate"])

    def seen(person: str) -> list[str]:
        answer = desk.ask(person, "GET", "/staff/ratings/appeals?limit=100")
        return [one["id"] for one in answer.get_json()["items"]]

    assert rating in seen("admin-elsewhere")
    assert rating in seen("admin-office")
    assert rating not in seen("admin")
    verdict = {"granted": True, "text": "确属误评"}
    desk.ask("admin-elsewhere", "POST", f"/staff/ratings/{rating}/judgement", verdict)
    assert rating not in seen("admin-office")
