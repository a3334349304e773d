"""A conversation remembers: the topic, the wish that waits, what else was meant, and for whom."""

import pytest
from playing_chat import Chat, shown, titles, words

PASSPORT = {"matter": "passport", "matter_decision": "sure"}
CARD = {"matter": "social-card", "matter_decision": "sure"}
DRIVING = {"matter": "driving-licence-renewal", "matter_decision": "sure"}
WITH_ALLOWANCE = {"second_act": "do_matter", "second_matter": "elderly-allowance"}
HALF_AN_HOUR = 30 * 60


# Two wishes in one sentence.


def test_the_second_question_is_offered_after_the_first_was_answered(chat: Chat) -> None:
    replies = chat.say(
        "ask_matter", "护照多少钱，顺便问下社保卡怎么补", **PASSPORT,
        second_act="ask_matter", second_matter="social-card",
    )  # fmt: skip
    assert "元" in words(replies)
    assert "您刚才还提到「社保卡补办」" in words(replies)
    answered = chat.press("接着看")
    assert "card:matter" in shown(answered) and chat.slots["topic"] == "social-card"
    assert chat.slots["second"] is None


def test_the_second_wish_waits_for_the_form_and_is_offered_when_it_ends(chat: Chat) -> None:
    replies = chat.say("do_matter", "换驾照，还有我妈的高龄津贴", **DRIVING, **WITH_ALLOWANCE)
    assert "您还提到「高龄津贴」，我记着" in words(replies)
    assert shown(replies)[-1] == "field:delivery"
    assert chat.slots["draft"], "the mother is meant by the second wish alone"
    offered = chat.say("cancel", "算了先不办了")
    assert "您刚才还提到「高龄津贴」" in words(offered)
    assert "妈妈" in words(chat.say("confirm", "好的"))


@pytest.mark.parametrize("said", ["另一个呢", "第二个", "那还有一个呢？", "那另一个怎么办", "the other one"])
def test_it_is_taken_up_whenever_it_is_asked_for(chat: Chat, said: str) -> None:
    chat.say("do_matter", "换驾照，还有我妈的高龄津贴", **DRIVING, **WITH_ALLOWANCE)
    chat.expecting = {"application": chat.slots["draft"], "field": "delivery_address", "type": "address"}
    assert "高龄津贴" in words(chat.say("supply_value", said))
    assert chat.slots["second"] is None


def test_a_place_among_choices_is_a_choice_and_not_the_second_wish(chat: Chat) -> None:
    chat.say("do_matter", "换驾照，还有我妈的高龄津贴", **DRIVING, **WITH_ALLOWANCE)
    chat.say("choose", "第二个")
    assert chat.slots["second"] is not None


def test_a_second_wish_that_is_declined_is_forgotten(chat: Chat) -> None:
    chat.say(
        "ask_matter", "护照多少钱，顺便问下社保卡怎么补", **PASSPORT,
        second_act="ask_matter", second_matter="social-card",
    )  # fmt: skip
    chat.say("deny", "不用了")
    assert chat.slots["second"] is None and chat.slots["asked"] is None


def test_a_bundle_that_does_both_is_offered_instead(chat: Chat) -> None:
    replies = chat.say(
        "do_matter", "给孩子上户口，顺便把社保卡也办了", matter="birth-registration", matter_decision="sure",
        second_act="do_matter", second_matter="child-card",
    )  # fmt: skip
    assert "「新生儿出生一件事」里的两样" in words(replies)
    assert titles(replies) == ["一起办", "先只办新生儿上户口"]
    assert "新生儿出生一件事" in words(chat.press("一起办"))


# The topic.


def test_three_questions_in_a_row_keep_the_topic(chat: Chat) -> None:
    chat.say("ask_matter", "护照什么条件", **PASSPORT)
    for said in ("那要带什么", "多少钱", "要多久", "在哪办", "能网上办吗", "材料呢"):
        # Whatever the linker finds near to words that name nothing.
        replies = chat.say("ask_matter", said, matter="social-card", matter_decision="sure")
        assert [one["id"] for one in replies if one.get("card") == "matter"] == ["passport"], said


def test_the_topic_of_a_form_outlives_a_lost_memory(chat: Chat) -> None:
    chat.say("do_matter", "换驾照", **DRIVING)
    chat.expecting = dict(chat.expecting or {}, matter="driving-licence-renewal")
    chat.slots, chat.events = {}, []
    replies = chat.say("ask_matter", "要多久", matter_decision="none")
    assert [one["id"] for one in replies if one.get("card") == "matter"] == ["driving-licence-renewal"]


def test_after_half_an_hour_nobody_speaks_of_the_same_matter(chat: Chat) -> None:
    chat.now = 1000.0
    chat.say("ask_matter", "护照什么条件", **PASSPORT)
    chat.now += HALF_AN_HOUR - 1
    assert "card:matter" in shown(chat.say("ask_matter", "多少钱", matter_decision="none"))
    chat.now += HALF_AN_HOUR + 1
    assert "card:matter" not in shown(chat.say("ask_matter", "多少钱", matter_decision="none"))
    assert chat.slots["topic"] is None


