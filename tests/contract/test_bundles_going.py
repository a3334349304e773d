"""一件事 in motion: parts in their order, each for itself, begun once, told of, ended together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import Problem
from tests.contract.bundletown import (
    ALONE,
    BEHIND,
    FIRST,
    NUMBERED,
    OWNS,
    SECOND,
    SICK,
    THIRD,
    BundleTown,
    trial_bundle,
)
from tests.contract.city import emptied
from tests.contract.engine import day
from tests.contract.prompting import together


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BundleTown]:
    made = BundleTown(mongo_url, emptied(mongo_url, "bundles"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_bundle():
        yield made


def withdraw(town: BundleTown, bundle: str) -> dict[str, Any]:
    from backend.applications import bundling

    return bundling.withdraw_whole(town.house, town.citizen, bundle, reason="不办了")


def told(town: BundleTown) -> list[tuple[str, str]]:
    """The names of what people are told apart, and about which matter."""
    found = []
    for one in town.emitted("application.noticed"):
        found.append((one["what"], town.document(one["application"])["matter"]))
    return found


def test_parts_begin_in_their_order_each_with_its_own_number_and_clock(town: BundleTown) -> None:
    bundle = town.begun()
    parts = town.parts(bundle)
    assert set(parts) == {FIRST, ALONE}
    numbers = {town.document(bundle)["number"], *(one["number"] for one in parts.values())}
    assert len(numbers) == 3
    assert {day(one["promised"]["due"]) for one in parts.values()} == {"2026-03-09", "2026-03-18"}
    town.end(bundle, FIRST)
    assert set(town.parts(bundle)) == {FIRST, ALONE, SECOND, NUMBERED}
    town.end(bundle, SECOND)
    assert THIRD in town.parts(bundle)
    assert BEHIND not in town.parts(bundle)
    town.end(bundle, ALONE)
    assert set(town.parts(bundle)) == {FIRST, ALONE, SECOND, NUMBERED, THIRD, BEHIND}
    filed = [filing.matter for _, filing in town.departments.filed]
    assert filed.index(FIRST) < filed.index(SECOND) < filed.index(THIRD)
    assert len(filed) == len(set(filed)) == 6


def test_it_ends_when_the_last_part_ends(town: BundleTown) -> None:
    bundle = town.begun()
    for matter in (FIRST, ALONE, SECOND, THIRD, NUMBERED):
        town.end(bundle, matter)
        assert town.state(bundle) == "accepted"
    town.end(bundle, BEHIND)
    assert town.state(bundle) == "done"
    assert town.document(bundle)["timeline"][-1]["text"] == "一件事办结：6 项办成"
    assert town.go_on(bundle) == "closed"


def test_a_correction_in_one_stops_no_other(town: BundleTown) -> None:
    bundle = town.begun()
    first = town.parts(bundle)[FIRST]["_id"]
    details = {"items": [{"field": "contact_phone", "reason": "打不通"}]}
    town.report(first, "correction-requested", details=details)
    town.go_on(bundle)
    town.end(bundle, ALONE)
    assert town.state(first) == "correction"
    assert BEHIND in town.parts(bundle)
    assert SECOND not in town.parts(bundle)


def test_the_promise_is_that_of_the_part_that_ends_last(town: BundleTown) -> None:
    bundle = town.begun()
    # Five, eight and three working days one after another, against twelve and two.
    assert town.promised(bundle) == "2026-03-24"
    town.at("2026-03-09")
    town.end(bundle, FIRST)
    town.at("2026-03-20")
    town.end(bundle, SECOND)
    town.end(bundle, ALONE)
    parts = town.parts(bundle).values()
    assert town.promised(bundle) == max(day(one["promised"]["due"]) for one in parts)


def test_a_part_whose_condition_fails_when_its_turn_comes_is_left_with_its_reason(town: BundleTown) -> None:
    bundle = town.begun()
    town.register(residence={"sick": True})
    town.end(bundle, FIRST)
    assert SECOND not in town.parts(bundle)
    assert (town.row(bundle, SECOND)["state"], town.row(bundle, SECOND)["reason"]) == ("skipped", SICK)
    assert town.row(bundle, THIRD)["state"] == "skipped"
    assert "试办参保" in town.row(bundle, THIRD)["reason"]
    assert NUMBERED in town.parts(bundle)
    assert [what for what, _ in told(town)] == ["part-skipped", "part-skipped"]
    lines = [one["text"] for one in town.document(bundle)["timeline"]]
    assert f"试办参保没有提交：{SICK}" in lines


def test_what_was_done_before_keeps_nobody_waiting(town: BundleTown) -> None:
    citizen = town.a_resident(residence={"filed": True})
    bundle = town.begun(citizen=citizen)
    assert (town.row(bundle, ALONE)["state"], town.row(bundle, ALONE)["reason"]) == ("skipped", OWNS)
    assert set(town.parts(bundle)) == {FIRST, BEHIND}
    assert told(town) == []


def test_what_is_not_wanted_keeps_nobody_waiting(town: BundleTown) -> None:
    bundle = town.begun(fields={"with_trial_first": False})
    assert town.row(bundle, FIRST)["state"] == "left-out"
    assert set(town.parts(bundle)) == {ALONE, SECOND, NUMBERED}


def test_nothing_can_be_done_at_all_is_said_at_once(town: BundleTown) -> None:
    from backend.applications import applying

    draft = town.a_whole(fields={f"with_trial_{one}": False for one in ("first", "alone")})
    wanted = {f"with_trial_{one}": False for one in ("second", "third", "behind", "numbered")}
    applying.fill_in(town.house, town.citizen, draft, wanted)
    applying.submit(town.house, town.citizen, draft, key="k")
    town.go_on(draft)
    assert town.parts(draft) == {}
    assert town.state(draft) == "terminated"


def test_what_failed_takes_along_what_waits_for_it_and_tells(town: BundleTown) -> None:
    bundle = town.begun()
    town.end(bundle, FIRST, well=False)
    rows = {one: town.row(bundle, one) for one in (SECOND, THIRD, NUMBERED)}
    assert {row["state"] for row in rows.values()} == {"skipped"}
    assert "试办登记" in rows[SECOND]["reason"]
    assert [what for what, _ in told(town)] == ["part-skipped"] * 3
    town.end(bundle, ALONE)
    town.end(bundle, BEHIND)
    assert town.state(bundle) == "done"
    assert town.document(bundle)["timeline"][-1]["text"] == "一件事办结：2 项办成，4 项没有办"


def test_nothing_came_of_it_ends_it_too(town: BundleTown) -> None:
    bundle = town.begun()
    town.end(bundle, FIRST, well=False)
    town.end(bundle, ALONE, well=False)
    assert town.state(bundle) == "terminated"


def test_what_the_register_knows_when_its_turn_comes_is_what_a_part_says(town: BundleTown) -> None:
    from backend.applications.sealing import open_values

    bundle = town.begun()
    town.register(number="99000020260303")
    town.end(bundle, FIRST)
    part = town.parts(bundle)[NUMBERED]
    assert open_values(town.house, part)["number"]["value"] == "99000020260303"


def test_what_is_still_missing_is_left_open_and_told_and_can_be_finished(town: BundleTown) -> None:
    from backend.applications import applying

    town.facts = {"name": "随小办"}
    bundle = town.begun(citizen=town.a_resident())
    town.end(bundle, FIRST)
    part = town.parts(bundle)[NUMBERED]
    assert part["state"] == "draft"
    assert told(town) == [("part-needs", NUMBERED)]
    assert town.row(bundle, NUMBERED)["reason"] == "还差证件号码，请打开这一项补上"
    for one in town.parts(bundle).values():
        if one["state"] not in ("draft", "done"):
            town.end(bundle, one["matter"])
    for matter in (THIRD, BEHIND):
        town.end(bundle, matter)
    assert town.state(bundle) == "accepted"
    applying.fill_in(town.house, part["citizen"], part["_id"], {"number": "1"})
    applying.submit(town.house, part["citizen"], part["_id"], key="part")
    town.end(bundle, NUMBERED)
    assert town.state(bundle) == "done"


def test_a_deleted_draft_of_a_part_is_not_made_again(town: BundleTown) -> None:
    from backend.applications import filing, store

    town.facts = {"name": "随小办"}
    citizen = town.a_resident()
    bundle = town.begun(citizen=citizen)
    town.end(bundle, FIRST)
    assert store.delete_draft(town.house, citizen, town.parts(bundle)[NUMBERED]["_id"])
    town.clock.advance(minutes=6)
    filing.file_waiting(town.house)
    assert NUMBERED not in town.parts(bundle)
    assert town.row(bundle, NUMBERED)["state"] == "skipped"


def test_two_at_once_begin_a_part_once(town: BundleTown) -> None:
    from backend.applications import applying, bundling

    draft = town.a_whole()
    applying.submit(town.house, town.citizen, draft, key="whole")
    together(*[lambda: bundling.advance(town.house, draft)] * 5)
    town.go_on(draft)
    found = list(town.house.db["applications"].find({"bundle": draft}))
    assert sorted(one["matter"] for one in found) == sorted([FIRST, ALONE])
    lines = [one["text"] for one in town.document(draft)["timeline"]]
    assert lines.count("已提交：试办登记") == lines.count("已提交：试办建档") == 1
    filed = [filing.application for _, filing in town.departments.filed]
    assert len(filed) == len(set(filed)) == 2


def test_a_death_while_a_part_is_begun_leaves_all_or_nothing(
    town: BundleTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import applying, bundling

    draft = town.a_whole()
    applying.submit(town.house, town.citizen, draft, key="whole")

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(bundling, "_write_row", die)
        bundling.advance(town.house, draft)
    assert town.parts(draft) == {}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(bundling, "_settle", die)
        bundling.advance(town.house, draft)
    town.go_on(draft)
    assert set(town.parts(draft)) == {FIRST, ALONE}
    assert {town.row(draft, one)["state"] for one in (FIRST, ALONE)} == {"started"}
    lines = [one["text"] for one in town.document(draft)["timeline"]]
    assert lines.count("已提交：试办登记") == 1


def test_registers_that_do_not_answer_are_asked_again_later(town: BundleTown) -> None:
    from backend.applications import filing

    bundle = town.begun()
    part = town.parts(bundle)[FIRST]["_id"]
    town.report(part, "approved")
    town.departments.silent = True
    town.report(part, "completed")
    town.go_on(bundle)
    assert SECOND not in town.parts(bundle)
    town.departments.silent = False
    town.clock.advance(minutes=6)
    filing.file_waiting(town.house)
    assert SECOND in town.parts(bundle)


def test_uploads_are_shared_with_the_parts_that_want_them(town: BundleTown) -> None:
    bundle = town.begun()
    town.end(bundle, ALONE)
    [shared] = town.parts(bundle)[BEHIND]["uploads"]
    [own] = town.document(bundle)["uploads"]
    assert (shared["material"], shared["file"]) == ("plan", own["file"])
    assert town.parts(bundle)[FIRST]["uploads"] == []


def test_who_acts_for_somebody_acts_in_the_parts_too(town: BundleTown) -> None:
    from backend.applications.applicant import find_own
    from backend.delegations.store import DELEGATIONS

    helper, principal = town.a_resident(), town.a_resident()
    now = town.clock.now()
    held = {"_id": "d1", "agent": helper, "principal": principal, "state": "active", "uses_left": 1}
    held |= {"until": now.replace(year=2027), "matters": ["*"], "licences": None, "history": []}
    town.house.db[DELEGATIONS].insert_one(held)
    agent = {"citizen": helper, "right": "delegation", "record": "d1"}
    bundle = town.begun(citizen=principal, agent=agent)
    for part in town.parts(bundle).values():
        assert (part["citizen"], part["agent"]) == (principal, agent)
        assert find_own(town.house, helper, part["_id"])["_id"] == part["_id"]
    assert len(town.emitted("delegation.used")) == 1
    assert {one["agent"]["name"] for one in _agents(town)} == {"随小办"}


def _agents(town: BundleTown) -> list[dict[str, Any]]:
    return [{"agent": filing.agent.model_dump()} for _, filing in town.departments.filed if filing.agent]


def test_an_organisations_bundle_has_an_organisations_parts(town: BundleTown) -> None:
    from backend.delegations.store import put_principal

    now = town.clock.now()
    firm = put_principal(
        town.house, kind="organisation", name="随安试办公司", identity_number="9", phone="1", now=now
    )
    town.house.db["profiles"].insert_one({"_id": firm["_id"], "version": 1, "population": {"name": "随安"}})
    member = {"_id": "m1", "organisation": firm["_id"], "citizen": town.citizen, "role": "handler"}
    member |= {"state": "active", "until": now.replace(year=2027), "matters": ["*"], "open": True}
    town.house.db["memberships"].insert_one(member | {"citizen_print": "x"})
    agent = {"citizen": town.citizen, "right": "membership", "record": "m1"}
    bundle = town.begun(citizen=firm["_id"], agent=agent, organisation=firm["_id"])
    assert {one["organisation"] for one in town.parts(bundle).values()} == {firm["_id"]}


def test_all_of_it_can_be_taken_back_while_nothing_is_decided(town: BundleTown) -> None:
    bundle = town.begun()
    assert withdraw(town, bundle)["state"] == "withdrawn"
    assert {one["state"] for one in town.parts(bundle).values()} == {"withdrawn"}
    assert town.go_on(bundle) == "closed"
    assert set(town.parts(bundle)) == {FIRST, ALONE}
    assert town.document(bundle)["timeline"][-1]["text"] == "申请人撤回：不办了"
    assert withdraw(town, bundle)["state"] == "withdrawn"


def test_taken_back_while_the_task_looks_it_is_withdrawn_all_the_same(town: BundleTown) -> None:
    from backend.applications import bundling

    bundle = town.begun()
    outcomes = together(lambda: withdraw(town, bundle), *[lambda: bundling.advance(town.house, bundle)] * 3)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert town.state(bundle) == "withdrawn"


def test_what_is_decided_stays_and_nothing_more_is_begun(town: BundleTown) -> None:
    bundle = town.begun()
    first = town.parts(bundle)[FIRST]["_id"]
    town.report(first, "approved")
    with pytest.raises(Problem, match="试办登记已经办到后面"):
        withdraw(town, bundle)
    assert town.parts(bundle)[ALONE]["state"] == "withdrawn"
    town.report(first, "completed")
    town.go_on(bundle)
    assert set(town.parts(bundle)) == {FIRST, ALONE}
    assert town.state(bundle) == "done"
    assert town.document(bundle)["timeline"][-1]["text"] == "一件事办结：1 项办成，5 项没有办"


def test_what_is_done_stays_done_when_the_rest_is_taken_back(town: BundleTown) -> None:
    bundle = town.begun()
    town.end(bundle, FIRST)
    assert withdraw(town, bundle)["state"] == "done"
    states = {name: one["state"] for name, one in town.parts(bundle).items()}
    assert states == {FIRST: "done", ALONE: "withdrawn", SECOND: "withdrawn", NUMBERED: "withdrawn"}
    with pytest.raises(Problem, match="move-not-allowed"):
        withdraw(town, bundle)


def test_an_unfinished_part_is_taken_back_with_the_rest(town: BundleTown) -> None:
    town.facts = {"name": "随小办"}
    town.citizen = town.a_resident()
    bundle = town.begun()
    first = town.parts(bundle)[FIRST]["_id"]
    town.report(first, "approved")
    town.report(first, "completed")
    town.go_on(bundle)
    assert town.parts(bundle)[NUMBERED]["state"] == "draft"
    withdraw(town, bundle)
    assert town.parts(bundle)[NUMBERED]["state"] == "withdrawn"


def test_a_part_that_costs_something_waits_for_its_fee_alone(town: BundleTown) -> None:
    from dataclasses import replace

    town.house = replace(town.house, settings=town.house.settings.model_copy(update={"collect_fees": True}))
    with trial_bundle(trial_first={"fee": {"amount": 20, "basis": "试办"}}):
        bundle = town.begun()
        assert town.document(bundle)["payment"] is None
        assert town.parts(bundle)[FIRST]["payment"]["state"] == "due"
        assert [one for _, one in town.departments.filed if one.matter == ALONE]
        assert not [one for _, one in town.departments.filed if one.matter == FIRST]
