"""What one does not have of what a department sent an application back for."""

import pytest
from playing_chat import Chat, titles, words


def sent_back(chat: Chat) -> str:
    """An application that came back for its address and its lease."""
    application = chat.api.a_filed("residence-registration", state="correction")
    view = chat.api.applications[application]
    for field in view["fields"]:
        field["status"] = "missing" if field["name"] == "work_address" else "given"
    view["correction"] = {
        "items": [
            {"field": "work_address", "label": "单位地址", "reason": "不全"},
            {"material": "lease", "label": "租赁合同", "reason": "看不清"},
        ]
    }
    return application


def test_everything_is_named_at_once_and_a_yes_begins(chat: Chat) -> None:
    application = sent_back(chat)
    replies = chat.say("ask_progress", "我那个办到哪一步了")
    assert "补正 2 项：1 单位地址、2 租赁合同" in words(replies) and titles(replies) == ["现在补正"]
    chat.say("confirm", "好的")
    assert (chat.slots["draft"], chat.slots["asked"]) == (application, "work_address")


@pytest.mark.parametrize(
    "said",
    [
        "第二样没有",
        "第二个我现在没有",
        "第二份材料实在找不到了",
        "最后一样交不了",
        "the second one I don't have",
    ],
)
def test_what_may_follow_is_left_out_and_the_rest_is_asked(chat: Chat, said: str) -> None:
    application = sent_back(chat)
    chat.api.may_follow = {"lease"}
    chat.say("ask_progress", "我那个办到哪一步了")
    replies = chat.say("supply_value", said)
    assert "「租赁合同」没有也先不要紧" in words(replies) and "10 天内" in words(replies)
    assert (chat.slots["draft"], chat.slots["asked"]) == (application, "work_address")


def test_what_is_required_is_not_left_out(chat: Chat) -> None:
    sent_back(chat)
    chat.say("ask_progress", "我那个办到哪一步了")
    replies = chat.say("deny", "第二样没有")
    assert "没有「租赁合同」也别急" in words(replies) and "转人工" in titles(replies)
    assert "必填" in words(chat.say("deny", "第一样没有"))
    assert chat.slots["asked"] == "work_address"


def test_it_is_heard_in_the_middle_of_the_form_too(chat: Chat) -> None:
    sent_back(chat)
    chat.api.may_follow = {"lease"}
    chat.say("ask_progress", "我那个办到哪一步了")
    chat.say("confirm", "好的")
    replies = chat.say("supply_value", "第二样没有")
    assert "可以容缺" in words(replies) and chat.slots["asked"] == "work_address"


def test_a_place_in_nothing_is_an_answer_as_any_other(chat: Chat) -> None:
    chat.say("do_matter", "居住登记", matter="residence-registration", matter_decision="sure")
    assert chat.slots["asked"] == "rented"
    replies = chat.say("supply_value", "第二样没有")
    assert "容缺" not in words(replies) and not any("leave-out" in path for _, path, _ in chat.api.calls)


def test_a_no_leaves_it_as_it_is(chat: Chat) -> None:
    sent_back(chat)
    chat.say("ask_progress", "我那个办到哪一步了")
    chat.say("deny", "先不补")
    assert chat.slots["asked"] is None and chat.slots.get("draft") is None
