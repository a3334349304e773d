"""Departments that are slow, busy, down or odd, and processes that are killed."""

import time

import pytest

from integrations.gateways.departments import DepartmentUnavailable
from tests.contract.city import DRIVING_LICENCE, FITNESS, RENEWAL, City, wait_until


def _file_renewal(city: City) -> str:
    filing = city.filing(
        "driving-licence-renewal", "driver", RENEWAL, materials=FITNESS, result=DRIVING_LICENCE
    )
    return city.gateway().file_case("traffic-police", filing).reference


def _driving_licences(city: City) -> list[str]:
    licences = city.facts("driver", "traffic-police")["licences"]
    return [one["status"] for one in licences if one["type"] == "driving-licence"]


def test_a_slow_department_is_given_up_and_asked_again(city: City) -> None:
    city.process.behave("housing-fund", "slow", pace=1.0, times=2)
    patient, hasty = city.gateway(timeout=4), city.gateway(timeout=0.3, attempts=3)
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    began = time.monotonic()
    receipt = patient.file_case("housing-fund", filing)
    assert time.monotonic() - began >= 1.0
    assert hasty.file_case("housing-fund", filing) == receipt


def test_a_busy_department_is_asked_again_when_it_said(city: City) -> None:
    city.process.behave("housing-fund", "busy", times=1)
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    began = time.monotonic()
    assert city.gateway().file_case("housing-fund", filing).reference
    assert time.monotonic() - began >= 1.0, "Retry-After was not waited for"


def test_a_department_that_stays_busy_says_when_to_come_back(city: City) -> None:
    city.process.behave("housing-fund", "busy")
    with pytest.raises(DepartmentUnavailable) as gone:
        city.gateway(attempts=1).get_case("housing-fund", "GJJ-1")
    assert gone.value.retry_after == 1.0


def test_a_department_that_is_down_for_a_moment_is_not_noticed(city: City) -> None:
    city.process.behave("housing-fund", "down", times=2)
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    reference = city.gateway().file_case("housing-fund", filing).reference
    city.wait_for(reference, "completed")


def test_the_breaker_opens_for_one_department_only_and_heals(city: City) -> None:
    city.process.behave("housing-fund", "down")
    gateway = city.gateway(attempts=1, failures_to_open=3, open_seconds=1.0)
    number = city.person("renter")["_id"]

    def ask(department: str) -> str:
        return gateway.query_registry(department, identity_number=number, purpose="test").department

    for _ in range(3):
        with pytest.raises(DepartmentUnavailable):
            ask("housing-fund")
    city.process.admin("POST", "/reset")
    with pytest.raises(DepartmentUnavailable) as kept_away:
        ask("housing-fund")
    assert kept_away.value.retry_after == 1.0, "it was asked although the breaker is open"
    assert ask("health") == "health"
    assert wait_until(lambda: _answers(ask), seconds=5, what="the breaker to heal") == "housing-fund"


def _answers(ask: object) -> str | None:
    assert callable(ask)
    try:
        return str(ask("housing-fund"))
    except DepartmentUnavailable:
        return None


def test_a_refusing_department_gives_reason_and_remedy_and_changes_nothing(city: City) -> None:
    city.process.behave("traffic-police", "refuses", times=1)
    reference = _file_renewal(city)
    city.wait_for(reference, "refused")
    details = city.receiver.of_case(reference)[-1]["details"]
    assert details["reason"]
    assert "行政复议" in details["remedy"]
    assert _driving_licences(city) == ["valid"]


def test_a_department_that_asks_for_correction_asks_once(city: City) -> None:
    city.process.behave("traffic-police", "asks-correction", times=1)
    reference = _file_renewal(city)
    city.wait_for(reference, "correction-requested")
    item = city.receiver.of_case(reference)[-1]["details"]["items"][0]
    assert item["field"] == "contact_phone"
    city.gateway().supplement("traffic-police", reference, form={"contact_phone": "19900000002"})
    events = city.wait_for(reference, "completed")
    assert events.count("correction-requested") == 1


