"""Shared data: what a form may be filled from, and how a department comes to a grant."""

from typing import Any

import pytest

from tests.contract.city import wait_until
from tests.contract.desk import HOME, OFFICE, RELIEF, Desk

OWNER = "natural-resources"


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


@pytest.fixture(autouse=True, scope="module")
def officers(desk: Desk) -> None:
    desk.hire("office", OFFICE, ["decide"])
    desk.hire("owner", OWNER, ["decide"])
    desk.hire("asker", HOME, ["supervise"])


def readable(desk: Desk, citizen: str) -> dict[str, Any]:
    from backend.matters.catalogue import catalogue
    from backend.profiles.facts import get_profile
    from backend.sharing.using import readable_profile

    return readable_profile(desk.house, get_profile(desk.house, citizen), catalogue().get(RELIEF))


def end(desk: Desk, item: str) -> Any:
    return desk.ask("owner", "POST", f"/staff/sharing/grants/{item}:{RELIEF}/end", {"reason": "不再需要"})


def test_a_form_is_filled_from_its_own_departments_and_from_granted_data_only(desk: Desk) -> None:
    citizen = desk.a_resident(bank_account={"number": "1"}, fund={"months": 4})
    found = readable(desk, citizen)
    assert found["property"] == {"owned": 0}
    assert found["benefits"] == []
    assert set(found["population"]) == {"name", "residence"}, "its phone and hukou are not asked for"
    assert "bank_account" not in found
    assert "fund" not in found
    assert found["sources"], "where values come from stays known"


def test_without_the_consent_only_the_departments_own_data_are_used(desk: Desk) -> None:
    from backend.accounts.consents import set_consent

    citizen = desk.a_resident()
    set_consent(desk.house, citizen, "data-sharing", granted=False, version="1")
    found = readable(desk, citizen)
    assert "property" not in found
    assert "population" not in found
    assert found["benefits"] == []
    set_consent(desk.house, citizen, "data-sharing", granted=True, version="1")
    assert "property" in readable(desk, citizen)


def test_an_ended_grant_counts_at_once_and_is_not_seeded_again(desk: Desk) -> None:
    from backend.applications import applying
    from backend.sharing import using

    citizen = desk.a_resident()
    assert "property" in readable(desk, citizen)
    assert (
        desk.ask(
            "asker", "POST", f"/staff/sharing/grants/property:{RELIEF}/end", {"reason": "x y"}
        ).status_code
        == 404
    )
    assert end(desk, "property").status_code == 200
    using._seeded.clear()
    assert "property" not in readable(desk, citizen)
    draft, _ = applying.open_draft(desk.house, citizen, RELIEF, channel="app")
    assert "owned" not in draft["fields"]
    assert "home" in draft["fields"]


def test_a_department_asks_the_office_checks_the_owner_grants(desk: Desk) -> None:
    end(desk, "property")
    body = {"item": "property", "matter": RELIEF, "use": "核验有没有住房", "scene": "救助", "days": 90}
    made = desk.ask("asker", "POST", "/staff/sharing/requests", body).get_json()
    assert made["due"].startswith("2026-11-25"), "two working days"
    path = f"/staff/sharing/requests/{made['id']}"
    assert slug(desk.ask("owner", "POST", f"{path}/answer", {"yes": True})) == "move-not-allowed"
    assert slug(desk.ask("owner", "POST", f"{path}/check", {"yes": True})) == "not-allowed"
    checked = desk.ask("office", "POST", f"{path}/check", {"yes": True}).get_json()
    assert (checked["state"], checked["due"][:10]) == ("answering", "2026-11-30")
    granted = desk.ask("owner", "POST", f"{path}/answer", {"yes": True, "days": 30}).get_json()
    assert granted["state"] == "granted"
    assert [line["what"] for line in granted["history"]] == ["申请", "审查通过", "授权"]
    citizen = desk.a_resident()
    assert "property" in readable(desk, citizen)
    before, desk.clock.moment = desk.clock.moment, desk.clock.moment.replace(year=2027)
    assert "property" not in readable(desk, citizen), "thirty days are over"
    desk.clock.moment = before


def test_a_refusal_has_its_reason_and_may_be_disputed(desk: Desk) -> None:
    body = {"item": "medical-chronic", "matter": RELIEF, "use": "核对慢特病", "scene": "救助"}
    desk.hire("health-owner", "health", ["decide"])
    made = desk.ask("asker", "POST", "/staff/sharing/requests", body).get_json()
    path = f"/staff/sharing/requests/{made['id']}"
    checked = desk.ask("office", "POST", f"{path}/check", {"yes": True}).get_json()
    assert checked["due"].startswith("2026-12-07"), "ten working days: it is not on the platform"
    assert slug(desk.ask("health-owner", "POST", f"{path}/answer", {"yes": False})) == "invalid-request"
    refused = desk.ask("health-owner", "POST", f"{path}/answer", {"yes": False, "reason": "用途不明"})
    assert refused.get_json()["state"] == "refused"
    assert slug(desk.ask("owner", "POST", f"{path}/dispute", {"reason": "与我无关"})) == "not-found"
    assert (
        desk.ask("asker", "POST", f"{path}/dispute", {"reason": "法定职责需要"}).get_json()["state"]
        == "disputed"
    )
    settled = desk.ask("office", "POST", f"{path}/settle", {"yes": True, "reason": "限核验有无"}).get_json()
    assert settled["state"] == "granted"


def test_what_is_never_shared_or_free_is_not_asked_for(desk: Desk) -> None:
    body = {"matter": RELIEF, "use": "核验开票情况", "scene": "救助"}
    never = desk.ask("asker", "POST", "/staff/sharing/requests", body | {"item": "tax-invoices"})
    assert (never.status_code, slug(never)) == (422, "not-shareable")
    free = desk.ask("asker", "POST", "/staff/sharing/requests", body | {"item": "population-basics"})
    assert slug(free) == "conflict"
    foreign = desk.ask("owner", "POST", "/staff/sharing/requests", body | {"item": "fund"})
    assert slug(foreign) == "invalid-request"


def test_late_answers_are_marked(desk: Desk) -> None:
    from backend.sharing.requesting import remind_late

    body = {"item": "fund", "matter": RELIEF, "use": "核验公积金", "scene": "救助"}
    made = desk.ask("asker", "POST", "/staff/sharing/requests", body).get_json()
    before = desk.clock.moment
    desk.clock.advance(days=5)
    assert remind_late(desk.house) >= 1
    assert remind_late(desk.house) == 0
    desk.clock.moment = before
    assert desk.ask("office", "GET", f"/staff/sharing/requests/{made['id']}").get_json()["late"] is True


def test_use_is_counted_by_day_matter_and_item_and_nothing_else(desk: Desk) -> None:
    desk.house.db["sharing_usage"].delete_many({})
    citizen = desk.a_resident()
    readable(desk, citizen)
    readable(desk, citizen)
    usage = desk.house.db["sharing_usage"]
    # Counts are not journalled at once: they need a moment to be seen by everybody.
    wait_until(lambda: usage.find_one({"item": "population-residence", "uses": 2}), what="the counts")
    rows = list(usage.find({}))
    assert citizen not in str(rows)
    seen = desk.ask("asker", "GET", "/staff/sharing/usage").get_json()["items"]
    assert {"day": "2026-11-23", "matter": RELIEF, "item": "population-residence", "uses": 2} in seen
