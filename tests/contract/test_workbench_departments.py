"""What is decided on the workbench is put into effect by the department, and reported back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.core import house as houses
from backend.core.clock import SystemClock
from backend.core.house import House
from tests.contract.city import City, wait_until
from tests.contract.desk import Desk

CARD = "senior-card"
STORY = "turning-eighty"


@pytest.fixture
def place(desk: Desk, city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    settings = desk.house.settings.model_copy(update={"api_url": city.receiver.url})
    made = replace(desk.house, departments=city.gateway(), settings=settings, clock=SystemClock())
    monkeypatch.setattr(houses, "_opened", [made])
    yield made


def an_application(desk: Desk, place: House, city: City) -> str:
    from backend.accounts.store import CITIZENS
    from backend.applications import applying, filing

    person = city.person(STORY)
    citizen = desk.a_citizen()
    place.db["profiles"].delete_one({"_id": citizen})
    place.db[CITIZENS].update_one(
        {"_id": citizen},
        {"$set": {"name": person["name"], "identity_number": place.cipher.encrypt(person["_id"])}},
    )
    draft, _ = applying.open_draft(place, citizen, CARD, channel="app")
    applying.fill_in(place, citizen, draft["_id"], {"delivery": "window"})
    applying.submit(place, citizen, draft["_id"], key="k")
    assert filing.file_application(place, draft["_id"]) == "filed"
    return str(draft["_id"])


def hand_over(desk: Desk, place: House, case: str) -> None:
    """The applicant comes to the window with the code."""
    from backend.delivery.window import code_for
    from backend.workbench.acting import act
    from backend.workbench.actions import Action, Order
    from backend.workbench.officer import Officer

    officer = Officer(desk.ids["handler"], "civil-affairs", frozenset({"handle"}))
    code = code_for(place, desk.document(case)) or ""
    act(place, officer, case, Order(Action.HAND_OVER, code=code))


def take_in(place: House, city: City, case: str) -> str:
    """Hand what the department reported to the backend, as its callbacks would."""
    from backend.applications import filing

    document: dict[str, Any] = place.db["applications"].find_one({"_id": case}) or {}
    for notice in city.receiver.of_case(document["filing"]["reference"]):
        filing.take_in(place, notice)
    document = place.db["applications"].find_one({"_id": case}) or {}
    return str(document["state"])


def is_reported(desk: Desk, case: str) -> bool:
    """Whether the department said that it is done."""
    return bool(desk.document(case)["filing"].get("reported") == "completed")


def test_what_data_approve_is_issued_by_the_department(desk: Desk, place: House, city: City) -> None:
    from backend.applications import filing
    from backend.delivery import sending
    from backend.profiles.facts import get_profile
    from backend.workbench.automatic import decide_automatically

    case = an_application(desk, place, city)
    assert decide_automatically(place, case) == "approved"
    assert filing.report_decision(place, case) == "decided"
    wait_until(lambda: take_in(place, city, case) == "issuing" and is_reported(desk, case), what="the card")
    assert sending.send(place, case) == "ready"
    hand_over(desk, place, case)
    document = desk.document(case)
    assert document["state"] == "done"
    assert document["results"]
    licences = get_profile(place, document["citizen"])["licences"]
    assert [one["status"] for one in licences if one["type"] == CARD] == ["valid"]


def test_staff_decide_and_the_department_carries_it_out(desk: Desk, place: House, city: City) -> None:
    from backend.applications import filing
    from backend.workbench.acting import act
    from backend.workbench.actions import Action, Order
    from backend.workbench.officer import Officer

    case = an_application(desk, place, city)
    take_in(place, city, case)

    def officer(name: str, role: str) -> Officer:
        return Officer(desk.ids[name], "civil-affairs", frozenset({role}))

    receiver, handler = officer("receiver", "receive"), officer("handler", "handle")
    reviewer, decider = officer("reviewer", "review"), officer("decider", "decide")
    for who, *orders in (
        (receiver, Order(Action.CLAIM), Order(Action.ACCEPT)),
        (handler, Order(Action.CLAIM), Order(Action.ASSIGN), Order(Action.CHECK, reason="符合")),
        (reviewer, Order(Action.CLAIM), Order(Action.PROPOSE, reason="同意")),
        (decider, Order(Action.CLAIM), Order(Action.REFUSE, reason="已有同类卡", remedy="可以复议")),
    ):
        for order in orders:
            act(place, who, case, order)
    assert filing.report_decision(place, case) == "decided"
    assert desk.document(case)["state"] == "refused"
    reference = desk.document(case)["filing"]["reference"]
    assert city.gateway().get_case("civil-affairs", reference).state == "refused"
    assert take_in(place, city, case) == "refused"


def test_what_is_turned_away_is_closed_at_the_department_too(desk: Desk, place: House, city: City) -> None:
    from backend.applications import filing
    from backend.workbench.acting import act
    from backend.workbench.actions import Action, Order
    from backend.workbench.officer import Officer

    case = an_application(desk, place, city)
    receiver = Officer(desk.ids["receiver"], "civil-affairs", frozenset({"receive"}))
    act(place, receiver, case, Order(Action.CLAIM))
    act(place, receiver, case, Order(Action.REJECT, reason="不归这里", where="请到户籍地办理"))
    assert filing.report_decision(place, case) == "decided"
    reference = desk.document(case)["filing"]["reference"]
    assert city.gateway().get_case("civil-affairs", reference).state == "closed"
    assert take_in(place, city, case) == "rejected"


def test_a_revoked_decision_takes_the_licence_with_it(desk: Desk, place: House, city: City) -> None:
    from backend.applications import filing
    from backend.profiles.facts import gather, get_profile
    from backend.workbench.acting import act
    from backend.workbench.actions import Action, Order
    from backend.workbench.automatic import decide_automatically
    from backend.workbench.officer import Officer

    case = an_application(desk, place, city)
    decide_automatically(place, case)
    filing.report_decision(place, case)
    wait_until(lambda: take_in(place, city, case) == "issuing" and is_reported(desk, case), what="the card")
    officer = Officer(desk.ids["supervisor"], "civil-affairs", frozenset({"supervise"}))
    said = {"reason": "材料虚假", "basis": "行政许可法第六十九条", "remedy": "可以复议"}
    act(place, officer, case, Order(Action.REVOKE, **said))
    assert filing.report_decision(place, case) == "decided"
    document = desk.document(case)
    assert city.gateway().get_case("civil-affairs", document["filing"]["reference"]).state == "revoked"
    gather(place, document["citizen"], departments=["civil-affairs"])
    licences = get_profile(place, document["citizen"])["licences"]
    assert [one["status"] for one in licences if one["type"] == CARD] == ["revoked"]
