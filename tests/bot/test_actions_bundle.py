"""一件事: what is done together, leaving parts out, the offer of the whole, each part's progress."""

from typing import Any

import pytest
from playing_chat import Chat, shown, titles, words
from playing_counters import a_part


def begin(chat: Chat, text: str = "孩子刚出生要办什么", matter: str = "newborn") -> list[dict[str, Any]]:
    return chat.say("do_matter", text, matter=matter, matter_decision="sure")


def part(chat: Chat, matter: str) -> str:
    view = chat.api.applications[chat.slots["draft"]]
    return str(next(one["state"] for one in view["parts"] if one["matter"]["id"] == matter))


def test_a_whole_begins_by_telling_its_parts(chat: Chat) -> None:
    replies = begin(chat)
    said = words(replies)
    assert "3 样一张表一起办：新生儿上户口、新生儿医保参保、社会保障卡申领" in said
    assert "还能加上：生育津贴申领" in said
    assert shown(replies)[-1] == "field:follow"


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("deny", "医保不用了"),
        ("cancel", "先不办医保"),
        ("supply_value", "去掉医保那个"),
        ("ask_matter", "医保就不用了"),
    ],
)
def test_a_part_is_left_out_in_words(chat: Chat, act: str, said: str) -> None:
    begin(chat)
    replies = chat.say(act, said)
    assert "「新生儿医保参保」不办了" in words(replies)
    assert part(chat, "insurance") == "left-out" and part(chat, "card") == "planned"
    assert shown(replies)[-1] == "field:follow"


def test_two_parts_are_left_out_at_once(chat: Chat) -> None:
    begin(chat)
    chat.say("deny", "医保和社会保障卡都不用了")
    assert (part(chat, "insurance"), part(chat, "card")) == ("left-out", "left-out")


@pytest.mark.parametrize(("said", "matter"), [("生育津贴也要办", "nothing"), ("办生育津贴", "allowance")])
def test_a_part_is_taken_in(chat: Chat, said: str, matter: str) -> None:
    begin(chat)
    chat.say("do_matter", said, matter=matter, matter_decision="sure")
    assert part(chat, "allowance") == "planned"
    assert len(chat.api.applications) == 1


def test_a_plain_no_is_none_about_a_part(chat: Chat) -> None:
    begin(chat)
    chat.say("supply_value", "随妈妈")
    assert titles(chat.say("deny", "不用了")) == ["改一改", "先不办", "确认"]


def test_a_question_about_a_part_is_answered_as_one(chat: Chat) -> None:
    begin(chat)
    chat.say("ask_matter", "医保不用办吗", matter="birth-registration", matter_decision="sure")
    assert part(chat, "insurance") == "planned"


def test_the_whole_is_offered_once_for_a_matter_that_is_a_part(chat: Chat) -> None:
    replies = begin(chat, "给孩子上户口", "birth-registration")
    assert shown(replies)[-2:] == ["choices", "field:follow"]
    assert titles(replies) == ["一起办"]
    chat.say("cancel", "不办了")
    assert "一起办" not in titles(begin(chat, "给孩子上户口", "birth-registration"))


def test_the_offer_taken_replaces_the_untouched_draft(chat: Chat) -> None:
    begin(chat, "给孩子上户口", "birth-registration")
    first = chat.slots["draft"]
    assert "一张表一起办" in words(chat.press("一起办"))
    assert chat.api.deleted == [first] and chat.slots.get("paused") is None


def test_a_draft_with_answers_is_kept_beside_the_whole(chat: Chat) -> None:
    begin(chat, "给孩子上户口", "birth-registration")
    first = chat.slots["draft"]
    chat.api.applications[first]["fields"][0]["status"] = "given"
    chat.press("一起办")
    assert chat.api.deleted == [] and chat.slots["paused"] == first


def test_a_part_that_needs_something_is_completed_as_its_own_application(chat: Chat) -> None:
    whole = chat.api.a_filed("newborn", state="received")
    own = chat.api.a_filed("residence-registration", state="correction")
    chat.api.applications[own]["bundle"] = whole
    chat.api.applications[whole]["parts"] = [
        a_part("birth-registration", "新生儿上户口", "accepted", look="running"),
        a_part("insurance", "新生儿医保参保", "correction", application=own, look="attention"),
    ]
    replies = chat.say("ask_progress", "办到哪了")
    assert shown(replies) == ["text", "card:timeline", "choices"]
    assert titles(replies) == ["去补：新生儿医保参保"]
    chat.api.applications[own]["state"] = "draft"  # the API asks again for what was sent back
    assert shown(chat.press("去补：新生儿医保参保"))[-1] == "field:rented"
    assert chat.slots["draft"] == own


def test_what_cannot_be_done_alone_yet_is_offered_with_the_whole(chat: Chat) -> None:
    replies = begin(chat, "宝宝社保卡", "child-card")
    assert "请先上户口" in words(replies)
    assert titles(replies)[-1] == "一起办"
    assert "一张表一起办" in words(chat.press("一起办"))


def test_a_whole_that_does_not_fit_the_citizen_is_not_offered(chat: Chat) -> None:
    chat.api.eligible = False
    assert titles(begin(chat, "给孩子上户口", "birth-registration")) == []
