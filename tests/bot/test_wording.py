"""Sentences that say the same have the same form."""

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.tokenizer import CharacterTokenizer
from bot.components.wording import grams, is_payload, normalise, only_placeholders, squeeze, tokens, topic


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("辦居住證", "办居住证"),
        ("我要办ＡＢＣ　证", "我要办abc证"),
        ("办 居住 证", "办居住证"),
        ("Renew   MY card", "renew my card"),
        ("身份\u200b证", "身份证"),
    ],
)
def test_typing_habits_do_not_change_a_sentence(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_punctuation_does_not_change_what_is_said() -> None:
    assert squeeze("好的！办吧。") == squeeze("好的,办吧") == "好的办吧"


@pytest.mark.parametrize("said", ["我想办理一下居住证", "居住证怎么办", "请问居住证", "居住證"])
def test_a_topic_is_left_when_the_usual_words_are_gone(said: str) -> None:
    assert topic(said) == "居住证"


@pytest.mark.parametrize("said", ["请问怎么办", "我想办个事", "how do i apply"])
def test_a_request_without_a_topic_has_none(said: str) -> None:
    assert topic(said) == ""


def test_tokens_are_characters_words_numbers_and_placeholders() -> None:
    assert tokens(normalise("我的App号是⟦phone⟧，3.5元")) == [
        "我",
        "的",
        "app",
        "号",
        "是",
        "⟦phone⟧",
        "3.5",
        "元",
    ]


def test_a_misspelt_word_shares_pieces_with_the_right_one() -> None:
    shared = set(grams(["residense"])) & set(grams(["residence"]))
    assert len(shared) >= 5


@pytest.mark.parametrize("text", ["/confirm", '/do_matter{"matter": "residence-permit"}'])
def test_buttons_are_known_by_their_payload(text: str) -> None:
    assert is_payload(text)


@pytest.mark.parametrize("text", ["/我要投诉", "confirm", "/confirm 好的", "1/2"])
def test_what_a_citizen_types_is_no_payload(text: str) -> None:
    assert not is_payload(text)


def test_a_text_of_nothing_but_a_removed_value_is_recognised() -> None:
    assert only_placeholders("⟦phone⟧。")
    assert not only_placeholders("我的手机号是⟦phone⟧")


def test_the_tokenizer_keeps_the_places_of_what_was_typed() -> None:
    message = Message({TEXT: "我要 Renew"})
    [read] = CharacterTokenizer(CharacterTokenizer.get_default_config()).process([message])
    assert [(token.text, token.start, token.end) for token in read.get("text_tokens")] == [
        ("我", 0, 1), ("要", 1, 2), ("Renew", 3, 8)
    ]  # fmt: skip
