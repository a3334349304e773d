"""What departments report, what staff decide, who may see it, and what is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.applications.states import Move
from backend.core.errors import Problem
from backend.core.events import commit
from backend.core.schemas import PageQuery
from tests.contract.city import emptied
from tests.contract.engine import HOME, MATTER, OTHER, EngineTown, trial_matter

ALL = PageQuery(limit=50, cursor=None)


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineTown]:
    database = emptied(mongo_url, "branches")
    made = EngineTown(mongo_url, database, tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_matter():
        yield made


def last_line(town: EngineTown, application: str) -> tuple[str, str]:
    line = town.document(application)["timeline"][-1]
    return line["state"], line["text"]


@pytest.mark.parametrize(
    ("event", "details", "state", "text"),
    [
        ("not-accepted", {"reason": "不在本市", "where": "请到户籍地办"}, "rejected", "户籍地"),
        ("returned", {"reason": "不归民政", "where": "请到派出所"}, "returned", "派出所"),
        ("refused", {"reason": "条件不够", "remedy": "可申请复议"}, "refused", "复议"),
        ("forwarded", {"reason": "须省厅审批", "where": "省民政厅"}, "forwarded", "省民政厅"),
        ("voided", {"reason": "重复申请"}, "voided", "重复申请"),
    ],
)
def test_each_end_says_why_and_where_to_go(
    town: EngineTown, event: str, details: dict[str, Any], state: str, text: str
) -> None:
    application = town.a_submitted()
    assert town.report(application, event, details=details) == "applied"
    reached, said = last_line(town, application)
    assert reached == state
    assert text in said
    assert town.document(application)["watch_at"] is None


def test_the_wrong_department_of_the_same_matter_passes_it_on(town: EngineTown) -> None:
    from backend.applications import filing

    application = town.a_submitted()
    before = town.document(application)
    details = {"to": OTHER, "reason": "要公安办"}
    assert town.report(application, "returned", details=details) == "applied"
    passed = town.document(application)
    assert (passed["state"], passed["department"]) == ("submitted", OTHER)
    assert passed["clocks"]["acceptance"] == before["clocks"]["acceptance"]
    filing.file_application(town.house, application)
    assert [department for department, _ in town.departments.filed] == [HOME, OTHER]
    assert town.report(application, "received", department=HOME) == "ignored"
    assert town.notices() == ["redirected"]


def test_two_departments_cannot_pass_a_case_to_and_fro(town: EngineTown) -> None:
    application = town.a_submitted()
    town.report(application, "returned", details={"to": OTHER})
    town.clock.advance(minutes=1)
    town.report(application, "returned", details={"to": HOME, "reason": "还是民政", "where": "民政窗口"})
    assert town.state(application) == "returned"


def test_an_opinion_of_a_joint_department_is_kept_and_shown(town: EngineTown) -> None:
    from backend.applications import view

    application = town.an_accepted()
    details = {"opinion": "无异议", "agrees": True}
    assert town.report(application, "opinion", department=OTHER, details=details) == "applied"
    assert town.report(application, "opinion", department="health", details=details) == "ignored"
    seen = view.view(town.house, town.citizen, application)
    assert [one["opinion"] for one in seen["opinions"]] == ["无异议"]
    assert seen["timeline"][-1]["by"] == OTHER
    assert town.state(application) == "accepted"


def test_a_decision_while_a_special_procedure_is_open_ends_it(town: EngineTown) -> None:
    application = town.an_accepted()
    town.clock.advance(minutes=1)
    town.report(application, "suspended", details={"kind": "听证", "reason": "利害关系人申请"})
    town.clock.advance(minutes=1)
    assert town.report(application, "approved") == "applied"
    states = [line["state"] for line in town.document(application)["timeline"]][-3:]
    assert states == ["suspended", "reviewing", "approved"]
    assert town.clocks(application)["suspension"] is None


def test_an_older_report_does_not_undo_a_newer_one(town: EngineTown) -> None:
    application = town.an_accepted()
    town.clock.advance(hours=1)
    early = town.clock.now().isoformat()
    town.clock.advance(hours=1)
    assert town.report(application, "reviewing") == "applied"
    assert town.report(application, "suspended", at=early, details={"kind": "听证"}) == "ignored"
    assert town.state(application) == "reviewing"


def test_a_finished_decision_can_be_revoked_and_voided(town: EngineTown) -> None:
    application = town.an_accepted()
    town.report(application, "completed")
    assert town.report(application, "revoked", details={"reason": "材料虚假"}) == "applied"
    assert town.report(application, "completed") == "ignored"
    assert town.report(application, "voided") == "applied"
    assert town.state(application) == "voided"


def test_staff_decide_and_the_department_is_told_even_if_it_is_down(town: EngineTown) -> None:
    from backend.applications import filing
    from backend.applications.moving import make_moves

    application = town.an_accepted()
    decision = {"outcome": "approved", "opinion": "同意", "by": "staff:7"}
    also = filing.decision_to_report(town.house, decision)
    document = town.document(application)
    commit(
        town.house,
        lambda unit: make_moves(
            town.house, unit, document, [(Move.APPROVE, "同意")], by="staff:7", also=also
        ),
    )
    town.departments.silent = True
    assert filing.report_decision(town.house, application) == "waits"
    assert town.report(application, "reviewing") == "ignored"
    town.departments.silent = False
    town.clock.advance(minutes=5)
    filing.file_waiting(town.house)
    filing.file_waiting(town.house)
    assert [what for what, _ in town.departments.told] == ["decide"]
    assert town.report(application, "completed") == "applied"


def test_a_case_decided_before_it_was_filed_is_filed_and_then_decided(town: EngineTown) -> None:
    from backend.applications import filing
    from backend.applications.moving import make_moves

    town.departments.silent = True
    application = town.a_submitted()
    also = filing.decision_to_report(town.house, {"outcome": "approved", "opinion": "", "by": "staff:7"})
    steps = [(Move.ACCEPT, "受理"), (Move.APPROVE, "同意")]
    document = town.document(application)
    commit(
        town.house,
        lambda unit: make_moves(town.house, unit, document, steps, by="staff:7", also=also),
    )
    town.departments.silent = False
    town.clock.advance(minutes=5)
    filing.file_waiting(town.house)
    filing.file_waiting(town.house)
    assert len(town.departments.filed) == 1
    assert [what for what, _ in town.departments.told] == ["decide"]


def test_a_move_of_a_document_that_moved_meanwhile_is_a_conflict(town: EngineTown) -> None:
    from backend.applications.moving import add_note, make_move

    application = town.an_accepted()
    old = town.document(application)
    commit(town.house, lambda unit: add_note(town.house, unit, old, "已电话联系", by="staff:1"))
    with pytest.raises(Problem, match="conflict"):
        commit(
            town.house,
            lambda unit: make_move(town.house, unit, old, Move.ASSIGN, by="staff:1", text="承办"),
        )


def test_an_application_keeps_the_version_it_was_drafted_under(town: EngineTown) -> None:
    from backend.applications.versions import keep_versions, matter_of

    application = town.a_submitted()
    with trial_matter(name="改了名的事项", clocks={"statutory": _days(30), "promised": _days(30)}):
        keep_versions(town.house)
        assert matter_of(town.house, town.document(application)).name == "引擎试办事项"
        town.report(application, "accepted")
        assert town.promised(application) == "2026-03-10"
        assert matter_of(town.house, {"matter": MATTER}).name == "改了名的事项"


def test_a_lost_version_stops_its_applications_loudly_until_it_is_back(town: EngineTown) -> None:
    from backend.applications import versions, view
    from backend.troubles.store import TROUBLES

    application = town.a_submitted()
    kept = town.house.db[versions.VERSIONS].find_one_and_delete({"matter": MATTER})
    versions._read_before.clear()
    with trial_matter(name="改了名的事项"):
        with pytest.raises(Problem) as failed:
            view.view(town.house, town.citizen, application)
        assert (failed.value.kind.slug, failed.value.kind.status) == ("internal", 500)
        with pytest.raises(Problem, match="internal"):
            town.report(application, "accepted")
        assert town.state(application) in ("submitted", "received")
        lost = f"{MATTER}@{town.document(application)['matter_version']}"
        raised = town.house.db[TROUBLES].find_one({"kind": "version-lost"}) or {}
        assert (raised["reference"], raised["settled_at"]) == (lost, None)
        still = versions.still_lost(town.house, town.clock.now(), {lost})
        assert [one.reference for one in still] == [lost]
        unreadable = kept | {"snapshot": '{"id": "engine-trial"}'}
        town.house.db[versions.VERSIONS].insert_one(unreadable)
        with pytest.raises(Problem, match="internal"):
            view.view(town.house, town.citizen, application)
        town.house.db[versions.VERSIONS].replace_one({"_id": lost}, kept)
        assert view.view(town.house, town.citizen, application)["matter"]["id"] == MATTER
        assert versions.still_lost(town.house, town.clock.now(), {lost}) == []
        assert town.report(application, "accepted") == "applied"


def test_who_acts_for_somebody_sees_the_case_until_the_right_ends(
    town: EngineTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import applicant, applying, store, view

    helper = town.a_citizen()
    held = {"_id": "d1", "agent": helper, "principal": town.citizen, "state": "active", "uses_left": None}
    town.house.db["delegations"].insert_one(held | {"until": town.clock.now().replace(year=2027)})
    agent = {"citizen": helper, "right": "delegation", "record": "d1"}
    draft, new = applying.open_draft(town.house, town.citizen, MATTER, channel="app", agent=agent)
    own, own_new = applying.open_draft(town.house, town.citizen, MATTER, channel="app")
    assert (new, own_new, own["_id"] != draft["_id"]) == (True, True, True)
    monkeypatch.setattr(applicant.principals, "still_holds", lambda *_: True)
    assert view.view(town.house, helper, draft["_id"])["by_agent"]
    assert applying.submit(town.house, helper, draft["_id"], key="k")["timeline"][-1]["by"] == "agent"
    assert [one["_id"] for one in store.list_own(town.house, helper, ALL).items] == [draft["_id"]]
    assert len(store.list_own(town.house, town.citizen, ALL).items) == 2
    for stranger in (town.a_citizen(), helper):
        monkeypatch.setattr(applicant.principals, "still_holds", lambda *_: False)
        with pytest.raises(Problem, match="not-found"):
            view.view(town.house, stranger, draft["_id"])


def test_what_a_change_gives_back_is_what_is_stored(town: EngineTown) -> None:
    from backend.applications import applying, store

    draft, _ = applying.open_draft(town.house, town.citizen, MATTER, channel="app")
    name, kept = next(iter(draft["fields"].items()))
    now = town.clock.now()
    moved = store.change(town.house, draft, {"$set": {"channel": "chat"}}, now=now)
    assert moved == town.document(draft["_id"])
    for update in (
        {"$set": {f"fields.{name}": kept | {"default": True}}},
        {"$unset": {f"fields.{name}": ""}},
    ):
        moved = store.change(town.house, moved, update, now=now)
        assert moved == town.document(draft["_id"])
    assert name not in moved["fields"]
    assert store.change(town.house, draft, {"$set": {"channel": "app"}}, now=now) is None


def test_the_applicant_is_told_of_what_is_no_state(town: EngineTown) -> None:
    from backend.messages.store import list_own
    from backend.messages.telling import tell_change, tell_notice, view_message

    application = town.an_accepted(with_plan=False)
    town.report(application, "reviewing")
    town.clock.advance(minutes=1)
    town.report(application, "extended", details={"reason": "情况复杂"})
    town.at("2026-03-12")
    town.sweep()
    for told in town.emitted("application.changed"):
        tell_change(town.house, told)
    for told in town.emitted("application.noticed") * 2:
        tell_notice(town.house, told)
    titles = [view_message(one)["title"] for one in list_own(town.house, town.citizen, ALL).items]
    assert sorted(title.partition("：")[0] for title in titles) == [
        "办理期限延长了",
        "后补材料还剩 3 个工作日",
        "已先行受理",
        "已提交",
    ]


def test_acceptance_by_law_and_the_end_of_a_correction_are_told_in_their_own_words(town: EngineTown) -> None:
    from backend.messages.store import list_own
    from backend.messages.telling import tell_change, view_message

    application = town.a_submitted()
    town.at("2026-03-10")
    town.sweep()
    for told in town.emitted("application.changed"):
        tell_change(town.house, told)
    texts = [view_message(one)["text"] for one in list_own(town.house, town.citizen, ALL).items]
    assert any("依法自收到材料那天起就算受理" in text for text in texts)
    assert town.state(application) == "accepted"


def _days(amount: int) -> dict[str, Any]:
    return {"amount": amount, "unit": "工作日"}
