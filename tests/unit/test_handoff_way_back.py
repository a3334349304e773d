"""The way back to the assistant: which form it picks up, and with which words."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from backend.assistant.store import Standing
from backend.core.clock import FixedClock
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.paging import Page
from backend.handoff import telling

CLOCK = FixedClock()
HOUSE = cast(House, SimpleNamespace(clock=CLOCK))
STEPS = {
    "ask": {"kind": "ask", "step": 2, "of": 3},
    "upload": {"kind": "upload"},
    "confirm": {"kind": "confirm"},
}


class Drafts:
    """One citizen's forms, and where their conversation stands."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.forms: dict[str, dict[str, Any]] = {}
        self.newest: list[str] = []
        self.expecting: dict[str, Any] | None = None
        self.step = "ask"
        matter = SimpleNamespace(name="驾驶证期满换证", name_en="Driving licence renewal")
        patch.setattr(telling, "standing_of", lambda *_: Standing("c", expecting=self.expecting))
        patch.setattr(telling, "find_own", self._find)
        patch.setattr(telling, "matter_of", lambda *_: matter)
        patch.setattr(telling, "next_step", lambda *_, **__: STEPS[self.step])
        patch.setattr(telling.applications, "list_own", self._list)

    def add(self, form: str, *, state: str = "draft", days: int = 0) -> None:
        updated = CLOCK.now() - timedelta(days=days)
        self.forms[form] = {"_id": form, "state": state, "matter": "m", "updated_at": updated}

    def _list(self, *_: Any, **__: Any) -> Page:
        return Page([{"_id": one} for one in self.newest], None)

    def _find(self, _: Any, __: str, form: str) -> dict[str, Any]:
        if form not in self.forms:
            raise not_found("办件")
        return self.forms[form]


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> Drafts:
    return Drafts(monkeypatch)


def told(lang: str = "zh") -> list[dict[str, Any]]:
    return telling.told_back(HOUSE, "c1", lang)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("ask", "要继续刚才的「驾驶证期满换证」吗（已填到第 2 步，共 3 步）？"),
        ("upload", "只差材料了"),
        ("confirm", "只等您核对"),
    ],
)
def test_the_form_is_picked_up_where_it_stands(drafts: Drafts, step: str, said: str) -> None:
    drafts.add("a")
    drafts.newest, drafts.step = ["a"], step
    [asked] = told()
    assert said in asked["text"]
    assert [one["value"] for one in asked["choices"]] == ["/resume", "/cancel"]


def test_the_conversations_own_form_comes_before_a_newer_one(drafts: Drafts) -> None:
    drafts.add("open", state="correction", days=5)
    drafts.add("newer")
    drafts.newest, drafts.expecting = ["newer"], {"application": "open", "field": "home"}
    found = telling.draft_of(HOUSE, "c1")
    assert found is not None and found["_id"] == "open"


def test_where_the_yes_would_file_the_summary_is_shown_again(drafts: Drafts) -> None:
    drafts.add("a")
    drafts.expecting, drafts.step = {"application": "a", "field": "confirm"}, "confirm"
    kinds = [one.get("card") or one["type"] for one in told()]
    assert kinds == ["text", "summary", "choices"]


@pytest.mark.parametrize(
    "form", [{"state": "submitted"}, {"days": 3}, None], ids=["filed meanwhile", "old", "no longer theirs"]
)
def test_without_a_form_in_hand_the_assistant_simply_goes_on(
    drafts: Drafts, form: dict[str, Any] | None
) -> None:
    drafts.newest = ["a"]
    if form is not None:
        drafts.add("a", **form)
    assert told() == [{"type": "text", "text": "人工先到这里，我接着帮您，有事直接说。"}]


def test_the_same_in_english(drafts: Drafts) -> None:
    drafts.add("a")
    drafts.newest = ["a"]
    assert "“Driving licence renewal” (step 2 of 3)" in told("en")[0]["text"]


def test_a_material_that_is_awaited_stays_awaited(drafts: Drafts) -> None:
    drafts.expecting = {"application": "a", "field": None, "material": "photo"}
    [asked] = telling.open_question(HOUSE, "c1", "zh")
    assert (asked["type"], asked["material"]) == ("form-field", "photo")
