"""What a department is to be told: nothing overwritten, counted, given up to people, and tried again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.applications.states import Move
from backend.core.errors import Problem
from backend.core.events import commit
from integrations.gateways.contract import FieldError
from integrations.gateways.failures import (
    CaseNotFound,
    DepartmentConflict,
    DepartmentRejected,
    PersonNotFound,
)
from tests.contract.city import emptied
from tests.contract.engine import HOME, OTHER, EngineTown, trial_matter


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineTown]:
    made = EngineTown(mongo_url, emptied(mongo_url, "queue"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_matter():
        yield made


def later(town: EngineTown, *, times: int = 1, minutes: float = 7) -> None:
    """The sweep over filings, some times, each after the longest pause."""
    from backend.applications import filing

    for _ in range(times):
        town.clock.advance(minutes=minutes)
        filing.file_waiting(town.house)


def told(town: EngineTown) -> list[str]:
    return [what for what, _ in town.departments.told]


def troubles(town: EngineTown, **where: Any) -> list[dict[str, Any]]:
    return list(town.house.db["troubles"].find({"settled_at": None, **where}).sort("since"))


def decide(town: EngineTown, application: str, outcome: str = "approved", move: Move = Move.APPROVE) -> None:
    from backend.applications import filing
    from backend.applications.moving import make_move

    decision = {"outcome": outcome, "opinion": f"$100 {outcome}", "by": "staff:7"}
    also, document = filing.decision_to_report(town.house, decision), town.document(application)
    commit(
        town.house,
        lambda unit: make_move(town.house, unit, document, move, by="staff:7", text="同意", also=also),
    )


def with_later_paper(town: EngineTown) -> str:
    """Accepted with a paper to come, which just came; the department is silent meanwhile."""
    application = town.an_accepted(with_plan=False)
    town.departments.silent = True
    town.upload(application)
    return application


def test_a_paper_that_waits_is_told_before_the_decision_that_overtook_it(town: EngineTown) -> None:
    application = with_later_paper(town)
    later(town)
    decide(town, application)
    town.clock.advance(seconds=1)
    decide(town, application, "revoked", Move.REVOKE)
    town.departments.silent = False
    later(town, times=4)
    assert told(town) == ["supplement", "decide", "decide"]
    assert town.document(application)["filing"]["queue"] == []
    assert town.document(application)["filing"]["next_at"] is None


def test_a_paper_that_waits_is_told_before_the_end(town: EngineTown) -> None:
    application = with_later_paper(town)
    document = town.document(application)
    from backend.applications.watching import _move

    commit(town.house, lambda unit: _move(town.house, unit, document, Move.TERMINATE, [], text="办理终止"))
    town.departments.silent = False
    later(town, times=3)
    assert told(town) == ["supplement", "terminate"]


def test_what_comes_while_a_call_is_made_is_told_next(
    town: EngineTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = town.an_accepted(with_plan=False)
    town.upload(application)
    really = town.departments.supplement

    def meanwhile(*given: Any, **more: Any) -> None:
        really(*given, **more)
        decide(town, application)

    with monkeypatch.context() as patch:
        patch.setattr(town.departments, "supplement", meanwhile)
        later(town)
    later(town)
    assert told(town) == ["supplement", "decide"]


@pytest.mark.parametrize("failure", [CaseNotFound(HOME), PersonNotFound(HOME), DepartmentConflict(HOME)])
def test_what_the_department_never_takes_is_given_up_after_growing_pauses(
    town: EngineTown, failure: Exception
) -> None:
    from backend.applications import filing

    application = with_later_paper(town)
    town.departments.silent, town.departments.failure = False, failure
    pauses = []
    for _ in range(filing.MOST_TRIES - 1):
        later(town)
        waits = town.document(application)["filing"]["next_at"] - town.clock.now()
        pauses.append(waits.total_seconds())
    assert pauses[0] < 5 < 30 < pauses[5] < pauses[-1] <= 380
    assert troubles(town) == []
    later(town)
    [trouble] = troubles(town)
    assert (trouble["kind"], trouble["reference"], trouble["department"]) == (
        "filing-given-up",
        application,
        HOME,
    )
    kept = town.document(application)["filing"]
    assert ([one["kind"] for one in kept["given_up"]], kept["next_at"]) == (["supplement"], None)
    later(town, times=2)
    assert told(town) == []


def test_what_is_given_up_does_not_hold_up_the_decision(town: EngineTown) -> None:
    from backend.applications import filing

    application = with_later_paper(town)
    town.departments.silent, town.departments.failure = False, CaseNotFound(HOME)
    later(town, times=filing.MOST_TRIES)
    town.departments.failure = None
    decide(town, application)
    later(town)
    assert told(town) == ["decide"]


def test_tried_again_it_is_told_first_and_the_trouble_goes(town: EngineTown) -> None:
    from backend.applications import filing
    from backend.troubles import watching

    application = town.a_draft()
    town.departments.failure = CaseNotFound(HOME)
    submit(town, application)
    later(town, times=filing.MOST_TRIES)
    decided = town.document(application)["filing"]
    assert [one["kind"] for one in decided["given_up"]] == ["file"]
    watching.watch(town.house)
    assert len(troubles(town)) == 1, "the sweep finds the same one"
    town.departments.failure = None
    assert filing.try_again(town.house, application) == "again"
    with pytest.raises(Problem, match="conflict"):
        filing.try_again(town.house, application)
    assert {"application": application} in town.emitted("application.submitted")
    later(town)
    assert len(town.departments.filed) == 1
    watching.watch(town.house)
    assert troubles(town) == []


def test_a_report_proves_that_what_was_given_up_is_there(town: EngineTown) -> None:
    from backend.applications import filing
    from backend.troubles import watching

    application = town.a_draft()
    town.departments.failure = DepartmentConflict(HOME)
    submit(town, application)
    later(town, times=filing.MOST_TRIES)
    assert len(troubles(town)) == 1
    assert town.report(application, "accepted", reference="R-1") == "applied"
    assert town.document(application)["filing"]["given_up"] == []
    watching.watch(town.house)
    assert troubles(town) == []


def test_an_outage_of_hours_is_one_trouble_a_department_and_goes_with_it(town: EngineTown) -> None:
    from backend.troubles import watching

    town.departments.silent = True
    for _ in range(3):
        town.citizen = town.a_citizen(population={"name": "随小办"})
        submit(town, town.a_draft())
    later(town, times=10)
    watching.watch(town.house)
    assert troubles(town) == []
    later(town, times=12)
    for _ in range(2):
        watching.watch(town.house)
    [trouble] = troubles(town)
    assert (trouble["kind"], trouble["reference"]) == ("department-silent", HOME)
    town.departments.silent = False
    later(town)
    assert len(town.departments.filed) == 3
    watching.watch(town.house)
    assert troubles(town) == []


def test_what_nobody_foresaw_is_counted_too(town: EngineTown) -> None:
    from backend.applications import filing

    application = town.a_draft()
    town.departments.failure = ZeroDivisionError("odd")
    submit(town, application)
    later(town, times=filing.MOST_TRIES)
    assert [one["reference"] for one in troubles(town, kind="filing-given-up")] == [application]


def test_a_long_silence_is_no_refusal(town: EngineTown) -> None:
    application = town.a_draft()
    town.departments.silent = True
    submit(town, application)
    later(town, times=20)
    town.departments.silent, town.departments.failure = False, CaseNotFound(HOME)
    later(town)
    assert troubles(town, kind="filing-given-up") == []
    assert town.document(application)["filing"]["next_at"] is not None


def test_what_waited_when_there_was_one_slot_is_still_told(town: EngineTown) -> None:
    from backend.applications import store

    application = town.an_accepted()
    now = town.clock.now()
    old = {"filing.kind": "supplement", "filing.next_at": now}
    town.house.db["applications"].update_one(
        {"_id": application}, {"$set": old, "$unset": {"filing.queue": ""}}
    )
    store._queue_what_waits(town.house)
    decide(town, application)
    later(town, times=2)
    assert told(town) == ["supplement", "decide"]


def submit(town: EngineTown, application: str) -> None:
    from backend.applications import applying

    applying.submit(town.house, town.citizen, application, key="k")


def rejected(*fields: str) -> DepartmentRejected:
    return DepartmentRejected(HOME, [FieldError(field=one, reason=f"{one}有问题") for one in fields])


def test_what_no_form_has_is_never_asked_of_the_applicant_but_shown_to_people(town: EngineTown) -> None:
    application = town.a_draft()
    town.departments.failure = rejected("callback_url", "shoe_size")
    submit(town, application)
    later(town)
    assert town.state(application) == "submitted"
    [trouble] = troubles(town)
    assert (trouble["kind"], trouble["reference"]) == ("filing-refused", application)


def test_of_what_the_department_refuses_the_applicant_is_asked_what_they_can_mend(town: EngineTown) -> None:
    from backend.applications import applying, filling

    application = town.a_draft()
    town.departments.failure = rejected("contact_phone", "shoe_size")
    submit(town, application)
    later(town)
    assert town.state(application) == "correction"
    correction = town.document(application)["correction"]
    assert correction["fields"] == ["contact_phone"]
    assert correction["items"][1] == {"reason": "shoe_size有问题"}
    town.departments.failure = None
    filling.fill_in(town.house, town.citizen, application, {"contact_phone": "19900000003"})
    applying.submit(town.house, town.citizen, application, key="k2")
    later(town)
    assert len(town.departments.filed) == 1
    assert troubles(town) == []


def test_a_refusal_after_the_acceptance_by_silence_is_for_people(town: EngineTown) -> None:
    application = town.a_draft()
    town.departments.silent = True
    submit(town, application)
    town.at("2026-03-10")
    town.sweep()
    assert town.state(application) == "accepted"
    town.departments.silent, town.departments.failure = False, rejected("contact_phone")
    later(town)
    assert (town.state(application), len(troubles(town, kind="filing-refused"))) == ("accepted", 1)


def test_a_correction_of_what_the_form_has_not_is_a_text_to_read(town: EngineTown) -> None:
    from backend.applications import filling

    application = town.a_submitted()
    items = [{"field": "shoe_size", "reason": "请说明鞋码"}, {"material": "x", "reason": "请补交证明"}]
    assert town.report(application, "correction-requested", details={"items": items}) == "applied"
    correction = town.document(application)["correction"]
    assert correction["items"] == [{"reason": "请说明鞋码"}, {"reason": "请补交证明"}]
    assert correction["fields"] == []
    filling.fill_in(town.house, town.citizen, application, {"contact_phone": "19900000003"})


def test_a_correction_that_nobody_could_read_is_refused_to_the_department(town: EngineTown) -> None:
    application = town.a_submitted()
    for item in ({"field": "shoe_size"}, {}, {"material": "x", "reason": " "}):
        with pytest.raises(Problem, match="invalid-request"):
            town.report(application, "correction-requested", details={"items": [item]})
    assert town.state(application) == "submitted"
    assert town.house.db["department_inbox"].count_documents({}) == 0


def test_a_department_speaks_of_its_own_cases_only(town: EngineTown) -> None:
    from backend.applications import filing

    application = town.a_submitted()
    number = town.document(application)["number"]
    for department in (HOME, OTHER):
        filing.must_be_of(town.house, number, department)
    with pytest.raises(Problem, match="not-allowed"):
        filing.must_be_of(town.house, number, "health")
    filing.must_be_of(town.house, "SB-unknown", "health")