def test_a_department_that_answers_twice_repeats_the_event_id(city: City) -> None:
    city.process.behave("traffic-police", "answers-twice", times=1)
    reference = _file_renewal(city)
    city.wait_for(reference, "completed")
    wait_until(lambda: len(city.receiver.of_case(reference)) == 12, what="every notice twice")
    bodies = city.receiver.of_case(reference)
    assert len({body["event_id"] for body in bodies}) == 6
    assert bodies[0] == bodies[1]
    assert _driving_licences(city) == ["valid", "replaced"]


def test_a_department_that_answers_late_has_moved_on_before_it_tells(city: City) -> None:
    city.process.behave("traffic-police", "answers-late", times=1, pace=0.15)
    reference = _file_renewal(city)
    wait_until(
        lambda: city.gateway().get_case("traffic-police", reference).state == "completed", what="the end"
    )
    assert "completed" not in city.receiver.events(reference)
    assert city.wait_for(reference, "completed")[0] == "received"


def test_a_notice_is_told_again_until_it_is_taken_and_in_order(city: City) -> None:
    city.receiver.answers = [500, 503, 429]
    reference = _file_renewal(city)
    events = city.wait_for(reference, "completed")
    assert events == ["received", "accepted", "reviewing", "approved", "licence-issued", "completed"]
    first = city.receiver.of_case(reference)[0]["event_id"]
    assert [body["event_id"] for body in city.receiver.of_case(reference)].count(first) >= 2


def test_a_notice_refused_for_good_is_set_aside_until_released(city: City) -> None:
    city.receiver.answers = [400]
    city.process.behave("traffic-police", "normal", pace=60)
    reference = _file_renewal(city)
    wait_until(
        lambda: city.store["notices"].count_documents({"state": "parked"}) == 1, what="a parked notice"
    )
    time.sleep(0.8)
    assert len(city.receiver.of_case(reference)) == 1
    assert city.process.admin("POST", "/notices/release") == {"released": 1}
    wait_until(lambda: len(city.receiver.of_case(reference)) == 2, what="the released notice")


def test_killed_between_filing_and_decision_nothing_is_lost_or_done_twice(city: City) -> None:
    city.process.behave("traffic-police", "normal", pace=0.5)
    reference = _file_renewal(city)
    city.wait_for(reference, "accepted")
    city.process.kill()
    city.process.start()
    events = city.wait_for(reference, "completed")
    history = [step.event for step in city.gateway().get_case("traffic-police", reference).history]
    assert (
        events == history == ["received", "accepted", "reviewing", "approved", "licence-issued", "completed"]
    )
    assert _driving_licences(city) == ["valid", "replaced"]


def test_killed_again_and_again_every_event_and_effect_is_there_once(city: City) -> None:
    city.process.behave("housing-fund", "normal", pace=0.25)
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    reference = city.gateway().file_case("housing-fund", filing).reference
    for _ in range(4):
        time.sleep(0.2)
        city.process.kill()
        city.process.start()
    assert city.wait_for(reference, "completed") == [
        "received",
        "accepted",
        "reviewing",
        "approved",
        "completed",
    ]
    ids = {body["event_id"]: body["event"] for body in city.receiver.of_case(reference)}
    assert sorted(ids.values()) == sorted(set(ids.values()))
    assert city.facts("renter", "housing-fund")["fund"]["balance"] == 46_800 - 18_000


def test_killed_while_telling_it_tells_again_with_the_same_event_id(city: City) -> None:
    city.receiver.gate.clear()
    reference = _file_renewal(city)
    wait_until(lambda: city.receiver.of_case(reference), what="a notice in the middle of being told")
    city.process.kill()
    city.receiver.gate.set()
    city.process.start()
    city.wait_for(reference, "completed")
    first = city.receiver.of_case(reference)[0]
    again = [body for body in city.receiver.of_case(reference) if body["event_id"] == first["event_id"]]
    assert len(again) >= 2
    assert all(body == first for body in again)
