"""Language, payloads, what is expected next, known values: the small rules of a turn."""

from typing import Any

import pytest
import yaml

from backend.assistant.expecting import expecting_after, offered_in, prompt_after
from backend.assistant.known import personal_values
from backend.assistant.language import language_of
from backend.assistant.payload import as_words, check_choice, read_payload, title_of, write_payload
from backend.assistant.replies import read_replies
from backend.assistant.tokens import SHOWN, Token
from backend.assistant.words import FILE, word_or, words
from backend.core.errors import Problem

DRAFT = "01k9v3x7m2q4c8t6w5b1n0h9jd"
CHOICES = [{"value": "post", "label": "邮寄到家"}, {"value": "fetch", "label": "自取"}]
FIELD = {
    "name": "delivery",
    "label": "领证方式",
    "type": "choice",
    "ask": "怎么给您？",
    "hint": "",
    "optional": False,
}
ASK: dict[str, Any] = {
    "type": "form-field",
    "application": DRAFT,
    "text": "怎么给您？",
    "field": {**FIELD, "choices": CHOICES},
}
UPLOAD: dict[str, Any] = {
    "type": "form-field",
    "application": DRAFT,
    "material": "lease",
    "text": "请拍一张合同",
    "field": {"name": "lease", "label": "租赁合同", "type": "upload", "choices": []},
}
SUMMARY = {"type": "card", "card": "summary", "id": DRAFT, "title": "请核对", "rows": []}
PROMPT = {
    "type": "card",
    "card": "prompt",
    "id": "p1",
    "matter": "elderly-allowance",
    "title": "津贴",
    "rows": [],
}
TEXT = {"type": "text", "text": "好的"}
BUTTONS = {"type": "choices", "text": "对吗？", "choices": [{"title": "对", "value": "/confirm"}]}


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("how do I renew my driving licence", "zh", "en"),
        ("Can I use my insurance in another province?", "zh", "en"),
        ("我想换驾照", "en", "zh"),
        ("办个 VIP card", "en", "zh"),
        ("19900000001", "en", "en"),
        ("19900000001", "zh", "zh"),
        ("OK", "zh", "zh"),
        ("yes", "en", "en"),
        ("C1", "zh", "zh"),
        ("", "en", "en"),
        ("juzhuzheng zenme ban", "zh", "zh"),
        ("wo yao huan jia zhao", "zh", "zh"),
        ("thank you", "zh", "en"),
        ("change my address", "zh", "en"),
        ("?", "en", "en"),
    ],
)
def test_the_answer_comes_in_the_language_spoken(text: str, before: str, language: str) -> None:
    assert language_of(text, before=before) == language


@pytest.mark.parametrize(
    "choice",
    [
        "/confirm",
        '/choose{"field_value": "post"}',
        '/do_matter{"matter": "residence-permit"}',
        "/ask_matter{}",
    ],
)
def test_a_buttons_payload_passes(choice: str) -> None:
    assert check_choice(choice) == choice


@pytest.mark.parametrize(
    "choice",
    [
        "confirm", "好的", "/Confirm", "/confirm ", " /confirm", "/confirm@0.9", "/confirm\n/deny",
        "/choose{bad}", "/choose[1]", '/choose{"a": 1}x', '/choose{"a": 1', "//confirm", "/",
        "/choose" + '{"a": "' + "x" * 500 + '"}',
    ],
)  # fmt: skip
def test_anything_else_is_refused_as_a_choice(choice: str) -> None:
    with pytest.raises(Problem) as refused:
        check_choice(choice)
    assert refused.value.kind.slug == "invalid-request"


@pytest.mark.parametrize(
    "typed",
    ["/confirm", "  /confirm", "//confirm", "/ /confirm", "\u3000/restart", '/choose{"a": "b"}', "/", " / "],
)
def test_typed_words_never_become_a_payload(typed: str) -> None:
    words_left = as_words(typed)
    assert words_left.strip()
    assert not words_left.strip().startswith("/")


def test_a_slash_inside_a_sentence_stays() -> None:
    assert as_words("换证/补证") == "换证/补证"


def test_payloads_are_written_as_they_are_read() -> None:
    written = write_payload("answer_prompt", prompt="p1", answer="later")
    assert read_payload(written) == ("answer_prompt", {"prompt": "p1", "answer": "later"})


def test_the_title_of_a_pressed_button_is_found_whatever_its_spacing() -> None:
    offered = [{"title": "邮寄到家", "value": '/choose{"field_value": "post"}'}]
    assert title_of('/choose{"field_value":"post"}', offered) == "邮寄到家"
    assert title_of("/confirm", offered) is None


