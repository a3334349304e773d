from typing import Any

import pytest

from backend.applications.states import State
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
    assert sending.view({"delivery": kept}) == {
        "way": "post",
        "number": "MN1",
        "code": None,
        "journey": steps,
    }


def test_people_are_told_of_every_way_that_has_something_to_wait_for() -> None:
    from backend.messages.texts import load_texts

    assert set(sending.TOLD.values()) <= set(load_texts()["notice"])
    assert State.APPROVED in sending.MADE
