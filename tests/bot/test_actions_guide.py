"""Which matter is meant, what there is to know of it, and what stands in its way."""

from typing import Any

import pytest
from playing_chat import Chat, shown, titles, words

DRIVING = {"matter": "driving-licence-renewal", "matter_decision": "sure"}
PERMITS: dict[str, Any] = {
    "matter": ["residence-registration", "residence-permit", "residence-permit-endorsement"],
    "matter_decision": "ask",
}


def begin_driving(chat: Chat) -> None:
    chat.say("do_matter", "我要换驾照", **DRIVING)


# questions about a matter


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("换驾照多少钱", "10 元"),
        ("换驾照要几天", "1 个工作日"),
        ("换驾照带什么", "身体条件证明"),
        ("换驾照要体检吗", "出具身体条件证明"),
        ("换驾照要跑几次", "不用跑"),
    ],
)
def test_a_question_gets_its_own_answer_before_the_guide(chat: Chat, said: str, answer: str) -> None:
    replies = chat.say("ask_matter", said, **DRIVING)
    assert shown(replies) == ["text", "card:matter", "choices"]
    assert answer in replies[0]["text"] and "驾驶证期满换证" in replies[0]["text"]
    assert titles(replies) == ["现在办理"]


def test_follow_up_questions_keep_the_topic(chat: Chat) -> None:
    chat.say("ask_matter", "换驾照要体检吗", **DRIVING)
    assert "10 元" in words(chat.say("ask_matter", "那要多少钱呢", matter_decision="none"))
    replies = chat.say("do_matter", "那就帮我办吧", matter_decision="none")
    assert shown(replies)[-1] == "field:delivery"


def test_an_unknown_thing_is_not_taken_for_the_topic(chat: Chat) -> None:
    chat.say("ask_matter", "换驾照要体检吗", **DRIVING)
    replies = chat.say("ask_matter", "护照要什么材料", matter_decision="none")
    assert "办不了" in words(replies) and "12345" in words(replies)


def test_a_question_in_the_middle_of_a_form_comes_back_to_its_question(chat: Chat) -> None:
    begin_driving(chat)
    replies = chat.say(
        "ask_matter", "居住登记要几天", matter="residence-registration", matter_decision="sure"
    )
    assert shown(replies) == ["text", "card:matter", "text", "field:delivery"]
    assert "接着刚才的" in replies[2]["text"]
    assert chat.slots["asked"] == "delivery"


def test_a_question_without_an_answer_of_its_own_gets_the_guide(chat: Chat) -> None:
    assert shown(chat.say("ask_matter", "说说换驾照", **DRIVING)) == ["card:matter", "choices"]


def test_a_follow_up_that_was_read_as_no_business_is_answered_all_the_same(chat: Chat) -> None:
    chat.say("ask_matter", "换驾照要体检吗", **DRIVING)
    assert "1 个工作日" in words(chat.say("out_of_scope", "要几天"))
    assert "帮不上" in words(chat.say("out_of_scope", "今天天气不错"))


# which matter


def test_an_ambiguous_name_makes_a_question_with_buttons(chat: Chat) -> None:
    replies = chat.say("do_matter", "居住证", **PERMITS)
    assert titles(replies) == ["居住登记", "居住证申领", "居住证签注", "都不是"]
    assert shown(chat.press("居住登记"))[-1] == "field:rented"


@pytest.mark.parametrize("said", ["第一个", "居住登记", "登记那个"])
@pytest.mark.parametrize("act", ["choose", "supply_value"])
def test_a_candidate_may_be_named_in_words(chat: Chat, said: str, act: str) -> None:
    chat.say("do_matter", "居住证", **PERMITS)
    chat.say(act, said)
    assert chat.slots["topic"] == "residence-registration"


def test_a_candidate_named_ambiguously_again_is_taken_from_the_buttons(chat: Chat) -> None:
    chat.say("do_matter", "居住证", **PERMITS)
    chat.say("do_matter", "居住证登记", **PERMITS)
    assert chat.slots["topic"] == "residence-registration"


def test_none_of_the_candidates_leads_to_an_honest_no(chat: Chat) -> None:
    chat.say("do_matter", "居住证", **PERMITS)
    assert "12345" in words(chat.press("都不是"))
    assert chat.slots["asked"] is None


def test_two_words_that_fit_no_candidate_lead_to_three_ways_on_and_a_person(chat: Chat) -> None:
    chat.say("do_matter", "居住证", **PERMITS)
    assert "都不是" in titles(chat.say("supply_value", "哈哈"))
    ways = titles(chat.say("supply_value", "哈哈"))
    assert len(ways) == 4 and ways[-1] == "转人工"


def test_what_we_cannot_do_is_said_with_ways_on(chat: Chat) -> None:
    replies = chat.say("do_matter", "我要移民火星", matter_decision="none")
    assert "12345" in words(replies) and titles(replies) == ["看看能办什么", "转人工"]


def test_a_matter_that_only_the_linker_knows_is_not_offered(chat: Chat) -> None:
    replies = chat.say("do_matter", "那个", matter=["gone-one", "gone-two"], matter_decision="ask")
    assert "办不了" in words(replies)


# what stands in the way


def test_a_low_assurance_says_what_to_do(chat: Chat) -> None:
    chat.api.assurance = 1
    replies = chat.say("do_matter", "高龄津贴", matter="elderly-allowance", matter_decision="sure")
    assert "实名" in words(replies)


def test_unmet_conditions_say_why_and_where_to_go(chat: Chat) -> None:
    replies = chat.say("do_matter", "签注", matter="residence-permit-endorsement", matter_decision="sure")
    assert "没有查到您的居住证，请先到社区事务受理中心申领。" in words(replies)
    assert "转人工" in titles(replies)
