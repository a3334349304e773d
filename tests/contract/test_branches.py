"""Cases that leave the straight road: workbench, tolerance, joint opinions, special procedures."""

from typing import Any

import pytest

from integrations.gateways.departments import (
    Agent,
    CaseDecision,
    DepartmentConflict,
    DepartmentRejected,
    Material,
)
from tests.contract.city import DRIVING_LICENCE, FITNESS, RENEWAL, City, wait_until

BEGUN = ["received", "accepted", "reviewing"]
GRANTED = ["approved", "licence-issued", "completed"]
APPROVED = CaseDecision(decision="approved", opinion="同意换发。", by="经办人甲")


def _file(city: City, **more: Any) -> str:
    given = {"materials": FITNESS, "result": DRIVING_LICENCE} | more
    filing = city.filing("driving-licence-renewal", "driver", RENEWAL, **given)
    return city.gateway().file_case("traffic-police", filing).reference


def _details(city: City, reference: str, event: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        body["details"] for body in city.receiver.of_case(reference) if body["event"] == event
    )
    return found


def _rests(city: City, reference: str) -> Any:
    """Whether nothing is due any more in a case."""
    return wait_until(
        lambda: city.store["cases"].find_one({"_id": reference, "due": None}), what="the case to rest"
    )


# --- the workbench -------------------------------------------------------------------------------


def test_a_case_of_the_workbench_waits_for_its_decision_and_then_goes_on_by_itself(city: City) -> None:
    agent = Agent(name="安小办", phone="19900000002")
    reference = _file(city, handling="workbench", agent=agent)
    city.wait_for(reference, "received")
    _rests(city, reference)
    gateway = city.gateway()
    assert gateway.get_case("traffic-police", reference).state == "received"

    assert gateway.decide("traffic-police", reference, APPROVED).state == "approved"
    assert city.wait_for(reference, "completed") == ["received", "licence-issued", "completed"]
    assert gateway.decide("traffic-police", reference, APPROVED).state == "completed"
    licences = city.facts("driver", "traffic-police")["licences"]
    assert [one["status"] for one in licences if one["type"] == "driving-licence"] == ["valid", "replaced"]
    history = [step.event for step in gateway.get_case("traffic-police", reference).history]
    assert history == ["received", *GRANTED]


@pytest.mark.parametrize("undoing", ["revoked", "voided"])
def test_a_licence_of_a_decision_that_was_undone_is_good_no_longer(city: City, undoing: Any) -> None:
    reference = _file(city, handling="workbench")
    city.wait_for(reference, "received")
    gateway = city.gateway()
    gateway.decide("traffic-police", reference, APPROVED)
    city.wait_for(reference, "completed")
    said = CaseDecision(decision=undoing, opinion="材料虚假。", by="督办人甲")
    for _ in range(2):
        assert gateway.decide("traffic-police", reference, said).state == undoing
    licences = city.facts("driver", "traffic-police")["licences"]
    assert next(one["status"] for one in licences if one["type"] == "driving-licence") == undoing
    with pytest.raises(DepartmentConflict):
        gateway.decide("traffic-police", reference, said.model_copy(update={"opinion": "别的理由。"}))


def test_what_was_never_decided_is_undone_without_a_licence(city: City) -> None:
    reference = _file(city, handling="workbench")
    city.wait_for(reference, "received")
    said = CaseDecision(decision="voided", opinion="重复申请。", by="督办人甲")
    assert city.gateway().decide("traffic-police", reference, said).state == "voided"
    licences = city.facts("driver", "traffic-police")["licences"]
    assert [one["status"] for one in licences if one["type"] == "driving-licence"] == ["valid"]


@pytest.mark.parametrize(("decision", "state"), [("refused", "refused"), ("closed", "closed")])
def test_a_workbench_that_says_no_changes_nothing(city: City, decision: Any, state: str) -> None:
    reference = _file(city, handling="workbench")
    said = CaseDecision(decision=decision, opinion="材料与登记不符。", by="经办人甲")
    assert city.gateway().decide("traffic-police", reference, said).state == state
    licences = city.facts("driver", "traffic-police")["licences"]
    assert [one["status"] for one in licences if one["type"] == "driving-licence"] == ["valid"]
    with pytest.raises(DepartmentConflict):
        city.gateway().decide("traffic-police", reference, APPROVED)
    with pytest.raises(DepartmentConflict):
        city.gateway().withdraw("traffic-police", reference)


def test_only_a_case_of_the_workbench_is_decided_there(city: City) -> None:
    city.process.behave("traffic-police", "normal", pace=60)
    with pytest.raises(DepartmentConflict):
        city.gateway().decide("traffic-police", _file(city), APPROVED)


def test_papers_handed_in_at_the_workbench_are_kept(city: City) -> None:
    reference = _file(city, handling="workbench", materials=[])
    seen = city.gateway().supplement(
        "traffic-police", reference, form={"delivery": "post"}, materials=FITNESS
    )
    assert seen.state == "received"
    kept = city.store["cases"].find_one({"_id": reference})
    assert kept is not None
    assert (kept["form"]["delivery"], kept["materials"][0]["id"]) == ("post", "medical-fitness")


# --- tolerance -----------------------------------------------------------------------------------


def _tolerated(city: City) -> str:
    later = {"later": ["medical-fitness", "photo"], "tolerance": "10个工作日"}
    return _file(city, materials=[Material(id="photo", file_sha256="b" * 64)], **later)


