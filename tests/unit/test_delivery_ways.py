from datetime import UTC, datetime
from typing import Any

import pytest

from backend.applications.states import label_of
from backend.delivery import sending


@pytest.mark.parametrize(
    ("document", "made"),
    [
        ({"state": "approved", "delivery": None}, False),
        ({"state": "approved", "delivery": {"way": None, "next_at": None}}, True),
        ({"state": "issuing"}, True),
        ({"state": "done", "delivery": None}, False),
        ({"state": "accepted"}, False),
    ],
)
def test_a_parcel_needs_something_made(document: dict[str, Any], made: bool) -> None:
    assert sending._is_made(document) is made


def test_nothing_is_shown_before_it_is_on_its_way() -> None:
    assert sending.view({"delivery": None}) is None
    assert sending.view({"delivery": {"way": None, "next_at": None}}) is None


def test_a_parcel_is_shown_with_its_journey_and_without_our_own_notes() -> None:
    steps = [{"text": "已揽收", "at": "2026-03-03T00:00:00+00:00"}]
    kept = {"way": "post", "number": "MN1", "step": "collected", "journey": steps, "step_at": None}
    shown = {key: value for key, value in (sending.view({"delivery": kept}) or {}).items() if value}
    assert shown == {"way": "post", "number": "MN1", "journey": steps}


@pytest.mark.parametrize(
    ("state", "wrong", "stopped"),
    [("issuing", 4, False), ("issuing", 5, True), ("approved", 5, True), ("revoked", 5, False)],
)
def test_a_code_tried_too_often_is_shown_as_stopped_while_something_lies_there(
    state: str, wrong: int, stopped: bool
) -> None:
    since = datetime(2026, 3, 2, tzinfo=UTC)
    kept = {"way": "window", "code": b"sealed", "wrong": wrong, "lies_since": since, "ready_at": since}
    shown = sending.view({"state": state, "delivery": kept}) or {}
    assert (shown["stopped"], shown["code"]) == (stopped, None)


@pytest.mark.parametrize(
    ("state", "label"), [("issuing", "待领取"), ("approved", "待领取"), ("done", "已办结")]
)
def test_what_lies_at_the_window_is_not_called_being_made(state: str, label: str) -> None:
    since = datetime(2026, 3, 2, tzinfo=UTC)
    assert label_of({"state": state, "delivery": {"lies_since": since}}) == label
    assert label_of({"state": "issuing", "delivery": None}) == "制证中"


def test_people_are_told_of_every_way_that_has_something_to_wait_for() -> None:
    from backend.messages.texts import load_texts

    assert set(sending.TOLD.values()) <= set(load_texts()["notice"])
    assert set(sending.TOLD) == set(sending.HELD) == set(sending.TO_HAND)
