"""A document on its way: sent once it is made, told step by step, the case ended by its arrival."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.gateways.failures import DepartmentRejected, DepartmentUnavailable
from integrations.gateways.post import Parcel
from tests.contract.city import emptied, wait_until
from tests.contract.engine import FILE, trial_matter
from tests.contract.prompting import together
from tests.contract.till import Till, running_city

CHOSEN: dict[str, Any] = {
    "name": "delivery",
    "label": "领取方式",
    "type": "choice",
    "default": "post",
    "choices": [{"value": one, "label": one} for one in ("post", "window", "e-licence")],
}
ADDRESS: dict[str, Any] = {
    "name": "delivery_address",
    "label": "寄到哪里",
    "type": "address",
    "default": "随安市清溪区安居街道安居路1弄1号",
    "ask": "地址？",
}
ON_THE_WAY = ["collected", "on-the-way", "out-for-delivery", "delivered"]


class CarrierAtHand:
    """Takes parcels, or does not."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.fault: Exception | None = None
        self.calls = 0

    def send(self, *, parcel: str, **_: str) -> Parcel:
        self.calls += 1
        if self.fault:
            raise self.fault
        if parcel not in self.taken:
            self.taken.append(parcel)
        return Parcel(parcel=parcel, number=f"MN{self.taken.index(parcel)}", journey=[])


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    made = Till(mongo_url, emptied(mongo_url, "delivery"), tmp_path)
    from backend.core import events
    from backend.delivery import sending

    assert sending.INBOX
    made.house.db.create_indexes()
    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_matter(form=[*FILE["form"], CHOSEN, ADDRESS]):
        yield made
    made.go()


@pytest.fixture
def carrier(town: Till) -> CarrierAtHand:
    at_hand = CarrierAtHand()
    town.house = replace(town.house, post=cast(Any, at_hand))
    return at_hand


def run(town: Till) -> None:
    """What the delivery's task does that hears of changes."""
    from backend.applications.states import TO_DELIVER
    from backend.delivery import sending

    fresh, town.done_events = town.events[town.done_events :], len(town.events)
    for kind, payload in fresh:
        if kind == "application.changed" and payload["state"] in TO_DELIVER:
            sending.send(town.house, payload["application"])


def sweep(town: Till, **ahead: float) -> int:
    from backend.delivery import sending

    town.clock.advance(**(ahead or {"minutes": 2}))
    return sending.send_waiting(town.house)


def step(application: str, event: str, *, number: str = "MN0") -> dict[str, Any]:
    body = {"event_id": f"{application}-{event}", "parcel": application, "number": number, "event": event}
    return body | {"text": event, "at": f"2026-03-03T0{ON_THE_WAY.index(event)}:00:00+00:00"}


def hear(town: Till, application: str, event: str) -> str:
    from backend.delivery import sending

    return sending.take_in(town.house, step(application, event))


def made(town: Till, application: str) -> None:
    town.report(application, "approved")
    town.report(application, "licence-issued")


def delivery(town: Till, application: str) -> dict[str, Any]:
    found: dict[str, Any] = town.document(application)["delivery"] or {}
    return found


def texts(town: Till, application: str) -> list[str]:
    return [line["text"] for line in town.document(application)["timeline"]]


def test_the_parcel_is_sent_when_the_document_is_made_and_not_before(
    town: Till, carrier: CarrierAtHand
) -> None:
    application = town.an_accepted()
    run(town)
    town.report(application, "approved")
    run(town)
    assert carrier.taken == []
    town.report(application, "licence-issued")
    run(town)
    run(town)
    assert carrier.taken == [application]
    assert "证件已交寄，快递单号 MN0" in texts(town, application)
    town.report(application, "completed")
    run(town)
    assert carrier.calls == 1
    assert town.state(application) == "issuing"


def test_a_department_that_is_done_without_a_licence_has_its_paper_sent_too(
    town: Till, carrier: CarrierAtHand
) -> None:
    application = town.an_accepted()
    town.report(application, "approved")
    town.report(application, "completed")
    run(town)
    assert carrier.taken == [application]
    assert town.state(application) in ("approved", "issuing")
    for event in ON_THE_WAY:
        assert hear(town, application, event) == "applied"
    assert town.state(application) == "done"


def test_many_at_once_send_one(town: Till, carrier: CarrierAtHand) -> None:
    from backend.delivery import sending

    application = town.an_accepted()
    made(town, application)
    together(*[lambda: sending.send(town.house, application)] * 4)
    assert carrier.taken == [application]
    assert [one["what"] for one in town.emitted("application.noticed")].count("parcel-sent") == 1
    assert sum("证件已交寄" in one for one in texts(town, application)) == 1


def test_the_case_ends_with_the_arrival_only(town: Till, carrier: CarrierAtHand) -> None:
    application = town.an_accepted()
    made(town, application)
    run(town)
    town.report(application, "completed")
    for event in ON_THE_WAY[:-1]:
        assert hear(town, application, event) == "applied"
        assert town.state(application) == "issuing"
    assert hear(town, application, "delivered") == "applied"
    assert hear(town, application, "delivered") == "duplicate"
    assert town.state(application) == "done"
    assert [one["text"] for one in delivery(town, application)["journey"]] == ON_THE_WAY
    assert texts(town, application)[-2:] == ["快递 MN0：delivered", "证件已送达，办结"]
    assert town.clocks(application)["delivery"] is None


def test_a_step_heard_after_the_arrival_changes_nothing(town: Till, carrier: CarrierAtHand) -> None:
    application = town.an_accepted()
    made(town, application)
    run(town)
    hear(town, application, "delivered")
    before = town.document(application)
    assert hear(town, application, "collected") == "ignored"
    assert town.document(application) == before