def test_what_may_come_later_is_owed_and_the_decision_waits_for_it(city: City) -> None:
    reference = _tolerated(city)
    assert city.wait_for(reference, "reviewing") == BEGUN
    owed = _details(city, reference, "accepted")["tolerance"]
    assert owed["materials"] == ["medical-fitness"]
    assert owed["text"] == "10个工作日"
    _rests(city, reference)

    paper = [Material(id="medical-fitness", file_sha256="a" * 64)]
    gateway = city.gateway()
    gateway.supplement("traffic-police", reference, form={}, materials=paper)
    gateway.supplement("traffic-police", reference, form={}, materials=paper)
    assert city.wait_for(reference, "completed") == [*BEGUN, "supplemented", *GRANTED]
    assert _details(city, reference, "supplemented") == {"materials": ["medical-fitness"]}


def test_a_case_whose_owed_papers_never_come_is_terminated_once(city: City) -> None:
    reference = _tolerated(city)
    city.wait_for(reference, "reviewing")
    gateway = city.gateway()
    for _ in range(2):
        assert gateway.terminate("traffic-police", reference, reason="逾期未补齐").state == "terminated"
    with pytest.raises(DepartmentConflict):
        gateway.supplement("traffic-police", reference, form={}, materials=FITNESS)
    with pytest.raises(DepartmentConflict):
        gateway.withdraw("traffic-police", reference)


# --- joint opinions ------------------------------------------------------------------------------


def test_the_decision_waits_for_the_opinions_of_all_joint_departments(city: City) -> None:
    reference = _file(city, joint=["health", "public-security"])
    assert (
        city.wait_for(reference, "completed")
        == [*BEGUN, "opinion", "opinion", *GRANTED][: len(city.receiver.events(reference))]
    )
    told = [body for body in city.receiver.of_case(reference) if body["event"] == "opinion"]
    assert {body["details"]["department"] for body in told} == {"health", "public-security"}
    assert {body["department"] for body in told} == {"health", "public-security"}
    assert all(body["details"]["opinion"] for body in told)


def test_joint_departments_are_asked_side_by_side(city: City) -> None:
    city.process.behave("civil-affairs", "normal", pace=60)
    reference = _file(city, joint=["civil-affairs", "health"])
    assert city.wait_for(reference, "opinion")[-1] == "opinion"
    assert _details(city, reference, "opinion")["department"] == "health"
    assert city.gateway().get_case("traffic-police", reference).state == "reviewing"


def test_a_joint_department_that_does_not_exist_is_told(city: City) -> None:
    with pytest.raises(DepartmentRejected):
        _file(city, joint=["moon-office"])


# --- special procedures, more time, other hands --------------------------------------------------


def test_a_special_procedure_stops_the_case_once(city: City) -> None:
    reference = _file(city, special=["检验", "公示"])
    assert city.wait_for(reference, "completed") == [*BEGUN, "suspended", "resumed", *GRANTED]
    stopped = _details(city, reference, "suspended")
    assert stopped["kind"] == "检验"
    assert stopped["reason"]
    assert stopped["days"] > 0


@pytest.mark.parametrize(
    ("mode", "events", "last", "says"),
    [
        ("suspends", [*BEGUN, "suspended", "resumed", *GRANTED], "suspended", {"kind", "reason", "days"}),
        ("extends", [*BEGUN, "extended", *GRANTED], "extended", {"reason", "days"}),
        ("returns", ["received", "returned"], "returned", {"reason", "where"}),
        ("forwards", [*BEGUN, "forwarded"], "forwarded", {"to", "reason"}),
        ("revokes", [*BEGUN, *GRANTED, "revoked"], "revoked", {"reason"}),
    ],
)
def test_a_mode_leads_a_case_aside(
    city: City, mode: str, events: list[str], last: str, says: set[str]
) -> None:
    city.process.behave("traffic-police", mode, times=1)
    reference = _file(city)
    assert city.wait_for(reference, events[-1]) == events
    assert set(_details(city, reference, last)) == says


def test_what_is_revoked_is_no_licence_any_more(city: City) -> None:
    city.process.behave("traffic-police", "revokes", times=1)
    city.wait_for(_file(city), "revoked")
    licences = city.facts("driver", "traffic-police")["licences"]
    assert [one["status"] for one in licences if one["type"] == "driving-licence"] == ["revoked", "replaced"]


def test_a_suspended_case_can_be_taken_back(city: City) -> None:
    reference = _file(city, special=["鉴定"])
    city.wait_for(reference, "reviewing")
    city.process.behave("traffic-police", "normal", pace=60)
    wait_until(lambda: city.gateway().withdraw("traffic-police", reference).state == "withdrawn", what="it")


def test_a_silent_department_takes_the_filing_and_says_nothing_until_it_is_reset(city: City) -> None:
    city.process.behave("traffic-police", "silent", times=1)
    reference = _file(city)
    wait_until(lambda: _tries(city, reference) >= 3, what="three looks at the case")
    assert city.receiver.events(reference) == []
    assert city.gateway().get_case("traffic-police", reference).state == "received"
    city.process.admin("POST", "/reset")
    assert city.wait_for(reference, "completed") == [*BEGUN, *GRANTED]


def _tries(city: City, reference: str) -> int:
    found = city.store["cases"].find_one({"_id": reference})
    return 0 if found is None else int(found["version"]) - 1
