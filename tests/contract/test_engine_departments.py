"""The engine and a real department's process: filing over HTTP, its notices taken in as they come."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.contract.city import City, emptied, wait_until
from tests.contract.engine import EngineTown

POLICE, RENEWAL = "traffic-police", "driving-licence-renewal"


class Joined(EngineTown):
    """The town, with the city's departments in place of the noting ones."""

    city: City

    def join(self, city: City) -> None:
        """Speak to the city's departments as one of its drivers."""
        from backend.core.clock import SystemClock

        self.city = city
        self.done: set[str] = set()
        settings = self.house.settings.model_copy(update={"api_url": city.receiver.url})
        self.house = replace(
            self.house, departments=cast(Any, city.gateway()), settings=settings, clock=SystemClock()
        )
        person = city.person("driver")
        self.citizen = self.a_citizen()
        sealed = {"name": person["name"]}
        sealed |= {key: self.house.cipher.encrypt(person[key]) for key in ("phone",)}
        sealed["identity_number"] = self.house.cipher.encrypt(person["_id"])
        self.house.db["citizens"].update_one({"_id": self.citizen}, {"$set": sealed})
        self.house.db["profiles"].delete_one({"_id": self.citizen})

    def renewal(self) -> str:
        from backend.applications import applying, filing

        draft, _ = applying.open_draft(self.house, self.citizen, RENEWAL, channel="app")
        answers = {"delivery": "window", "contact_phone": "19900000001"}
        applying.fill_in(self.house, self.citizen, draft["_id"], answers)
        step = applying.next_step(self.house, self.document(draft["_id"]))
        assert step["kind"] == "confirm", step
        applying.submit(self.house, self.citizen, draft["_id"], key="k")
        assert filing.file_application(self.house, draft["_id"]) == "filed"
        return str(draft["_id"])

    def until(self, application: str, holds: Callable[[dict[str, Any]], object]) -> list[str]:
        """Take in notices, each twice, until something holds; the states of the timeline."""
        from backend.applications import filing

        def pump() -> bool:
            for notice in list(self.city.receiver.notices):
                if "event" in notice.body and notice.body["event_id"] not in self.done:
                    self.done.add(notice.body["event_id"])
                    assert filing.take_in(self.house, notice.body) in ("applied", "ignored")
                    assert filing.take_in(self.house, notice.body) == "duplicate"
            return bool(holds(self.document(application)))

        wait_until(pump, what=f"it, not {[one['state'] for one in self.document(application)['timeline']]}")
        return [line["state"] for line in self.document(application)["timeline"]]

    def to_the_end(self, application: str) -> list[str]:
        """Until the department is done and the licence was fetched at the window; the states passed."""
        from backend.core.events import commit
        from backend.delivery import sending, window

        self.until(application, lambda document: document["filing"].get("reported") == "completed")
        assert self.document(application)["state"] == "issuing"
        assert sending.send(self.house, application) == "ready"
        lies = self.document(application)
        code = window.code_for(self.house, lies) or ""
        commit(self.house, lambda unit: window.hand_over(self.house, unit, lies, code, by="staff:s1"))
        return [line["state"] for line in self.document(application)["timeline"]]


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, city: City) -> Iterator[Joined]:
    database = emptied(mongo_url, "joined")
    made = Joined(mongo_url, database, tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.join(city)
    yield made


def _is(state: str) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["state"] == state


def test_a_renewal_goes_from_draft_to_licence(town: Joined) -> None:
    application = town.renewal()
    states = town.to_the_end(application)
    assert states == [
        "draft",
        "submitted",
        "received",
        "accepted",
        "reviewing",
        "approved",
        "issuing",
        "issuing",  # the department is done
        "issuing",  # it lies ready
        "delivered",
        "done",
    ]
    assert len(town.document(application)["results"]) == 1


def test_a_special_procedure_and_more_time_of_a_real_department(town: Joined) -> None:
    town.city.process.behave(POLICE, "suspends")
    application = town.renewal()
    assert "suspended" in town.to_the_end(application)
    assert "resumed" in town.notices()


def test_a_correction_is_answered_and_the_case_goes_on(town: Joined) -> None:
    from backend.applications import applying, filing

    town.city.process.behave(POLICE, "asks-correction", times=1)
    application = town.renewal()
    town.until(application, _is("correction"))
    fields = town.document(application)["correction"]["fields"]
    applying.fill_in(town.house, town.citizen, application, dict.fromkeys(fields, "19900000002"))
    applying.submit(town.house, town.citizen, application, key="again")
    assert filing.file_application(town.house, application) == "supplemented"
    assert town.to_the_end(application)[-1] == "done"


@pytest.mark.parametrize(("mode", "end"), [("returns", "returned"), ("forwards", "forwarded")])
def test_other_ends_of_a_real_department(town: Joined, mode: str, end: str) -> None:
    town.city.process.behave(POLICE, mode)
    application = town.renewal()
    assert town.until(application, _is(end))[-1] == end
