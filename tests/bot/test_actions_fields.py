"""Fields of the newer kinds, asked, answered, corrected and skipped."""

from typing import Any

import pytest
from playing_chat import Chat, shown, words


def begin(chat: Chat) -> list[dict[str, Any]]:
    return chat.say("do_matter", "水电气过户", matter="utilities-transfer", matter_decision="sure")


def value(chat: Chat, name: str) -> Any:
    fields = chat.api.applications[chat.slots["draft"]]["fields"]
    return next(item["value"] for item in fields if item["name"] == name)


def test_several_of_a_multi_choice_are_read_from_the_turn(chat: Chat) -> None:
    assert shown(begin(chat))[-1] == "field:kinds"
    assert shown(chat.say("supply_value", "自来水和燃气"))[0] == "card:summary"
    assert value(chat, "kinds") == ["water", "gas"]


def test_a_button_of_several_values_is_one_answer(chat: Chat) -> None:
    begin(chat)
    chat.say("choose", "", field_value="water、power")
    assert value(chat, "kinds") == ["water", "power"]


def test_none_of_them_cannot_be_said_where_one_is_needed(chat: Chat) -> None:
    begin(chat)
    assert "必填" in words(chat.say("deny", "都不要"))
    assert chat.slots["asked"] == "kinds"


@pytest.mark.parametrize(
    ("act", "said"), [("supply_value", "没有"), ("supply_value", "跳过"), ("deny", "不用了")]
)
def test_an_optional_long_text_is_left_empty(chat: Chat, act: str, said: str) -> None:
    begin(chat)
    chat.say("supply_value", "自来水")
    assert shown(chat.say("correct", "加个其他要求"))[-1] == "field:wishes"
    assert shown(chat.say(act, said))[0] == "card:summary"
    assert value(chat, "wishes") is None


def test_a_multi_choice_is_corrected(chat: Chat) -> None:
    begin(chat)
    chat.say("supply_value", "自来水")
    chat.say("correct", "改一下办哪几样")
    chat.say("supply_value", "电、燃气")
    assert value(chat, "kinds") == ["power", "gas"]


def test_no_is_an_answer_to_a_yes_no_question_not_a_skip(chat: Chat) -> None:
    chat.say("do_matter", "居住登记", matter="residence-registration", matter_decision="sure")
    chat.say("supply_value", "没有")
    assert value(chat, "rented") == "没有"
