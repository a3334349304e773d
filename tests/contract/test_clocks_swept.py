"""The sweep over the clocks: late, twice at once, dying, with one that it cannot read."""

import pytest

from tests.contract.engine import EngineTown
from tests.contract.test_clocks_travel import town

__all__ = ["town"]


def test_after_a_long_pause_only_the_last_of_each_is_told(town: EngineTown) -> None:
    town.at("2026-03-02")
    application = town.a_submitted()
    town.at("2026-06-01")
    town.sweep()
    assert town.state(application) == "accepted"
    assert [duty for duty, _ in town.reminders(application)] == ["silent-acceptance", "overdue"]
    before = town.document(application)
    town.sweep()
    assert town.document(application) == before


def test_sweeps_at_the_same_time_do_everything_once(town: EngineTown) -> None:
    from tests.contract.prompting import together

    town.at("2026-03-02")
    applications = [town.a_submitted()]
    town.at("2026-06-01")
    together(*[town.sweep] * 4)
    town.sweep()
    [application] = applications
    lines = [line["state"] for line in town.document(application)["timeline"]]
    assert lines.count("accepted") == 1
    assert len(town.reminders(application)) == 2


def test_a_sweep_that_dies_has_done_nothing(town: EngineTown, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.applications import store

    town.at("2026-03-02")
    application = town.an_accepted()
    town.at("2026-03-11")
    with monkeypatch.context() as broken:
        broken.setattr(store, "change", _die)
        town.sweep()
    assert town.reminders(application) == []
    town.clock.advance(minutes=16)
    town.sweep()
    assert [duty for duty, _ in town.reminders(application)] == ["overdue"]


def test_one_poisoned_application_does_not_keep_the_others_waiting(town: EngineTown) -> None:
    town.at("2026-03-02")
    bad, good = town.an_accepted(), town.an_accepted()
    town.house.db["applications"].update_one({"_id": bad}, {"$set": {"promised.due": "never"}})
    town.at("2026-03-11")
    town.sweep()
    assert town.document(good)["light"] == "red"
    assert town.document(bad)["watch_at"] > town.clock.now()


def test_past_the_holiday_data_one_case_fails_and_the_others_go_on(
    town: EngineTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import agenda
    from backend.applications.clock import CalendarEnded

    town.at("2026-03-02")
    good = town.an_accepted()
    bad = town.an_accepted()
    real = agenda.light

    def without_data(document: dict[str, object], *more: object) -> object:
        if document["_id"] == bad:
            raise CalendarEnded(town.clock.now().date())
        return real(document, *more)  # type: ignore[arg-type]

    town.at("2026-03-11")
    with monkeypatch.context() as broken:
        broken.setattr(agenda, "light", without_data)
        town.sweep()
    assert town.document(good)["light"] == "red"
    assert town.document(bad)["light"] == "green"
    assert town.document(bad)["watch_at"] > town.clock.now()
    town.clock.advance(minutes=16)
    town.sweep()
    assert town.document(bad)["light"] == "red"


def _die(*_: object, **__: object) -> None:
    raise RuntimeError("killed")
