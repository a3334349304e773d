"""Changes into one state, whatever their order; why a turn's sentence comes to the inbox; who runs where."""

from pathlib import Path
from typing import Any

import pytest

from backend.launch.running import NotRunningError, running_house
from intents.edits import fold, hash_of
from intents.inbox_collecting import reason_of
from intents.inbox_store import Reason, entry_id

PASSPORT = {"kind": "example", "matter": "passport", "act": "do_matter", "text": "办护照", "key": "办护照"}
GREET = {"kind": "example", "matter": None, "act": "greet", "text": "侬好", "key": "侬好"}
NAME = {"kind": "name", "matter": "passport", "act": "do_matter", "text": "小红本", "key": "小红本"}


def test_the_newest_change_of_a_sentence_counts() -> None:
    state = fold([PASSPORT | {"after": "added"}, GREET | {"after": "added"}, PASSPORT | {"after": "removed"}])
    assert state["matters"]["passport"]["remove"] == ["办护照"]
    assert state["matters"]["passport"]["add"] == []
    assert state["acts"] == {"greet": {"add": ["侬好"], "remove": []}}


def test_what_stands_as_shipped_again_leaves_no_trace() -> None:
    assert fold([PASSPORT | {"after": "added"}, PASSPORT | {"after": "as-shipped"}]) == {
        "matters": {},
        "acts": {},
    }


def test_a_replaced_sentence_goes_and_comes_with_its_act() -> None:
    state = fold([PASSPORT | {"after": "replaced", "act": "ask_matter"}])["matters"]["passport"]
    assert state["remove"] == ["办护照"]
    assert state["add"] == [{"text": "办护照", "act": "ask_matter"}]


def test_the_hash_is_of_the_state_not_of_its_history() -> None:
    one = fold([PASSPORT | {"after": "added"}, NAME | {"after": "added"}])
    other = fold([NAME | {"after": "removed"}, PASSPORT | {"after": "added"}, NAME | {"after": "added"}])
    assert hash_of(one) == hash_of(other)
    assert hash_of(one) != hash_of(fold([PASSPORT | {"after": "added"}]))


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        ({"act": "out_of_scope", "decision": "none", "confidence": 0.9}, Reason.UNRECOGNISED),
        ({"act": "do_matter", "decision": "none", "confidence": 0.9}, Reason.UNRECOGNISED),
        ({"act": "do_matter", "decision": "ask", "confidence": 0.9}, Reason.UNSURE),
        ({"act": "complain", "decision": "none", "confidence": 0.3}, Reason.UNSURE),
        ({"act": "do_matter", "decision": "sure", "confidence": 0.9}, None),
        ({"act": "supply_value", "decision": "none", "confidence": 0.1}, None),
        ({"act": "deny", "decision": "none", "confidence": 0.2}, None),
        ({}, None),
    ],
)
def test_a_sentence_is_worth_a_look_by_how_it_was_read(
    reading: dict[str, Any], reason: Reason | None
) -> None:
    assert reason_of(reading, "给乌龟上户口") is reason


def test_the_same_words_are_one_entry() -> None:
    assert entry_id("给乌龟上户口！") == entry_id("给乌龟 上户口") != entry_id("给乌龟上户口吗")


def test_without_a_running_product_the_command_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="make run"):
        running_house({"DATA_DIR": str(tmp_path)})
