"""What is counted of a conversation, and what is told of few people: nothing."""

from typing import Any

import pytest

from backend.insight.chart import draw
from backend.insight.reckoning import concealed, figures, gather, reckon


def turn(text: str | None = "我要换驾照", act: str = "do_matter", **more: Any) -> dict[str, Any]:
    reading = {"act": act, "decision": "sure", "matters": [{"id": "driving-licence-renewal", "score": 0.9}]}
    return {
        "text": text, "choice": None, "lang": "zh", "mode": "standard", "answered": True, "expecting": None,
        "reading": reading | more.pop("reading", {}), **more,
    }  # fmt: skip


def reckoned(*turns: dict[str, Any], handed_off: bool = False, drafts: tuple[str, ...] = ()) -> Any:
    return reckon(turns, handed_off=handed_off, still_drafts=frozenset(drafts))


def test_a_conversation_belongs_to_the_first_matter_that_was_surely_meant() -> None:
    unsure = turn(reading={"decision": "ask", "matters": [{"id": "id-card", "score": 0.4}]})
    assert reckoned(turn("你好", "greet"), unsure, turn()).matter == "driving-licence-renewal"
    assert reckoned(turn("你好", "greet")).matter == ""


@pytest.mark.parametrize(
    ("then", "right"),
    [
        (turn("邮寄", "supply_value"), True),
        (turn("谢谢", "thank"), True),
        (turn("不是这个", "deny"), False),
        (turn("转人工", "ask_person"), False),
        (turn("你答的不是我问的", "complain"), False),
        (turn("我要换驾照!"), False),
        (turn("怎么办居住证", "ask_matter"), True),
    ],
)
def test_the_first_answer_served_unless_the_next_words_say_otherwise(
    then: dict[str, Any], right: bool
) -> None:
    facts = reckoned(turn("你好", "greet"), turn(), then)
    assert (facts.first_answer, facts.first_right) == (True, right)


def test_a_declined_first_wish_is_no_success_and_unanswered() -> None:
    facts = reckoned(turn("我要办仙鹤证", reading={"decision": "none"}))
    assert (facts.first_right, facts.unanswered) == (False, ("我要办仙鹤证",))


def test_a_greeting_alone_has_no_first_answer() -> None:
    assert reckoned(turn("你好", "greet")).first_answer is False


def test_the_same_question_twice_is_a_repetition() -> None:
    assert reckoned(
        turn("驾照怎么换", "ask_matter"), turn("好", "confirm"), turn("驾照怎么换呢", "ask_matter")
    ).repeating
    assert not reckoned(turn("驾照怎么换", "ask_matter"), turn("户口怎么迁", "ask_matter")).repeating


def test_a_form_is_left_at_the_last_question_while_it_is_still_a_draft() -> None:
    asked = turn(expecting={"application": "a1", "field": "delivery"})
    assert reckoned(asked, drafts=("a1",)).left_at == ("a1", "delivery")
    assert reckoned(asked).left_at is None
    assert reckoned(turn(expecting={"application": "a1", "field": "confirm"}), drafts=("a1",)).left_at is None


def test_turns_of_the_assistants_own_are_nobodys_words() -> None:
    assert reckoned(turn(None), turn()).turns == 1


def test_figures_divide_by_what_they_are_about() -> None:
    counts = {"conversations": 4, "turns": 10, "handed_off": 1, "first_answers": 2, "first_right": 1}
    told = figures(counts | {"repeating": 0, "unanswered": 3})
    assert (told["containment"], told["handoff_rate"], told["first_answer_success"]) == (0.75, 0.25, 0.5)
    assert (told["turns_mean"], told["unanswered"]) == (2.5, 0.3)
    assert figures(dict.fromkeys([*counts, "repeating", "unanswered"], 0))["containment"] is None


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ({"a": 5, "b": 9}, set()),
        ({"a": 4, "b": 9}, {"a", "b"}),
        ({"a": 4, "b": 3, "c": 9}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 9, "d": 70}, {"a", "b", "c"}),
        ({"a": 4}, {"a"}),
    ],
)
def test_few_people_are_hidden_and_cannot_be_found_by_subtracting(
    people: dict[str, int], hidden: set[str]
) -> None:
    assert concealed(people) == hidden


def test_what_is_asked_in_vain_is_told_when_five_people_asked_it() -> None:
    asked = [
        (f"p{at}", text)
        for at, text in enumerate(["科三在哪约考", "科三哪里约考", "科三怎么约考", "约科三在哪约考"])
    ]
    assert gather(asked) == []
    [group] = gather([*asked, ("p9", "科三在哪约考啊"), ("p9", "科三在哪约考啊"), ("p7", "我家的猫丢了")])
    assert (group["people"], group["times"]) == (5, 6) and "科三" in group["label"]


def test_a_chart_has_a_title_a_text_for_the_blind_and_gaps_where_nothing_is_told() -> None:
    points = [("2026-11-20", 0.5), ("2026-11-21", None), ("2026-11-22", 0.25), ("2026-11-23", 0.75)]
    drawn = draw("转人工 <率>", points, percent=True)
    assert "<title>转人工 &lt;率&gt;</title>" in drawn and "2026-11-21 —" in drawn
    assert drawn.count("<circle") == 3 and drawn.count("<polyline") == 1