@pytest.mark.parametrize(
    "said", ["刚才那个", "回到刚才的", "上一个", "还是说刚才那件事吧", "back to the previous one"]
)
def test_one_goes_back_to_the_matter_before(chat: Chat, said: str) -> None:
    chat.say("ask_matter", "护照多少钱", **PASSPORT)
    chat.say("ask_matter", "社保卡怎么补", **CARD)
    chat.say("out_of_scope", said)
    assert chat.slots["topic"] == "passport"
    chat.say("out_of_scope", said)
    assert chat.slots["topic"] == "social-card"


def test_going_back_to_a_form_that_was_set_aside_takes_it_up(chat: Chat) -> None:
    chat.say("do_matter", "换驾照", **DRIVING)
    draft = chat.slots["draft"]
    chat.say("cancel", "先不办了")
    chat.say("ask_matter", "护照多少钱", **PASSPORT)
    chat.say("repeat", "回到刚才的")
    assert chat.slots["draft"] == draft


# For somebody else.


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("那我妈呢", "妈妈"),
        ("那俺娘呢？", "妈妈"),
        ("阿拉姆妈呢", "妈妈"),
        ("我老公呢", "丈夫"),
        ("我爸能办吗", "爸爸"),
    ],
)
def test_the_same_matter_for_a_relative(chat: Chat, said: str, relation: str) -> None:
    chat.say("ask_matter", "社保卡怎么补", **CARD)
    replies = chat.say("out_of_scope", said)
    assert f"要替{relation}办吗" in words(replies)
    needed = chat.press(f"替{relation}办")
    assert "本人同意" in words(needed) and "请" in titles(needed)[0]


def test_a_relative_without_a_topic_is_nobodys_matter(chat: Chat) -> None:
    assert "要替" not in words(chat.say("out_of_scope", "那我妈呢"))


# When it was not what was meant.


@pytest.mark.parametrize(
    "said",
    [
        "你答的不是我问的",
        "不是这个意思",
        "答非所问",
        "我问的不是这个",
        "你没听懂我的问题",
        "不是这个，是另一个",
        "你理解错了",
    ],
)
def test_a_wrong_answer_is_followed_by_the_next_candidates_and_then_by_a_person(
    chat: Chat, said: str
) -> None:
    first = chat.say("ask_matter", "卡丢了", matter=["social-card", "child-card"], matter_decision="sure")
    again = chat.say("complain", said)
    assert "对不起" in words(again)
    assert titles(again) == ["儿童社保卡", "都不是"]
    assert words(again) != words(first)
    lost = chat.say("complain", "你答的不是我问的")
    assert titles(lost)[-1] == "转人工" and len(titles(lost)) == 4


def test_none_of_them_leads_to_a_person_the_second_time(chat: Chat) -> None:
    chat.say("ask_matter", "卡丢了", matter=["social-card", "child-card"], matter_decision="sure")
    first = words(chat.say("complain", "不是这个意思"))
    second = words(chat.say("deny", "都不是"))
    third = chat.say("complain", "答非所问")
    assert len({first, second, words(third)}) == 3
    assert "notice:info" in shown(third), "a person, after two ways that led nowhere"


def test_candidates_that_were_shown_are_not_shown_again(chat: Chat) -> None:
    chat.say("ask_matter", "卡丢了", matter=["social-card", "child-card"], matter_decision="ask")
    assert "儿童社保卡" not in titles(chat.say("complain", "不是这个意思"))


def test_in_a_form_none_of_them_is_an_answer(chat: Chat) -> None:
    chat.say("do_matter", "换驾照", **DRIVING)
    assert "对不起" not in words(chat.say("supply_value", "都不是"))


def test_a_form_is_taken_up_again_after_an_apology(chat: Chat) -> None:
    chat.say("do_matter", "换驾照", **DRIVING)
    replies = chat.say("complain", "你答的不是我问的")
    assert "转人工" in titles(replies) and shown(replies)[-1] == "field:delivery"


def test_two_turns_that_lead_nowhere_end_with_three_ways_and_a_person(chat: Chat) -> None:
    chat.say("out_of_scope", "科三的事找谁")
    ways = titles(chat.say("out_of_scope", "科三科三"))
    assert ways == ["看看能办什么", "查办件进度", "有什么我能享受的", "转人工"]


@pytest.mark.parametrize("said", ["刚才地址搞错了", "单位不是这个", "我没看懂"])
def test_words_about_the_form_are_no_reproach(chat: Chat, said: str) -> None:
    chat.say("do_matter", "换驾照", **DRIVING)
    assert "对不起" not in words(chat.say("correct", said))


def test_the_whole_does_the_second_too(chat: Chat) -> None:
    chat.say(
        "do_matter", "给孩子上户口，顺便把社保卡也办了", matter="birth-registration", matter_decision="sure",
        second_act="do_matter", second_matter="child-card",
    )  # fmt: skip
    chat.press("一起办")
    assert chat.slots["second"] is None