def test_a_step_proves_that_the_carrier_has_it_though_its_answer_was_lost(
    town: Till, carrier: CarrierAtHand
) -> None:
    application = town.an_accepted()
    made(town, application)
    carrier.taken.append(application)
    assert hear(town, application, "collected") == "applied"
    run(town)
    assert carrier.calls == 0
    assert hear(town, application, "delivered") == "applied"
    assert town.state(application) == "done"


@pytest.mark.parametrize("fault", [DepartmentUnavailable("post"), DepartmentRejected("post", [])])
def test_what_the_carrier_does_not_take_is_tried_again(
    town: Till, carrier: CarrierAtHand, fault: Exception
) -> None:
    application = town.an_accepted()
    made(town, application)
    carrier.fault = fault
    run(town)
    assert (carrier.taken, delivery(town, application)["way"]) == ([], None)
    carrier.fault = None
    assert sweep(town, minutes=61) == 1
    assert carrier.taken == [application]
    assert sweep(town) == 0


def test_what_was_revoked_meanwhile_is_not_sent(town: Till, carrier: CarrierAtHand) -> None:
    application = town.an_accepted()
    made(town, application)
    carrier.fault = DepartmentUnavailable("post")
    run(town)
    town.report(application, "revoked", details={"reason": "错发"})
    carrier.fault = None
    assert sweep(town, minutes=61) == 1
    assert carrier.taken == []
    assert sweep(town, minutes=61) == 0


def test_one_that_cannot_be_sent_keeps_no_other_waiting(
    town: Till, carrier: CarrierAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.delivery import sending

    first, second = town.an_accepted(), town.an_accepted()
    carrier.fault = DepartmentUnavailable("post")
    for one in (first, second):
        made(town, one)
    run(town)
    carrier.fault = None
    whole = sending.send

    def broken(house: Any, application: str) -> str:
        if application == first:
            raise KeyError(application)
        return whole(house, application)

    monkeypatch.setattr(sending, "send", broken)
    sweep(town, minutes=61)
    assert carrier.taken == [second]


def test_at_the_counter_there_is_a_code_once_it_is_made(town: Till, carrier: CarrierAtHand) -> None:
    from backend.delivery.sending import view
    from backend.delivery.window import code_for

    application = town.an_accepted(delivery="window")
    town.report(application, "approved")
    run(town)
    assert view(town.document(application)) is None
    town.report(application, "licence-issued")
    run(town)
    found = town.document(application)
    code = code_for(town.house, found)
    seen = view(found, code=code) or {}
    assert seen["way"] == "window"
    assert len(seen["code"]) == 6
    run(town)
    assert view(town.document(application), code=code_for(town.house, town.document(application))) == seen
    assert [one["what"] for one in town.emitted("application.noticed")] == ["ready-to-collect"]
    assert carrier.calls == 0


def test_a_department_quicker_than_the_task_leaves_a_code_too(town: Till, carrier: CarrierAtHand) -> None:
    application = town.an_accepted(delivery="window")
    made(town, application)
    town.report(application, "completed")
    assert town.state(application) == "issuing"
    assert "证件领取后本件结束" in texts(town, application)[-1]
    run(town)
    assert delivery(town, application)["code"]
    assert town.state(application) == "issuing"


def test_posted_without_an_address_it_lies_at_the_window(town: Till, carrier: CarrierAtHand) -> None:
    with trial_matter(form=[*FILE["form"], CHOSEN]):
        application = town.an_accepted()
        made(town, application)
        town.report(application, "completed")
        run(town)
    found = delivery(town, application)
    assert (found["way"], found["place"]) == ("window", "窗口领取")
    assert (town.state(application), carrier.calls) == ("issuing", 0)


def test_a_department_that_brought_it_itself_ends_the_case(town: Till, carrier: CarrierAtHand) -> None:
    application = town.an_accepted()
    made(town, application)
    run(town)
    town.report(application, "delivered")
    town.report(application, "completed")
    assert town.state(application) == "done"


def test_an_e_licence_needs_no_carrier_and_no_code(town: Till, carrier: CarrierAtHand) -> None:
    application = town.an_accepted(delivery="e-licence")
    made(town, application)
    town.report(application, "completed")
    run(town)
    assert (town.state(application), delivery(town, application)) == ("done", {})
    assert carrier.calls == 0


def test_people_hear_that_it_is_on_its_way_once(town: Till, carrier: CarrierAtHand) -> None:
    from backend.core.schemas import PageQuery
    from backend.messages.store import list_own
    from backend.messages.telling import tell_notice

    application = town.an_accepted()
    made(town, application)
    run(town)
    for one in town.emitted("application.noticed") * 2:
        tell_notice(town.house, one)
    [message] = list_own(town.house, town.citizen, PageQuery(limit=20, cursor=None)).items
    assert message["words"]["title"] == "已寄出：试办证"
    assert "MN0" in message["words"]["text"]


def test_the_real_carrier_brings_it_to_the_door(
    town: Till, mongo_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from backend.delivery import sending
    from backend.delivery.routes import ParcelNotice

    with running_city(mongo_url, tmp_path_factory.mktemp("carrier")) as city:
        town.with_company_outside(city)
        application = town.an_accepted()
        made(town, application)
        run(town)
        heard: list[str] = []

        def more() -> bool:
            bodies = [one.body for one in list(city.receiver.notices) if one.path.endswith("/parcels")]
            for body in bodies[len(heard) :]:
                notice = ParcelNotice.model_validate(body).model_dump()
                heard.append(sending.take_in(town.house, notice))
            return town.state(application) == "done"

        wait_until(more, what="the arrival")
        assert heard == ["applied"] * len(ON_THE_WAY)
        assert len(delivery(town, application)["journey"]) == len(ON_THE_WAY)
