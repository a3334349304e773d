"""What lies at the service window: held until it is fetched, given out for its code alone, kept in mind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import Problem
from backend.core.ids import new_id
from tests.contract.bundletown import ALONE, FIRST, NAME, NUMBERED, PHONE, SECOND, BundleTown, trial_bundle
from tests.contract.city import emptied
from tests.contract.desk import Desk
from tests.contract.engine import FILE, MATTER, EngineTown, day, trial_matter
from tests.contract.prompting import together

CHOSEN: dict[str, Any] = {
    "name": "delivery",
    "label": "领取方式",
    "type": "choice",
    "default": "window",
    "choices": [
        {"value": "window", "label": "街道窗口领", "label_en": "At the subdistrict counter"},
        {"value": "e-licence", "label": "电子证照", "label_en": "Electronic"},
    ],
}
FORM = [*FILE["form"], CHOSEN]
WRONG = "不是六位数"


class Counter:
    """The made-up matter's cases at a desk with the API, each brought to where it lies at the window."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.house = desk.house

    def lying(self, citizen: str = "", **acting: Any) -> str:
        """A case whose document lies ready, and with which its department is done."""
        from backend.applications import applying
        from backend.delivery import sending

        owner = citizen or self.desk.a_resident()
        draft, _ = applying.open_draft(self.house, owner, MATTER, channel="app", **acting)
        actor = (acting.get("agent") or {}).get("citizen") or owner
        applying.submit(self.house, actor, draft["_id"], key="k")
        for event in ("accepted", "approved", "licence-issued"):
            self.report(draft["_id"], event)
        assert sending.send(self.house, draft["_id"]) == "ready"
        self.report(draft["_id"], "completed")
        return str(draft["_id"])

    def report(self, case: str, event: str) -> None:
        from backend.applications import filing

        said = {"event_id": new_id(), "reference": None, "department": self.case(case)["department"]}
        said |= {"application": self.case(case)["number"], "event": event, "details": {}}
        assert filing.take_in(self.house, said | {"at": self.house.clock.now().isoformat()}) == "applied"

    def case(self, case: str) -> dict[str, Any]:
        return self.desk.document(case)

    def seen(self, case: str, citizen: str = "") -> dict[str, Any]:
        """The delivery as its owner, or whoever else asks, sees it."""
        token = self.desk.citizen_token(citizen or self.case(case)["citizen"])
        answer = self.desk.ask(token, "GET", f"/applications/{case}")
        assert answer.status_code == 200, answer.get_json()
        return dict(answer.get_json())

    def code(self, case: str) -> str:
        return str(self.seen(case)["delivery"]["code"])

    def hand_over(self, case: str, code: str, *, name: str = "handler", key: str = "") -> Any:
        headers = {"Idempotency-Key": key or new_id()}
        path = f"/staff/cases/{case}/hand-over"
        return self.desk.ask(name, "POST", path, {"code": code}, headers=headers)

    def ask_again(self, case: str, citizen: str, key: str) -> Any:
        token, path = self.desk.citizen_token(citizen), f"/applications/{case}/collection-code"
        return self.desk.ask(token, "POST", path, headers={"Idempotency-Key": key})