def test_a_question_of_the_form_is_what_is_expected() -> None:
    assert expecting_after([TEXT, ASK]) == {
        "application": DRAFT, "field": "delivery", "type": "choice", "choices": ["邮寄到家", "自取"],
    }  # fmt: skip


def test_a_material_is_expected_without_a_field() -> None:
    expected = expecting_after([UPLOAD])
    assert expected is not None
    assert expected["field"] is None
    assert (expected["material"], expected["type"]) == ("lease", "upload")


def test_a_summary_expects_the_confirmation() -> None:
    expected = expecting_after([SUMMARY, BUTTONS])
    assert expected is not None
    assert (expected["application"], expected["field"]) == (DRAFT, "confirm")


@pytest.mark.parametrize("replies", [[], [TEXT], [BUTTONS], [PROMPT, BUTTONS]])
def test_after_plain_words_nothing_is_expected(replies: list[dict[str, Any]]) -> None:
    assert expecting_after(replies) is None


def test_the_last_question_counts() -> None:
    expected = expecting_after([SUMMARY, TEXT, ASK])
    assert expected is not None
    assert expected["field"] == "delivery"


def test_a_prompt_just_shown_is_fresh_and_then_no_longer() -> None:
    shown = prompt_after([PROMPT, BUTTONS], None)
    assert shown == {"id": "p1", "matter": "elderly-allowance", "fresh": True}
    assert prompt_after([TEXT], shown) == {"id": "p1", "matter": "elderly-allowance", "fresh": False}
    assert prompt_after([TEXT], None) is None


def test_of_several_prompts_none_comes_into_focus() -> None:
    assert prompt_after([PROMPT, PROMPT | {"id": "p2"}], None) is None


def test_every_button_offered_is_remembered() -> None:
    assert [one["title"] for one in offered_in([BUTTONS, ASK])] == ["对", "邮寄到家", "自取"]


def test_rasas_answers_become_replies_by_reference() -> None:
    card = {"type": "card", "card": "found", "id": DRAFT, "rows": [{"label": "地址", "value": "x"}]}
    asked = ASK | {"field": "delivery"}
    answers: list[dict[str, Any]] = [
        {"text": "你好"},
        {"custom": card},
        {"custom": asked},
        {"custom": BUTTONS},
    ]
    assert read_replies(answers) == [
        {"type": "text", "text": "你好"},
        {"type": "card", "card": "found", "id": DRAFT},
        {"type": "form-field", "application": DRAFT, "field": "delivery", "text": "怎么给您？"},
        BUTTONS,
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"custom": {"type": "card", "card": "bank", "id": "x"}},
        {"custom": {"type": "html"}},
        {"custom": 3},
    ],
)
def test_what_is_no_reply_is_left_out(answer: dict[str, Any]) -> None:
    assert read_replies([answer]) == []


def test_a_citizens_own_values_are_gathered_from_account_and_profile() -> None:
    values = personal_values(
        {"name": "安小民", "phone": "19900000001"},
        {
            "population": {"name": "安小民", "residence": {"address": "清溪区和顺街道安居路9号301室"}},
            "children": [{"name": None, "other_parent": "乐小居"}, {"name": "安小满"}],
            "vehicles": [{"plate": "沪A12345"}],
        },
    )
    assert values["安小民"] == values["乐小居"] == values["安小满"] == Token.NAME
    assert values["安居路9号301室"] == values["清溪区和顺街道安居路9号301室"] == Token.ADDRESS
    assert (values["19900000001"], values["沪A12345"]) == (Token.PHONE, Token.PLATE)


def test_before_the_real_name_check_little_is_known() -> None:
    assert personal_values({"phone": "19900000001"}, {}) == {"19900000001": Token.PHONE}


def test_both_languages_say_the_same_things() -> None:
    def keys(node: Any, path: str = "") -> set[str]:
        if not isinstance(node, dict):
            return {path}
        return {path}.union(*(keys(item, f"{path}.{name}") for name, item in node.items()))

    wording = yaml.safe_load(FILE.read_text("utf-8"))
    # The states' Chinese labels come with the application.
    assert {key for key in keys(wording["en"]) if not key.startswith(".states.")} == keys(wording["zh"])
    assert set(SHOWN["zh"]) == set(SHOWN["en"]) == set(Token)


def test_words_are_filled_in_and_missing_ones_have_a_stand_in() -> None:
    assert words("en", "row.step", number=2) == "Step 2"
    assert word_or("zh", "states.accepted", "已受理") == "已受理"
    assert word_or("en", "states.accepted", "已受理") == "accepted (受理)"
