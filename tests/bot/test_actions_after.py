"""What follows the filing: the fee, what may be handed in later, and the rating."""

from typing import Any

import pytest
from playing_chat import Chat, shown, titles, words


def file_passport(chat: Chat) -> list[dict[str, Any]]:
    chat.say("do_matter", "办护照", matter="passport", matter_decision="sure")
    return chat.press("确认")


def test_a_fee_is_told_after_the_yes_with_a_card_to_pay(chat: Chat) -> None:
    replies = file_passport(chat)
    assert shown(replies) == ["card:application", "text", "card:payment", "choices"]
    assert "120.00 元" in words(replies) and "付了钱部门才开始办" in words(replies)
    assert titles(replies) == ["付好了"]


@pytest.mark.parametrize("act", ["confirm", "supply_value", "ask_progress"])
def test_paid_is_looked_at_and_told(chat: Chat, act: str) -> None:
    file_passport(chat)
    assert "还没有收到" in words(chat.say(act, "付好了"))
    [view] = chat.api.applications.values()
    view["payment"]["state"] = "paid"
    replies = chat.say(act, "付好了")
    assert "钱收到了" in words(replies) and shown(replies)[-1] == "card:application"
    assert chat.slots["asked"] is None


def test_the_progress_of_an_unpaid_application_tells_so(chat: Chat) -> None:
    file_passport(chat)
    chat.say("deny", "先不付")
    replies = chat.say("ask_progress", "办到哪了")
    assert shown(replies) == ["text", "card:timeline", "text", "card:payment", "choices"]
    assert "还没付 120.00 元" in words(replies)


def test_paid_said_out_of_the_blue_finds_the_application(chat: Chat) -> None:
    file_passport(chat)
    chat.slots["asked"] = None
    assert "还没付" in words(chat.say("confirm", "付好了"))


def test_what_may_come_later_is_asked_for_by_its_day(chat: Chat) -> None:
    application = chat.api.a_filed("residence-registration")
    view = chat.api.applications[application]
    view["materials"][0]["status"] = "later"
    view["clocks"] = {"tolerance": {"due": "2026-12-08", "materials": ["lease"]}}
    replies = chat.say("ask_progress", "办到哪了")
    assert shown(replies)[-1] == "field:lease" and "12月8日 前补上「租赁合同」" in words(replies)
    view["materials"][0]["status"] = "uploaded"
    assert shown(chat.say("confirm", "传好了")) == ["text", "card:timeline"]


def test_what_lies_at_the_window_is_told_and_its_code_left_to_the_card(chat: Chat) -> None:
    application = chat.api.a_filed("driving-licence-renewal", state="issuing")
    view = chat.api.applications[application]
    view["delivery"] = {
        "way": "window",
        "code": None,
        "ready": "2026-11-24T02:00:00+00:00",
        "collected": None,
    }
    replies = chat.say("ask_progress", "证做好了吗")
    assert shown(replies)[:2] == ["text", "card:timeline"] and "可以领取了" in words(replies)
    view |= {"state": "done", "delivery": view["delivery"] | {"collected": "2026-11-25T02:00:00+00:00"}}
    assert "可以领取" not in words(chat.say("ask_progress", "证做好了吗"))


def test_the_progress_of_what_ended_offers_a_rating_and_promises_nothing_for_it(chat: Chat) -> None:
    application = chat.api.a_filed("driving-licence-renewal", state="done")
    replies = chat.say("ask_progress", "办好了吗")
    assert titles(replies) == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    chat.press("满意")
    assert chat.api.ratings == {application: {"level": 4, "comment": ""}}
    assert titles(chat.say("ask_progress", "办好了吗")) == []


@pytest.mark.parametrize(
    ("said", "level", "comment"),
    [
        ("给个好评", 5, ""),
        ("非常满意", 5, ""),
        ("基本满意", 3, ""),
        ("办得太慢了差评", 2, "办得太慢了差评"),
        ("非常不满意", 1, ""),
        ("five stars", 5, "five stars"),
    ],
)
def test_the_level_is_read_from_words(chat: Chat, said: str, level: int, comment: str) -> None:
    application = chat.api.a_filed("passport", state="done")
    replies = chat.say("rate", said)
    assert chat.api.ratings == {application: {"level": level, "comment": comment}}
    assert ("1 个工作日内" in words(replies)) is (level <= 2)


def test_one_of_several_is_asked_for_and_the_level_kept(chat: Chat) -> None:
    older = chat.api.a_filed("residence-permit", state="refused", day="2026-11-01")
    chat.api.a_filed("passport", state="done", day="2026-11-03")
    assert len(titles(chat.say("rate", "差评"))) == 2
    chat.say("choose", "第二个")
    assert chat.api.ratings[older]["level"] == 2


def test_words_without_a_level_are_asked_for_one(chat: Chat) -> None:
    application = chat.api.a_filed("passport", state="done")
    assert len(titles(chat.say("rate", "我要评价"))) == 5
    chat.say("rate", "很满意")
    assert chat.api.ratings[application]["level"] == 5


def test_a_second_rating_is_not_taken(chat: Chat) -> None:
    application = chat.api.a_filed("passport", state="done")
    chat.say("rate", "好评")
    assert "没有等您评价的" in words(chat.say("rate", "差评"))
    again = chat.say("rate", "", application=application, level="1")
    assert "已经评价过" in words(again) and chat.api.ratings[application]["level"] == 5


def test_what_is_still_going_on_or_was_taken_back_is_not_rated(chat: Chat) -> None:
    chat.api.a_filed("passport", state="accepted")
    chat.api.a_filed("residence-permit", state="withdrawn")
    assert "没有等您评价的" in words(chat.say("rate", "好评"))