def other_than(code: str) -> str:
    """A code that is another one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


@pytest.fixture
def counter(desk: Desk) -> Iterator[Counter]:
    with trial_matter(form=FORM):
        yield Counter(desk)


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineTown]:
    made = EngineTown(mongo_url, emptied(mongo_url, "window"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_matter(form=FORM):
        yield made


def laid_ready(town: EngineTown, *events: str) -> str:
    from backend.delivery import sending

    application = town.an_accepted()
    for event in events or ("approved", "licence-issued"):
        town.report(application, event)
    assert sending.send(town.house, application) == "ready"
    return application


def test_the_case_stays_open_until_somebody_has_fetched_it(counter: Counter) -> None:
    case = counter.lying()
    assert counter.case(case)["state"] == "issuing"
    assert counter.seen(case)["state_label"] == "待领取"
    answer = counter.hand_over(case, counter.code(case))
    assert (answer.status_code, answer.get_json()["state"]) == (200, "done")
    seen = counter.seen(case)
    assert [line["state"] for line in seen["timeline"]][-2:] == ["delivered", "done"]
    assert seen["delivery"]["collected"]
    assert seen["delivery"]["code"] is None
    assert counter.case(case)["timeline"][-1]["by"] == f"staff:{counter.desk.ids['handler']}"


@pytest.mark.parametrize("events", [("approved", "licence-issued"), ("approved", "completed")])
def test_the_departments_clock_stops_when_it_can_be_fetched(town: EngineTown, events: tuple[str]) -> None:
    application = town.an_accepted()
    town.report(application, "approved")
    assert day(town.clocks(application)["delivery"]) == "2026-03-16"
    application = laid_ready(town, *events)
    assert town.clocks(application)["delivery"] is None
    town.at("2026-03-20")
    town.sweep()
    assert town.document(application)["light"] == "green"
    assert town.state(application) == ("issuing" if "licence-issued" in events else "approved")


def test_what_has_no_licence_is_handed_over_too(town: EngineTown) -> None:
    from backend.core.events import commit
    from backend.delivery import window

    application = laid_ready(town, "approved", "completed")
    found = town.document(application)
    code = window.code_for(town.house, found) or ""
    commit(town.house, lambda unit: window.hand_over(town.house, unit, found, code, by="staff:s1"))
    states = [line["state"] for line in town.document(application)["timeline"]]
    assert states[-4:] == ["approved", "issuing", "delivered", "done"]


def test_a_department_that_says_that_it_was_fetched_is_believed(town: EngineTown) -> None:
    application = laid_ready(town)
    town.report(application, "delivered")
    town.report(application, "completed")
    assert town.state(application) == "done"


def test_the_code_is_encrypted_and_in_no_line_and_no_event(counter: Counter) -> None:
    case = counter.lying()
    code = counter.code(case)
    assert counter.house.cipher.open(counter.case(case)["delivery"]["code"]) == code
    counter.hand_over(case, other_than(code))
    counter.hand_over(case, code)
    house = counter.house
    for collection in ("applications", "outbox", "case_trail", "idempotency_keys", "messages"):
        for found in house.db[collection].find():
            assert code not in str(found), collection
    trail = counter.desk.ask("supervisor", "GET", f"/staff/cases/{case}/trail?limit=50").get_json()
    assert code not in str(trail)
    assert [one["what"] for one in trail["items"]] == ["hand-over", "hand-over"]


def test_staff_see_that_it_lies_there_and_never_the_code(counter: Counter) -> None:
    case = counter.lying()
    code = counter.code(case)
    shown = counter.desk.ask("handler", "GET", f"/staff/cases/{case}").get_json()
    assert (shown["delivery"]["way"], shown["delivery"]["place"]) == ("window", "街道窗口领")
    assert shown["delivery"]["code"] is None
    assert code not in str(shown)
    assert "hand-over" in shown["can"]
    assert "new-code" not in shown["can"]


def test_the_assistant_knows_that_it_lies_there_and_not_the_code(counter: Counter) -> None:
    from backend.applications.view import view
    from backend.core.guard import Audience

    case = counter.lying()
    seen = view(counter.house, counter.case(case)["citizen"], case, Audience.ASSISTANT)["delivery"]
    assert (seen["way"], seen["code"]) == ("window", None)
    assert seen["ready"]


@pytest.mark.parametrize("name", ["receiver", "reviewer", "decider", "supervisor", "admin"])
def test_other_posts_hand_nothing_over(counter: Counter, name: str) -> None:
    case = counter.lying()
    answer = counter.hand_over(case, counter.code(case), name=name)
    assert (answer.status_code, slug(answer)) == (403, "not-allowed")


def test_another_departments_counter_knows_no_such_case(counter: Counter) -> None:
    case = counter.lying()
    counter.desk.hire("stranger", "housing", ["handle"])
    answer = counter.hand_over(case, counter.code(case), name="stranger")
    assert (answer.status_code, slug(answer)) == (404, "not-found")


def test_a_wrong_code_is_told_and_five_stop_it(counter: Counter) -> None:
    case = counter.lying()
    code = counter.code(case)
    for left in (4, 3, 2, 1, 0):
        answer = counter.hand_over(case, other_than(code))
        assert (answer.status_code, slug(answer)) == (422, "wrong-code")
        assert answer.content_type == "application/problem+json"
        assert answer.get_json()["tries_left"] == left
    answer = counter.hand_over(case, code)
    assert (answer.status_code, slug(answer)) == (409, "move-not-allowed")
    assert "停用" in answer.get_json()["detail"]
    assert counter.case(case)["state"] == "issuing"
    seen = counter.seen(case)["delivery"]
    assert (seen["code"], seen["stopped"]) == (None, True)
    noticed = [one for one in counter.desk.emitted("application.noticed") if one["application"] == case]
    assert [one["what"] for one in noticed] == ["ready-to-collect", "code-stopped"]


def test_under_one_key_a_wrong_try_counts_once(counter: Counter) -> None:
    case = counter.lying()
    wrong = other_than(counter.code(case))
    answers = [counter.hand_over(case, wrong, key="same") for _ in range(3)]
    assert [one.get_json()["tries_left"] for one in answers] == [4, 4, 4]
    assert answers[-1].headers["Idempotency-Replayed"] == "true"
    assert counter.case(case)["delivery"]["wrong"] == 1


def test_ten_tries_at_the_same_moment_are_no_more_than_five(counter: Counter) -> None:
    from backend.workbench import handing
    from backend.workbench.actions import Action, Order
    from backend.workbench.officer import Officer

    case = counter.lying()
    found, wrong = counter.case(case), other_than(counter.code(case))
    officer = Officer(counter.desk.ids["handler"], found["department"], frozenset({"handle"}))
    order = Order(Action.HAND_OVER, code=wrong)
    outcomes = together(*[lambda: handing.hand_over(counter.house, officer, found, order)] * 10)
    slugs = [one.kind.slug for one in outcomes if isinstance(one, Problem)]
    assert sorted(slugs) == ["move-not-allowed"] * 5 + ["wrong-code"] * 5
    assert counter.case(case)["delivery"]["wrong"] == 5


def test_a_hand_over_that_is_said_twice_is_done_once(counter: Counter) -> None:
    case = counter.lying()
    code = counter.code(case)
    first, second = counter.hand_over(case, code, key="once"), counter.hand_over(case, code, key="once")
    assert first.get_json() == second.get_json()
    assert second.headers["Idempotency-Replayed"] == "true"
    # The answer was lost and the key with it: the same person with the same code changes nothing.
    again = counter.hand_over(case, code)
    assert (again.status_code, again.get_json()["state"]) == (200, "done")
    assert counter.case(case)["version"] == again.get_json()["version"] == first.get_json()["version"]
    wrong = counter.hand_over(case, other_than(code))
    assert (wrong.status_code, slug(wrong)) == (409, "move-not-allowed")
    assert "已经领走" in wrong.get_json()["detail"]


def test_what_is_no_code_is_no_try(counter: Counter) -> None:
    case = counter.lying()
    for given in (WRONG, "", "12345", "１２３４５６"):
        assert counter.hand_over(case, given).status_code == 422
    assert counter.case(case)["delivery"]["wrong"] == 0
    other = counter.desk.act("handler", case, "hand-over")
    assert (other.status_code, slug(other)) == (422, "invalid-request")


def test_a_supervisor_has_a_new_code_sent_and_the_old_one_is_void(counter: Counter) -> None:
    case = counter.lying()
    old = counter.code(case)
    for _ in range(5):
        counter.hand_over(case, other_than(old))
    assert slug(counter.desk.act("handler", case, "new-code")) == "not-allowed"
    answer = counter.desk.act("supervisor", case, "new-code", reason="本人到场，身份证核对无误")
    assert answer.status_code == 200
    fresh = counter.code(case)
    assert fresh not in str(answer.get_json())
    if fresh != old:
        assert slug(counter.hand_over(case, old)) == "wrong-code"
    assert counter.hand_over(case, fresh).status_code == 200
    late = counter.desk.act("supervisor", case, "new-code")
    assert (late.status_code, slug(late)) == (409, "move-not-allowed")


def test_the_applicant_asks_for_a_new_code(counter: Counter) -> None:
    case = counter.lying()
    owner, old = counter.case(case)["citizen"], counter.code(case)
    for _ in range(5):
        counter.hand_over(case, other_than(old))
    answer = counter.ask_again(case, owner, "fresh")
    assert answer.status_code == 200
    again = counter.ask_again(case, owner, "fresh")
    assert again.get_json() == answer.get_json()
    assert answer.get_json()["code"] == counter.code(case)
    assert counter.case(case)["delivery"]["number_of_code"] == 2
    assert counter.hand_over(case, answer.get_json()["code"]).status_code == 200
    over = counter.ask_again(case, owner, "too late")
    assert (over.status_code, slug(over)) == (409, "move-not-allowed")


def test_a_stranger_gets_no_code_and_nobody_gets_codes_without_end(counter: Counter) -> None:
    case = counter.lying()
    stranger = counter.ask_again(case, counter.desk.a_resident(), "mine?")
    assert (stranger.status_code, slug(stranger)) == (404, "not-found")
    owner = counter.case(case)["citizen"]
    answers = [counter.ask_again(case, owner, f"more-{number}").status_code for number in range(6)]
    assert answers == [200] * 5 + [429]


def test_the_message_has_place_and_code_for_the_applicant_and_none_for_who_acts(counter: Counter) -> None:
    from backend.core.schemas import PageQuery
    from backend.messages.store import list_own
    from backend.messages.telling import tell_notice

    owner, helper = counter.desk.a_resident(), counter.desk.a_resident()
    delegation = {
        "_id": counter.house.new_id(),
        "agent": helper,
        "principal": owner,
        "state": "active",
        "until": counter.house.clock.now().replace(year=2099),
    }
    counter.house.db["delegations"].insert_one(dict(delegation))
    case = counter.lying(owner)
    agent = {"citizen": helper, "right": "delegation", "record": delegation["_id"]}
    counter.house.db["applications"].update_one({"_id": case}, {"$set": {"agent": agent}})
    code = counter.code(case)
    assert counter.seen(case, helper)["delivery"]["code"] == code
    for one in counter.desk.emitted("application.noticed"):
        if one["application"] == case:
            tell_notice(counter.house, one)
    page = PageQuery(limit=20, cursor=None)
    [mine] = [
        one["words"] for one in list_own(counter.house, owner, page).items if one["application"] == case
    ]
    assert mine["title"] == "可以领取了：试办证"
    assert "街道窗口领" in mine["text"]
    assert code in mine["text"]
    assert code in mine["text_en"]
    [theirs] = [
        one["words"] for one in list_own(counter.house, helper, page).items if one["application"] == case
    ]
    assert "街道窗口领" in theirs["text"]
    assert code not in str(theirs)
    counter.house.db["delegations"].update_one({"_id": delegation["_id"]}, {"$set": {"state": "revoked"}})
    ended = counter.desk.ask(counter.desk.citizen_token(helper), "GET", f"/applications/{case}")
    assert ended.status_code == 404


def test_what_lies_there_is_listed_until_it_is_fetched(counter: Counter) -> None:
    case = counter.lying()

    def listed() -> list[str]:
        answer = counter.desk.ask("handler", "GET", "/staff/cases?to_collect=true&limit=100")
        assert answer.status_code == 200, answer.get_json()
        return [one["id"] for one in answer.get_json()["items"]]

    assert case in listed()
    counter.desk.hire("outsider", "housing", ["handle"])
    other = counter.desk.ask("outsider", "GET", "/staff/cases?to_collect=true").get_json()
    assert other["items"] == []
    counter.hand_over(case, counter.code(case))
    assert case not in listed()


def test_who_does_not_come_is_reminded_and_the_case_goes_on(town: EngineTown) -> None:
    application = laid_ready(town)
    town.at("2026-03-16 08:59")
    town.sweep()
    assert "collect-soon" not in town.notices()
    town.at("2026-03-16 09:00")
    town.sweep()
    town.sweep()
    assert town.notices().count("collect-soon") == 1
    town.at("2026-03-30 09:01")
    town.sweep()
    assert town.notices().count("collect-late") == 1
    assert ("collect-late", ["handle", "supervise"]) in town.reminders(application)
    town.at("2026-12-30")
    assert town.sweep() == 0
    assert town.state(application) == "issuing"


def test_a_new_code_does_not_put_off_the_reminders(town: EngineTown) -> None:
    from backend.core.events import commit
    from backend.delivery import window

    application = laid_ready(town)
    town.at("2026-03-13")
    found = town.document(application)
    commit(town.house, lambda unit: window.renew_code(town.house, unit, found, by="citizen"))
    town.at("2026-03-16 09:01")
    town.sweep()
    assert "collect-soon" in town.notices()


def test_what_was_revoked_is_not_given_out(town: EngineTown) -> None:
    from backend.core.events import commit
    from backend.delivery import window

    application = laid_ready(town)
    code = window.code_for(town.house, town.document(application)) or ""
    town.report(application, "revoked", details={"reason": "错发"})
    found = town.document(application)
    assert window.code_for(town.house, found) is None
    with pytest.raises(Problem) as told:
        commit(town.house, lambda unit: window.hand_over(town.house, unit, found, code, by="staff:s1"))
    assert told.value.kind.slug == "move-not-allowed"


def test_a_carriers_word_about_what_lies_at_the_window_changes_nothing(town: EngineTown) -> None:
    from backend.delivery import sending

    application = laid_ready(town)
    before = town.document(application)
    step = {"event_id": "e1", "parcel": application, "number": "MN1", "event": "delivered", "text": "已签收"}
    assert sending.take_in(town.house, step | {"at": town.clock.now().isoformat()}) == "ignored"
    assert town.document(application) == before


def test_in_a_bundle_the_next_part_begins_when_the_paper_is_ready_and_the_whole_waits_for_it(
    mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.core import events
    from backend.core.events import commit
    from backend.delivery import sending, window

    town = BundleTown(mongo_url, emptied(mongo_url, "window_bundle"), tmp_path)
    monkeypatch.setattr(events, "relay", town.keep_events)
    town.at("2026-03-02")
    with trial_bundle(trial_first={"form": [NAME, PHONE, CHOSEN]}):
        bundle = town.begun()
        first = town.parts(bundle)[FIRST]["_id"]
        town.end(bundle, FIRST)
        assert set(town.parts(bundle)) == {FIRST, ALONE}
        assert sending.send(town.house, first) == "ready"
        town.go_on(bundle)
        assert {SECOND, NUMBERED} <= set(town.parts(bundle))
        while left := [
            one
            for one, part in town.parts(bundle).items()
            if part["state"] == "received" or part["state"] == "submitted"
        ]:
            for matter in left:
                town.end(bundle, matter)
        assert [one["state"] for one in town.parts(bundle).values()].count("done") == 5
        assert town.state(bundle) == "accepted"
        found = town.document(first)
        code = window.code_for(town.house, found) or ""
        commit(town.house, lambda unit: window.hand_over(town.house, unit, found, code, by="staff:s1"))
        town.go_on(bundle)
        assert town.state(bundle) == "done"
