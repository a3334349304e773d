from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import Problem
from backend.core.schemas import PageQuery
from tests.contract.city import emptied
from tests.contract.prompting import PromptTown, together

FIRST_PAGE = PageQuery(limit=20, cursor=None)


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PromptTown]:
    database = emptied(mongo_url, "messages")
    made = PromptTown(mongo_url, database, tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    yield made


@pytest.fixture
def change(town: PromptTown) -> dict[str, Any]:
    """The event of an application that was just accepted."""
    citizen = town.a_driver()
    application = {
        "_id": "a1",
        "citizen": citizen,
        "matter": "driving-licence-renewal",
        "department": "traffic-police",
        "number": "SB261123004182737",
        "state": "accepted",
        "promised": {"due": town.clock.now(), "provisional": False},
        "timeline": [
            {"state": "accepted", "text": "材料齐全，予以受理"},
            {"state": "correction", "text": "需要补正：照片不清楚。"},
        ],
    }
    town.house.db["applications"].insert_one(application)
    return {"application": "a1", "citizen": citizen, "state": "accepted", "version": 3, "number": None}


def mailbox(town: PromptTown, citizen: str) -> list[dict[str, Any]]:
    from backend.messages.store import list_own
    from backend.messages.telling import view_message

    return [view_message(one) for one in list_own(town.house, citizen, FIRST_PAGE).items]


def test_a_change_is_told_once_however_often_the_task_runs(town: PromptTown, change: dict[str, Any]) -> None:
    from backend.messages.telling import tell_change

    together(*[lambda: tell_change(town.house, change)] * 5)
    tell_change(town.house, change | {"version": 9})
    [message] = mailbox(town, change["citizen"])
    assert message["title"] == "已受理：驾驶证期满换证"
    assert (message["application"], message["state"], message["read"]) == ("a1", "accepted", False)
    assert len(town.emitted("message.created")) == 1


def test_each_round_of_correction_is_told_with_its_reason(town: PromptTown, change: dict[str, Any]) -> None:
    from backend.messages.telling import tell_change

    for version in (4, 4, 8):
        tell_change(town.house, change | {"state": "correction", "version": version})
    messages = mailbox(town, change["citizen"])
    assert len(messages) == 2
    assert "照片不清楚" in messages[0]["text"]


@pytest.mark.parametrize("state", ["reviewing", "received"])
def test_steps_inside_the_department_are_not_told(
    town: PromptTown, change: dict[str, Any], state: str
) -> None:
    from backend.messages.telling import tell_change

    assert tell_change(town.house, change | {"state": state}) is None
    assert mailbox(town, change["citizen"]) == []


def test_words_are_not_readable_at_rest(town: PromptTown, change: dict[str, Any]) -> None:
    from backend.messages.telling import tell_change

    tell_change(town.house, change)
    assert "驾驶证" not in str(town.house.db["messages"].find_one())


def test_reading_counts_down_once_and_only_for_the_owner(town: PromptTown, change: dict[str, Any]) -> None:
    from backend.messages.store import count_unread, mark_read
    from backend.messages.telling import tell_change

    citizen = change["citizen"]
    message = tell_change(town.house, change) or ""
    assert count_unread(town.house, citizen) == 1
    with pytest.raises(Problem, match="not-found"):
        mark_read(town.house, "somebody-else", message, town.clock.now())
    first = mark_read(town.house, citizen, message, town.clock.now())
    town.clock.advance(hours=1)
    assert mark_read(town.house, citizen, message, town.clock.now())["read_at"] == first["read_at"]
    assert count_unread(town.house, citizen) == 0


def test_a_shown_prompt_lands_among_the_messages_once(town: PromptTown) -> None:
    from backend.messages.telling import tell_prompt
    from backend.prompts.offering import check_citizen

    driver = town.a_driver()
    check_citizen(town.house, driver, ["licences"])
    [shown] = town.emitted("prompt.shown")
    tell_prompt(town.house, shown)
    tell_prompt(town.house, shown)
    [message] = mailbox(town, driver)
    assert (message["kind"], message["prompt"]) == ("prompt", shown["prompt"])
