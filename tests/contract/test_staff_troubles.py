"""What only people can settle: who sees it, how it is settled, and that whatever is late comes up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from integrations.gateways.signature import sign_as
from tests.contract.desk import HOME, OFFICE, OTHER, RELIEF, Desk


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


@pytest.fixture
def town(desk: Desk) -> Iterator[Desk]:
    for name, department, roles in (
        ("watcher", OTHER, ["supervise"]),
        ("office-admin", OFFICE, ["administrate"]),
    ):
        if name not in desk.ids:
            desk.hire(name, department, roles)
    before = desk.clock.moment
    for name in ("troubles", "ratings", "corrections", "case_opinions", "sharing_requests"):
        desk.house.db[name].delete_many({})
    yield desk
    desk.clock.moment = before


def watch(desk: Desk, **ahead: float) -> int:
    from backend.troubles import watching

    desk.clock.advance(**ahead)
    return watching.watch(desk.house)


def seen(desk: Desk, who: str, query: str = "") -> list[dict[str, Any]]:
    answer = desk.ask(who, "GET", f"/staff/troubles?limit=100{query}")
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def kinds(desk: Desk, who: str, query: str = "") -> set[tuple[str, str]]:
    return {(one["kind"], one["refers_to"]["id"]) for one in seen(desk, who, query)}


def a_late_opinion(desk: Desk) -> str:
    """An opinion that the joint department owes; its id."""
    case = desk.a_case()
    desk.do("receiver", case, "claim", "accept")
    found = desk.house.db["case_opinions"].find_one({"case": case})
    assert found is not None
    return str(found["_id"])


def a_given_up(desk: Desk) -> str:
    """A case whose filing was given up."""
    from backend.applications import filing
    from integrations.gateways.failures import CaseNotFound

    case = desk.a_case()
    document = desk.document(case)
    document["filing"]["refusals"] = filing.MOST_TRIES - 1
    assert filing._try_later(desk.house, document, CaseNotFound(HOME)) == "given-up"
    return case


def test_supervisors_see_their_departments_and_administrators_all(town: Desk) -> None:
    opinion, case = a_late_opinion(town), a_given_up(town)
    watch(town, days=10)
    theirs, ours = ("opinion-late", opinion), ("filing-given-up", case)
    assert kinds(town, "watcher") == {theirs}
    assert ours in kinds(town, "supervisor")
    assert theirs not in kinds(town, "supervisor")
    assert {theirs, ours} <= kinds(town, "office-admin")
    assert {theirs, ours} & kinds(town, "office-admin", f"&department={OTHER}&kind=opinion-late") == {theirs}
    assert slug(town.ask("watcher", "GET", f"/staff/troubles?department={HOME}")) == "not-allowed"
    assert town.ask("watcher", "GET", "/staff/troubles?kind=nonsense").status_code == 422
    for post in ("receiver", "handler", "reviewer", "decider"):
        assert town.ask(post, "GET", "/staff/troubles").status_code == 403
    [entry] = [one for one in seen(town, "supervisor") if one["refers_to"]["id"] == case]
    assert entry["department"] == {"id": HOME, "name": entry["department"]["name"]}
    assert entry["refers_to"]["type"] == "application"
    assert (entry["can_retry"], entry["settled_at"]) == (True, None)
    citizen = town.document(case)["citizen"]
    assert not [word for word in (citizen, "随小办", "19900000001") if word in str(entry)]


def test_troubles_come_page_by_page(town: Desk) -> None:
    from backend.troubles.kinds import Kind
    from backend.troubles.store import Found, raise_all

    now = town.clock.now()
    met = [Found(f"r{one}", HOME, "", now - timedelta(minutes=one // 2)) for one in range(7)]
    assert raise_all(town.house, Kind.CORRECTION_LATE, met) == 7
    assert raise_all(town.house, Kind.CORRECTION_LATE, met) == 0
    found, cursor = [], ""
    for _ in range(4):
        page = town.ask("supervisor", "GET", f"/staff/troubles?limit=2{cursor}").get_json()
        found += [one["refers_to"]["id"] for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert sorted(found) == sorted(one.reference for one in met)


def test_it_is_settled_once_with_a_note_that_the_audit_trail_keeps(town: Desk) -> None:
    opinion = a_late_opinion(town)
    watch(town, days=10)
    [entry] = seen(town, "watcher")
    path = f"/staff/troubles/{entry['id']}/settle"
    assert town.ask("watcher", "POST", path, {"note": ""}).status_code == 422
    assert slug(town.ask("supervisor", "POST", path, {"note": "不是我的"})) == "not-found"
    done = town.ask("watcher", "POST", path, {"note": "已电话催办"})
    assert done.get_json()["settled_by"] == f"staff:{town.ids['watcher']}"
    assert slug(town.ask("watcher", "POST", path, {"note": "再来一次"})) == "conflict"
    audit = town.house.db["audit_trail"].find_one({"details.trouble": entry["id"]})
    assert audit is not None
    assert (audit["what"], audit["who"]["id"]) == ("settle-trouble", town.ids["watcher"])
    assert town.house.cipher.open(audit)["why"] == "已电话催办"
    assert watch(town, hours=1) == 0, "what people settled stays settled"
    assert kinds(town, "watcher") == set()
    assert kinds(town, "watcher", "&state=settled") == {("opinion-late", opinion)}


def test_an_opinion_given_late_settles_its_trouble(town: Desk) -> None:
    opinion = a_late_opinion(town)
    watch(town, days=10)
    assert kinds(town, "watcher") == {("opinion-late", opinion)}
    case = town.house.db["case_opinions"].find_one({"_id": opinion})
    assert case is not None
    town.joint_agree(case["case"])
    watch(town)
    assert kinds(town, "watcher") == set()
    [settled] = seen(town, "watcher", "&state=settled")
    assert settled["settled_by"] == "clock"


def test_a_filing_given_up_is_tried_again_by_hand(town: Desk) -> None:
    from backend.applications import filing

    case = a_given_up(town)
    watch(town)
    [entry] = [one for one in seen(town, "supervisor") if one["refers_to"]["id"] == case]
    path = f"/staff/troubles/{entry['id']}/retry"
    assert slug(town.ask("watcher", "POST", path)) == "not-found"
    assert town.ask("supervisor", "POST", path).status_code == 200
    assert slug(town.ask("supervisor", "POST", path)) == "conflict"
    assert filing.file_application(town.house, case) == "filed"
    assert town.house.db["audit_trail"].count_documents({"details.trouble": entry["id"]}) == 1
    watch(town)
    assert ("filing-given-up", case) not in kinds(town, "supervisor")


def test_what_cannot_be_tried_again_says_so(town: Desk) -> None:
    a_late_opinion(town)
    watch(town, days=10)
    [entry] = seen(town, "watcher")
    assert not entry["can_retry"]
    assert slug(town.ask("watcher", "POST", f"/staff/troubles/{entry['id']}/retry")) == "move-not-allowed"


def test_a_bad_rating_comes_up_when_nobody_calls_and_when_nobody_settles_it(town: Desk) -> None:
    from backend.ratings import rating

    case = town.a_case()
    town.deciding(case)
    town.do("decider", case, "claim", "refuse", reason="不符合", remedy="可以复议")
    citizen = town.document(case)["citizen"]
    bad = rating.rate(town.house, citizen, case, level=1, indicators={}, comment="", channel="app")["_id"]
    watch(town)
    assert kinds(town, "supervisor", "&kind=rating-not-contacted") == set()
    watch(town, days=3)
    assert kinds(town, "supervisor", "&kind=rating-not-contacted") == {("rating-not-contacted", bad)}
    rating.contact(town.house, town.ids["supervisor"], HOME, bad, "打过电话了")
    watch(town, days=30)
    assert kinds(town, "supervisor", "&kind=rating-not-contacted") == set()
    assert kinds(town, "supervisor", "&kind=rating-not-settled") == {("rating-not-settled", bad)}
    rating.settle(town.house, town.ids["supervisor"], HOME, bad, outcome="explained", text="已说明")
    watch(town)
    assert kinds(town, "supervisor", "&kind=rating-not-settled") == set()


def test_a_correction_past_its_day_comes_up_at_its_owner_or_at_the_data_office(town: Desk) -> None:
    from backend.core.events import commit
    from backend.profiles import corrections, disputing

    citizen = town.a_resident()
    one = disputing.dispute_value(
        town.house, citizen, path="population.residence.address", should_be="别处", note=""
    )["_id"]
    other = commit(
        town.house,
        lambda unit: corrections.open_correction(town.house, unit, citizen, prompt=None, note="不对"),
    )
    watch(town, days=5)
    assert seen(town, "office-admin", "&kind=correction-late") == []
    watch(town, days=5)
    found = {
        one["refers_to"]["id"]: one["department"]["id"]
        for one in seen(town, "office-admin", "&kind=correction-late")
    }
    assert found == {one: "public-security", other: OFFICE}


def test_a_request_for_data_comes_up_at_whose_turn_it_is_each_time(town: Desk) -> None:
    now = town.clock.now()
    request = {
        "_id": "q1",
        "state": "checking",
        "due": now,
        "owner": OTHER,
        "department": HOME,
        "late": False,
    }
    town.house.db["sharing_requests"].insert_one(request)
    watch(town, days=1)
    [entry] = seen(town, "office-admin", "&kind=sharing-late")
    assert entry["department"]["id"] == OFFICE
    moved = {"state": "answering", "due": now + timedelta(days=5)}
    town.house.db["sharing_requests"].update_one({"_id": "q1"}, {"$set": moved})
    watch(town)
    assert seen(town, "office-admin", "&kind=sharing-late") == []
    watch(town, days=6)
    [entry] = seen(town, "watcher", "&kind=sharing-late")
    assert entry["department"]["id"] == OTHER


def test_a_grant_that_ends_within_thirty_days_warns_who_uses_it(town: Desk) -> None:
    grants = town.house.db["sharing_grants"]
    grants.update_many({}, {"$set": {"until": town.clock.now() + timedelta(days=700)}})
    wanted = {"department": HOME, "matter": RELIEF}
    grant = grants.find_one(wanted)
    assert grant is not None
    grants.update_one(
        {"_id": grant["_id"]}, {"$set": {"until": town.clock.now() + timedelta(days=31), "state": "active"}}
    )
    watch(town)
    assert seen(town, "supervisor", "&kind=grant-ending") == []
    watch(town, days=2)
    assert kinds(town, "supervisor", "&kind=grant-ending") == {("grant-ending", grant["_id"])}
    grants.update_one({"_id": grant["_id"]}, {"$set": {"until": town.clock.now() + timedelta(days=365)}})
    watch(town)
    assert seen(town, "supervisor", "&kind=grant-ending") == []


def test_one_kind_that_cannot_be_looked_at_hides_no_other(
    town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.troubles import watching
    from backend.troubles.kinds import Kind

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    opinion = a_late_opinion(town)
    monkeypatch.setitem(watching.WATCHES, Kind.FILING_GIVEN_UP, broken)
    watch(town, days=10)
    assert kinds(town, "watcher") == {("opinion-late", opinion)}


def post_signed(desk: Desk, path: str, body: dict[str, Any], *, sender: str) -> Any:
    import json

    master = desk.house.settings.callback_secret.get_secret_value()
    raw = json.dumps(body).encode()
    headers = sign_as(master, sender, raw, at=desk.clock.now().timestamp())
    return desk.app.test_client().post(
        f"/api/v1/departments/{path}", data=raw, headers=headers | {"Content-Type": "application/json"}
    )


def test_a_department_reports_with_its_own_key_on_its_own_cases_only(town: Desk) -> None:
    case = town.a_case()
    document = town.document(case)
    body = {"department": HOME, "reference": "R1", "application": document["number"], "event": "received"}
    body |= {"event_id": f"e-{case}", "at": town.clock.now().isoformat(), "details": {}}
    for said, sender in (
        (HOME, "health"),
        ("health", "health"),
        (HOME, "payments"),
        ("payments", "payments"),
    ):
        answer = post_signed(town, "callbacks", body | {"department": said}, sender=sender)
        assert (answer.status_code, slug(answer)) == (403, "not-allowed"), (said, sender)
    assert town.document(case)["state"] == "submitted"
    assert post_signed(town, "callbacks", body, sender=HOME).get_json() == {"outcome": "applied"}
    assert post_signed(town, "callbacks", body, sender=HOME).get_json() == {"outcome": "duplicate"}


def test_facts_payments_and_parcels_are_told_by_their_own_senders_only(town: Desk) -> None:
    at = town.clock.now().isoformat()
    facts = {"event_id": "f1", "department": HOME, "identity_number": "990000198001010019", "at": at}
    paid: dict[str, Any] = {"event_id": "p1", "order": "none", "event": "paid", "at": at}
    paid |= {"details": {"amount": "1.00", "trade": "t"}}
    parcel = {
        "event_id": "d1",
        "parcel": "none",
        "number": "1",
        "event": "delivered",
        "text": "已签收",
        "at": at,
    }
    for path, body, sender in (
        ("facts", facts, HOME),
        ("payments", paid, "payments"),
        ("parcels", parcel, "post"),
    ):
        assert post_signed(town, path, body, sender="health").status_code == 403, path
        assert post_signed(town, path, body, sender=sender).status_code == 200, path
