from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.core.clock import city_midnight
from backend.core.errors import Problem
from backend.prompts.rules import Answer
from tests.contract.city import emptied
from tests.contract.prompting import TODAY, PromptTown, at, together

RENEWAL = "driving-licence-renewal"


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PromptTown]:
    database = emptied(mongo_url, "prompts")
    made = PromptTown(mongo_url, database, tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    yield made


def offer(town: PromptTown, citizen: str) -> dict[str, Any]:
    from backend.prompts.offering import check_citizen

    [prompt] = check_citizen(town.house, citizen, ["licences", "vehicles"])
    found: dict[str, Any] = town.house.db["prompts"].find_one({"_id": prompt}) or {}
    return found


def say(town: PromptTown, prompt: dict[str, Any], said: Answer, note: str = "") -> dict[str, Any]:
    from backend.prompts.answering import answer

    return answer(town.house, prompt["citizen"], prompt["_id"], said, note=note)


def test_a_licence_nearing_its_end_makes_one_prompt_with_its_evidence(town: PromptTown) -> None:
    prompt = offer(town, town.a_driver())
    assert (prompt["matter"], prompt["state"]) == (RENEWAL, "shown")
    assert "2026年12月18日" in prompt["text"]
    assert prompt["evidence"][0] | {"as_of": None} == {
        "label": "驾驶证有效期至",
        "value": "2026-12-18",
        "department": "traffic-police",
        "as_of": None,
    }
    assert town.emitted("prompt.created")[0]["prompt"] == prompt["_id"]
    assert town.emitted("prompt.shown") == [{"prompt": prompt["_id"], "citizen": prompt["citizen"]}]


def test_the_same_occasion_never_makes_a_second_prompt_even_at_once(town: PromptTown) -> None:
    from backend.prompts.offering import check_citizen

    driver = town.a_driver()
    made = together(*[lambda: check_citizen(town.house, driver, ["licences"])] * 6)
    assert sum(len(one) for one in made) == 1
    assert len(town.prompts_of(driver)) == 1
    assert len(town.emitted("prompt.shown")) == 1


def test_who_has_nothing_due_or_said_no_to_prompts_hears_nothing(town: PromptTown) -> None:
    from backend.accounts.store import set_consent, set_topic_muted
    from backend.core.events import commit
    from backend.prompts.offering import check_citizen

    safe, silent, muted = town.a_driver(days=200), town.a_driver(), town.a_driver()
    commit(town.house, lambda unit: set_consent(town.house, unit, silent, "prompts", {"granted": False}))
    set_topic_muted(town.house, muted, "licences", True)
    for citizen in (safe, silent, muted):
        assert check_citizen(town.house, citizen) == []


def test_at_night_it_waits_and_is_shown_in_the_morning(town: PromptTown) -> None:
    from backend.prompts.offering import show_waiting

    town.clock.moment = at("2026-11-23T15:00:00+00:00")
    prompt = offer(town, town.a_driver())
    assert prompt["state"] == "waiting"
    assert town.emitted("prompt.shown") == []
    assert show_waiting(town.house) == 0
    town.clock.moment = at("2026-11-24T00:00:30+00:00")
    assert show_waiting(town.house) == 1
    assert town.prompts_of(prompt["citizen"])[0]["state"] == "shown"
    assert len(town.emitted("prompt.shown")) == 1


def test_what_is_no_longer_so_in_the_morning_is_not_shown(town: PromptTown) -> None:
    from backend.prompts.offering import show_waiting

    town.clock.moment = at("2026-11-23T15:00:00+00:00")
    prompt = offer(town, town.a_driver())
    town.set_profile(prompt["citizen"], {"licences.0.expires": city_midnight(TODAY + timedelta(days=3000))})
    town.clock.moment = at("2026-11-24T00:00:30+00:00")
    show_waiting(town.house)
    assert town.prompts_of(prompt["citizen"])[0]["state"] == "lapsed"


def test_no_more_than_two_prompts_a_week_even_when_facts_change_at_once(town: PromptTown) -> None:
    from backend.matters.catalogue import catalogue
    from backend.prompts.offering import offer as make

    driver = town.a_driver()
    rules = [matter for matter in catalogue().all() if matter.prompt][:5]
    together(*[lambda one=one: make(town.house, driver, one) for one in rules])
    states = sorted(str(one["state"]) for one in town.prompts_of(driver))
    assert states == ["shown", "shown", "waiting", "waiting", "waiting"]


def test_a_prompt_lapses_when_its_facts_change_and_returns_with_them(town: PromptTown) -> None:
    from backend.prompts.offering import check_citizen

    prompt = offer(town, town.a_driver())
    citizen, soon = prompt["citizen"], city_midnight(TODAY + timedelta(days=25))
    town.set_profile(citizen, {"licences.0.expires": city_midnight(TODAY + timedelta(days=3000))})
    check_citizen(town.house, citizen, ["licences"])
    assert [one["state"] for one in town.prompts_of(citizen)] == ["lapsed"]
    town.set_profile(citizen, {"licences.0.expires": soon})
    assert check_citizen(town.house, citizen, ["licences"]) == [prompt["_id"]]
    assert [one["state"] for one in town.prompts_of(citizen)] == ["shown"]


def test_yes_files_what_is_complete_and_yes_again_files_nothing_more(town: PromptTown) -> None:
    prompt = offer(town, town.a_car_owner())
    first = say(town, prompt, Answer.ACCEPT)
    assert first["state"] == "filed"
    assert first["application"]["filed"]
    assert first["application"]["number"].startswith("SB")
    assert say(town, prompt, Answer.ACCEPT) == first
    assert town.house.db["applications"].count_documents({"citizen": prompt["citizen"]}) == 1


def test_yes_said_many_times_at_once_files_one_application(town: PromptTown) -> None:
    prompt = offer(town, town.a_car_owner())
    results = together(*[lambda: say(town, prompt, Answer.ACCEPT)] * 5)
    done = [one["application"]["id"] for one in results if isinstance(one, dict)]
    turned_away = {one.kind.slug for one in results if isinstance(one, Problem)}
    assert done, results
    assert turned_away <= {"request-in-progress"}
    assert set(done) == {say(town, prompt, Answer.ACCEPT)["application"]["id"]}
    assert town.house.db["applications"].count_documents({"citizen": prompt["citizen"]}) == 1
    assert len(town.emitted("application.submitted")) == 1


def test_no_said_many_times_at_once_is_one_no(town: PromptTown) -> None:
    prompt = offer(town, town.a_driver())
    assert together(*[lambda: say(town, prompt, Answer.DECLINE)] * 5) == [{"state": "declined"}] * 5
    assert len(town.emitted("prompt.answered")) == 1


def test_while_one_yes_is_at_work_another_is_told_to_wait(
    town: PromptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import applying

    prompt = offer(town, town.a_car_owner())
    meanwhile: list[Any] = []
    open_draft = applying.open_draft

    def answer_twice(*args: Any, **kwargs: Any) -> Any:
        meanwhile.extend(together(lambda: say(town, prompt, Answer.ACCEPT)))
        return open_draft(*args, **kwargs)

    monkeypatch.setattr(applying, "open_draft", answer_twice)
    assert say(town, prompt, Answer.ACCEPT)["state"] == "filed"
    assert [one.kind.slug for one in meanwhile] == ["request-in-progress"]


def test_a_yes_whose_process_was_killed_is_free_again_after_half_a_minute(town: PromptTown) -> None:
    prompt = offer(town, town.a_car_owner())
    soon = town.clock.now() + timedelta(seconds=30)
    killed = {"state": "accepted", "answer": "accept", "working_until": soon}
    town.house.db["prompts"].update_one({"_id": prompt["_id"]}, {"$set": killed})
    with pytest.raises(Problem, match="request-in-progress"):
        say(town, prompt, Answer.ACCEPT)
    town.clock.advance(seconds=31)
    assert say(town, prompt, Answer.ACCEPT)["state"] == "filed"


def test_yes_to_what_still_needs_an_answer_opens_the_prefilled_draft(town: PromptTown) -> None:
    prompt = offer(town, town.a_driver())
    result = say(town, prompt, Answer.ACCEPT)
    assert (result["state"], result["application"]["filed"]) == ("accepted", False)
    stored = town.house.db["applications"].find_one({"_id": result["application"]["id"]}) or {}
    assert stored["prompt"] == prompt["_id"]
    assert say(town, prompt, Answer.ACCEPT) == result


def test_a_crash_between_the_yes_and_the_draft_is_taken_up_again(
    town: PromptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import applying

    prompt = offer(town, town.a_car_owner())
    with monkeypatch.context() as broken:
        broken.setattr(applying, "open_draft", _crash)
        with pytest.raises(RuntimeError):
            say(town, prompt, Answer.ACCEPT)
    assert say(town, prompt, Answer.ACCEPT)["state"] == "filed"


def test_a_crash_between_draft_and_filing_files_once(
    town: PromptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import applying

    prompt = offer(town, town.a_car_owner())
    with monkeypatch.context() as broken:
        broken.setattr(applying, "submit", _crash)
        with pytest.raises(RuntimeError):
            say(town, prompt, Answer.ACCEPT)
    assert say(town, prompt, Answer.ACCEPT)["state"] == "filed"
    assert town.house.db["applications"].count_documents({"citizen": prompt["citizen"]}) == 1


def test_a_yes_that_the_matter_refuses_leaves_the_prompt_open(
    town: PromptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications import applying

    prompt = offer(town, town.a_driver())
    with monkeypatch.context() as refused:
        refused.setattr(applying, "open_draft", _refuse)
        with pytest.raises(Problem, match="conditions-not-met"):
            say(town, prompt, Answer.ACCEPT)
    assert town.prompts_of(prompt["citizen"])[0]["state"] == "shown"
    assert say(town, prompt, Answer.DECLINE)["state"] == "declined"


def test_after_a_yes_whose_draft_was_deleted_yes_opens_a_new_one(town: PromptTown) -> None:
    from backend.applications.store import delete_draft

    prompt = offer(town, town.a_driver())
    first = say(town, prompt, Answer.ACCEPT)["application"]["id"]
    assert delete_draft(town.house, prompt["citizen"], first)
    assert say(town, prompt, Answer.ACCEPT)["application"]["id"] != first


def test_no_is_kept_and_another_answer_afterwards_is_a_conflict(town: PromptTown) -> None:
    prompt = offer(town, town.a_driver())
    assert say(town, prompt, Answer.DECLINE) == say(town, prompt, Answer.DECLINE) == {"state": "declined"}
    with pytest.raises(Problem, match="conflict"):
        say(town, prompt, Answer.ACCEPT)


def test_after_a_no_the_next_occasion_of_the_matter_waits_thirty_days(town: PromptTown) -> None:
    prompt = offer(town, town.a_driver())
    say(town, prompt, Answer.DECLINE)
    town.set_profile(prompt["citizen"], {"licences.0.expires": city_midnight(TODAY + timedelta(days=60))})
    next_one = offer(town, prompt["citizen"])
    assert next_one["state"] == "waiting"
    assert next_one["show_at"] == town.clock.now() + timedelta(days=30)


def test_later_brings_it_back_after_three_days_for_a_new_answer(town: PromptTown) -> None:
    from backend.prompts.offering import show_waiting

    prompt = offer(town, town.a_driver())
    told = say(town, prompt, Answer.LATER)
    assert told == say(town, prompt, Answer.LATER)
    assert told["until"] == (town.clock.now() + timedelta(days=3)).isoformat()
    town.clock.advance(days=3, minutes=1)
    assert show_waiting(town.house) == 1
    assert town.prompts_of(prompt["citizen"])[0]["state"] == "shown"
    assert say(town, prompt, Answer.LATER)["until"] > told["until"]


def test_wrong_data_opens_one_correction_whose_note_is_not_readable_at_rest(town: PromptTown) -> None:
    from backend.core.schemas import PageQuery
    from backend.profiles.corrections import list_corrections

    prompt = offer(town, town.a_driver())
    told = say(town, prompt, Answer.WRONG_DATA, note="证已经换过了")
    assert told == say(town, prompt, Answer.WRONG_DATA)
    [correction] = list_corrections(town.house, prompt["citizen"], PageQuery(limit=10, cursor=None)).items
    assert (correction["_id"], correction["note"]) == (told["correction"], "证已经换过了")
    assert "证" not in str(town.house.db["corrections"].find_one())


def test_mute_closes_the_topic_and_unmuting_looks_again(town: PromptTown) -> None:
    from backend.prompts import topics
    from backend.prompts.offering import check_citizen

    driver = town.a_driver()
    prompt = offer(town, driver)
    assert say(town, prompt, Answer.MUTE)["state"] == "muted"
    assert [one["topic"] for one in topics.list_topics(town.house, driver) if one["muted"]] == ["licences"]
    town.set_profile(driver, {"licences.0.expires": city_midnight(TODAY + timedelta(days=60))})
    assert check_citizen(town.house, driver) == []
    topics.unmute(town.house, driver, "licences")
    assert town.emitted("topic.unmuted") == [{"citizen": driver, "topic": "licences"}]
    assert len(check_citizen(town.house, driver)) == 1


def test_another_citizens_prompt_is_not_found(town: PromptTown) -> None:
    prompt = offer(town, town.a_driver())
    with pytest.raises(Problem, match="not-found"):
        say(town, prompt | {"citizen": town.a_driver()}, Answer.DECLINE)


def test_the_sweep_finds_everybody_once_and_then_only_what_a_new_day_brings(
    town: PromptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.profiles import facts
    from backend.prompts.sweeping import sweep

    due = [town.a_driver(days=days) for days in (10, 50, 89)]
    tomorrow = town.a_driver(days=90)
    assert sweep(town.house, TODAY)
    assert [len(town.prompts_of(one)) for one in (*due, tomorrow)] == [1, 1, 1, 0]

    seen: list[str] = []
    find = facts.find_citizens

    def watch(*args: Any, **kwargs: Any) -> list[str]:
        found = find(*args, **kwargs)
        seen.extend(found)
        return found

    monkeypatch.setattr(facts, "find_citizens", watch)
    assert sweep(town.house, TODAY)
    assert seen == []
    town.clock.advance(days=1)
    assert sweep(town.house, TODAY + timedelta(days=1))
    assert seen == [tomorrow]
    assert len(town.prompts_of(tomorrow)) == 1


def test_a_sweep_that_ran_out_of_time_goes_on_where_it_stood(
    town: PromptTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.prompts import offering, sweeping

    drivers = [town.a_driver() for _ in range(4)]
    offer = offering.offer

    def slow(*args: Any) -> str | None:
        town.clock.advance(seconds=15)
        return offer(*args)

    monkeypatch.setattr(sweeping, "offer", slow)
    assert not sweeping.sweep(town.house, TODAY)
    assert sum(len(town.prompts_of(one)) for one in drivers) == 2
    while not sweeping.sweep(town.house, TODAY):
        pass
    assert [len(town.prompts_of(one)) for one in drivers] == [1, 1, 1, 1]


def _crash(*_: Any, **__: Any) -> Any:
    raise RuntimeError("the process died here")


def _refuse(*_: Any, **__: Any) -> Any:
    raise Problem("conditions-not-met", "不符合条件")
