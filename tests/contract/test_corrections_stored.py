"""A citizen disputes a value; its owner department answers; whoever used it is told."""

from typing import Any

import pytest

from tests.contract.desk import HOME, RELIEF, Desk

POLICE = "public-security"
PATH = "population.residence.address"
BODY = {"path": PATH, "should_be": "安居区安心路9号", "note": "去年搬的家"}


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


@pytest.fixture(autouse=True, scope="module")
def police(desk: Desk) -> None:
    desk.hire("police", POLICE, ["handle"])


def dispute(desk: Desk, citizen: str, **changes: Any) -> Any:
    return desk.ask(desk.citizen_token(citizen), "POST", "/me/corrections", BODY | changes)


def test_the_owner_of_a_disputed_value_answers_within_five_working_days(desk: Desk) -> None:
    citizen = desk.a_resident()
    made = dispute(desk, citizen)
    assert made.status_code == 201
    told = made.get_json()
    assert (told["department"], told["state"], told["due"][:10]) == (POLICE, "open", "2026-11-30")
    listed = desk.ask("police", "GET", "/staff/corrections").get_json()["items"]
    assert told["id"] in [row["id"] for row in listed]
    assert "安心路" not in str(listed)
    read = desk.ask("police", "GET", f"/staff/corrections/{told['id']}").get_json()
    assert (read["value"], read["should_be"], read["citizen"]) == (
        "安居区安心路**",
        "安居区安心路9号",
        "随*办",
    )
    answer = {"accepted": True, "reason": "核对租赁备案，确已搬家"}
    path = f"/staff/corrections/{told['id']}/answer"
    assert desk.ask("handler", "POST", path, answer).status_code == 404, "another department's"
    assert desk.ask("police", "POST", path, answer).status_code == 200
    assert slug(desk.ask("police", "POST", path, answer)) == "conflict"
    token = desk.citizen_token(citizen)
    seen = desk.ask(token, "GET", f"/me/corrections/{told['id']}").get_json()
    assert (seen["state"], seen["reason"]) == ("accepted", answer["reason"])
    assert {"citizen": citizen, "departments": [POLICE]} in desk.emitted("facts.noticed")
    readings = desk.ask(token, "GET", "/me/audit").get_json()["items"]
    assert [one["what"] for one in readings] == ["查看了您提出的数据异议"]


def test_an_accepted_value_that_then_changes_is_corrected(desk: Desk) -> None:
    from backend.core.events import commit
    from backend.profiles import facts, store

    citizen = desk.a_resident()
    told = dispute(desk, citizen).get_json()
    token = desk.citizen_token(citizen)

    def notice(address: str) -> str:
        population = store.read_profile(desk.house, citizen) or {}
        said = population["population"] | {"residence": {"address": address}}
        answers = {POLICE: ("2026-11-24T00:00:00+08:00", {"population": said})}
        commit(desk.house, lambda unit: facts._merge(desk.house, unit, citizen, answers))
        return str(desk.ask(token, "GET", f"/me/corrections/{told['id']}").get_json()["state"])

    before = desk.ask("police", "GET", f"/staff/corrections/{told['id']}")
    assert before.status_code == 200
    path, answer = f"/staff/corrections/{told['id']}/answer", {"accepted": True, "reason": "确已搬家"}
    desk.ask("police", "POST", path, answer)
    assert notice("安居区安心路8号3幢201室") == "accepted", "nothing changed yet"
    assert notice("安居区安心路9号") == "corrected"
    assert {"correction": told["id"], "citizen": citizen} in desk.emitted("correction.corrected")


def test_one_value_has_one_open_dispute(desk: Desk) -> None:
    citizen = desk.a_resident()
    assert dispute(desk, citizen).status_code == 201
    assert slug(dispute(desk, citizen)) == "conflict"
    assert dispute(desk, citizen, path="population.name", should_be="随大办").status_code == 201


@pytest.mark.parametrize("path", ["population", "nothing.here", "population.[", "population.residence"])
def test_only_a_single_known_value_can_be_disputed(desk: Desk, path: str) -> None:
    assert slug(dispute(desk, desk.a_resident(), path=path)) == "invalid-request"


def test_whoever_used_the_value_is_told(desk: Desk) -> None:
    from backend.applications import applying
    from backend.profiles.consumers import tell_consumers

    citizen = desk.a_resident()
    case = desk.a_case(citizen=citizen)
    draft, _ = applying.open_draft(desk.house, citizen, RELIEF, channel="app")
    other = desk.a_case()
    made = dispute(desk, citizen).get_json()
    assert tell_consumers(desk.house, made["id"]) == 2
    told = {one["application"] for one in desk.emitted("fact.disputed") if one["citizen"] == citizen}
    assert told == {case, draft["_id"]}
    assert other not in told
    assert tell_consumers(desk.house, dispute(desk, citizen, path="population.phone").get_json()["id"]) == 0


def test_what_was_disputed_is_sealed_at_rest(desk: Desk) -> None:
    made = dispute(desk, desk.a_resident()).get_json()
    stored = desk.house.db["corrections"].find_one({"_id": made["id"]})
    assert stored is not None
    assert not [word for word in ("安心路", "搬的家") if word in str(stored)]
    assert stored["department"] != HOME
