"""Lists that people page through: delegations, organisations, their members, a timeline."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.desk import Desk


def walk(desk: Desk, citizen: str, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """Every page of a list."""
    token, pages, cursor = desk.citizen_token(citizen), list[list[dict[str, Any]]](), ""
    while True:
        answer = desk.ask(token, "GET", f"{path}?limit={limit}{cursor}").get_json()
        pages.append(answer["items"])
        if answer["next_cursor"] is None:
            return pages
        cursor = f"&cursor={answer['next_cursor']}"


def whole(desk: Desk, citizen: str, path: str) -> list[dict[str, Any]]:
    """What a client gets that asks for no page."""
    answer = desk.ask(desk.citizen_token(citizen), "GET", path).get_json()
    assert answer["next_cursor"] is None
    found: list[dict[str, Any]] = answer["items"]
    return found


def test_delegations_come_page_by_page_and_whole_to_who_asks_for_none(desk: Desk) -> None:
    mine, now = desk.a_resident(), desk.clock.now()
    row: dict[str, Any] = {
        "state": "active",
        "matters": ["*"],
        "licences": None,
        "uses_left": None,
        "relation": "",
    }
    row |= {
        "principal_name": "随小办",
        "agent_name": "安小寿",
        "until": now,
        "history": [],
        "asked_by": "agent",
    }
    row |= {
        "asked_until": now,
        "active_at": now,
        "updated_at": now,
        "principal_print": "p",
        "agent_print": "a",
    }
    sides = [{"principal": mine, "agent": "x"}, {"principal": "x", "agent": mine}]
    rows = [
        row | sides[one % 2] | {"_id": f"dg{one:02}", "created_at": now - timedelta(minutes=one // 3)}
        for one in range(45)
    ]
    desk.house.db["delegations"].insert_many(rows)
    pages = walk(desk, mine, "/delegations", 20)
    assert [len(page) for page in pages] == [20, 20, 5]
    found = [one["id"] for page in pages for one in page]
    assert len(set(found)) == 45
    assert [one["id"] for one in whole(desk, mine, "/delegations")] == found
    desk.house.db["delegations"].delete_many({})


def test_organisations_and_their_members_come_page_by_page(desk: Desk) -> None:
    mine, now = desk.a_resident(), desk.clock.now()
    prints = desk.house.db["citizens"].find_one({"_id": mine})
    assert prints is not None
    row = {"role": "administrator", "matters": ["*"], "until": now + timedelta(days=9), "open": True}
    row |= {"appointed_by": "x", "updated_at": now, "history": []}
    firms = [desk.a_resident() for _ in range(5)]
    at_each = [
        row
        | {"_id": f"m{one}", "organisation": firm, "citizen": mine, "citizen_print": prints["phone_print"]}
        | {"name": "随小办", "state": ("active", "invited")[one % 2], "created_at": now - timedelta(days=one)}
        for one, firm in enumerate(firms)
    ]
    at_first = [
        row
        | {"_id": f"o{one}", "organisation": firms[0], "citizen": None, "citizen_print": f"c{one}"}
        | {"name": None, "state": "invited", "role": "handler", "created_at": now - timedelta(days=one)}
        for one in range(4)
    ]
    desk.house.db["memberships"].insert_many([*at_each, *at_first])
    pages = walk(desk, mine, "/organisations", 2)
    assert [[one["id"] for one in page] for page in pages] == [["m0", "m1"], ["m2", "m3"], ["m4"]]
    assert len(whole(desk, mine, "/organisations")) == 5
    members = walk(desk, mine, f"/organisations/{firms[0]}/members", 3)
    assert [len(page) for page in members] == [3, 2]
    assert {one["id"] for page in members for one in page} == {"m0", "o0", "o1", "o2", "o3"}
    desk.house.db["memberships"].delete_many({})


def test_a_timeline_comes_page_by_page_the_oldest_first(desk: Desk) -> None:
    case = desk.a_case()
    desk.deciding(case)
    citizen, path = desk.document(case)["citizen"], f"/applications/{case}/timeline"
    lines = whole(desk, citizen, path)
    assert [one["state"] for one in lines][:2] == ["draft", "submitted"]
    pages = walk(desk, citizen, path, 2)
    assert {len(page) for page in pages[:-1]} == {2}
    assert [one for page in pages for one in page] == lines


@pytest.mark.parametrize(
    "cursor", ["x", "WyJhIiwgImIiXQ==", "WyIyMDI2LTAzLTAyVDEwOjAwOjAwKzA4OjAwIiwgIi0xIl0="]
)
def test_a_made_up_cursor_is_refused(desk: Desk, cursor: str) -> None:
    case = desk.a_case()
    token = desk.citizen_token(desk.document(case)["citizen"])
    assert desk.ask(token, "GET", f"/applications/{case}/timeline?cursor={cursor}").status_code == 422
