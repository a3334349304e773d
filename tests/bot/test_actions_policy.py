"""Questions about rules: a short answer with its source under it, or an honest not-known."""

from typing import Any

import pytest
from playing_chat import Chat, shown, titles, words

DRIVING = {"matter": "driving-licence-renewal", "matter_decision": "sure"}
SOURCE: dict[str, Any] = {
    "id": "driving-rules",
    "article": "第二条",
    "title": "随安市驾驶证办法",
    "number": "随公规〔2025〕3号",
    "department": "市公安局交通警察总队",
    "valid_from": "2025-04-01",
    "valid_to": None,
    "standing": "valid",
    "as_of": "2026-11-22",
    "basis_text": "示范数据",
}
RULE = "七十岁以上的每年体检一次。"
NOT_KNOWN = "这个我这里没有查到依据，不敢乱说。可以打 12345 问。"


def library_says(chat: Chat, question: str, **changes: Any) -> None:
    plain = {"answered": True, "text": RULE, "source": SOURCE, "matter": DRIVING["matter"], "sure": 0.95}
    chat.api.answered[question] = plain | changes


def test_a_question_about_a_matter_gets_the_rule_with_its_source(chat: Chat) -> None:
    library_says(chat, "七十岁换驾照要体检吗")
    replies = chat.say("ask_matter", "七十岁换驾照要体检吗", **DRIVING)
    assert shown(replies) == ["text", "card:matter", "choices"]
    assert replies[0]["text"] == RULE
    told = replies[0]["source"]
    assert (told["title"], told["number"]) == (SOURCE["title"], SOURCE["number"])
    assert (told["department"], told["as_of"]) == (SOURCE["department"], "2026-11-22")


def test_a_guides_own_answer_names_the_guide_as_its_source(chat: Chat) -> None:
    replies = chat.say("ask_matter", "换驾照多少钱", **DRIVING)
    assert "10 元" in replies[0]["text"]
    assert replies[0]["source"]["id"] == "matter:driving-licence-renewal"
    assert "驾驶证期满换证" in replies[0]["source"]["title"]


def test_the_matter_talked_about_goes_with_the_question(chat: Chat) -> None:
    chat.say("ask_matter", "换驾照要体检吗", **DRIVING)
    chat.say("ask_matter", "那要多少钱呢", matter_decision="none")
    asked = [body for _, path, body in chat.api.calls if path == "/policies/answer"]
    assert asked[-1] == {"question": "那要多少钱呢", "lang": "zh", "matter": "driving-licence-renewal"}


def test_a_rule_needs_no_matter(chat: Chat) -> None:
    library_says(chat, "老人还能开车吗", matter=None)
    replies = chat.say("ask_matter", "老人还能开车吗", matter_decision="none")
    assert shown(replies) == ["text"] and replies[0]["source"]["number"] == SOURCE["number"]


def test_a_rule_answers_before_asking_which_matter(chat: Chat) -> None:
    library_says(chat, "七十岁的证件呢")
    candidates = ["residence-registration", "residence-permit"]
    replies = chat.say("ask_matter", "七十岁的证件呢", matter=candidates, matter_decision="ask")
    assert replies[0]["text"] == RULE and titles(replies) == ["现在办理"]


def test_a_guide_does_not_answer_for_one_of_several_candidates(chat: Chat) -> None:
    library_says(chat, "证件几天", source=SOURCE | {"id": "matter:residence-permit"})
    candidates = ["residence-registration", "residence-permit"]
    replies = chat.say("ask_matter", "证件几天", matter=candidates, matter_decision="ask")
    assert "都不是" in titles(replies)


def test_an_answer_is_what_we_talk_about_next(chat: Chat) -> None:
    library_says(chat, "老人还能开车吗")
    chat.say("ask_matter", "老人还能开车吗", matter_decision="none")
    assert chat.slots["topic"] == "driving-licence-renewal"
    assert "10 元" in words(chat.say("ask_matter", "那要多少钱呢", matter_decision="none"))


def test_what_nobody_knows_is_said_with_where_to_ask(chat: Chat) -> None:
    chat.api.answered["火星车怎么年检"] = {"answered": False, "text": NOT_KNOWN, "sure": 0.2}
    replies = chat.say("ask_matter", "火星车怎么年检", matter_decision="none")
    assert replies[0]["text"] == NOT_KNOWN and titles(replies) == ["看看能办什么", "转人工"]


@pytest.mark.parametrize("act", ["out_of_scope", "do_matter"])
@pytest.mark.parametrize(("sure", "told"), [(0.97, True), (0.7, False)])
def test_what_was_read_as_no_question_is_answered_only_when_very_sure(
    chat: Chat, act: str, sure: float, told: bool
) -> None:
    library_says(chat, "断缴两个月还能补吗", sure=sure)
    replies = chat.say(act, "断缴两个月还能补吗", matter_decision="none")
    assert (replies[0]["text"] == RULE) is told


def test_in_the_middle_of_a_form_the_rule_is_told_and_the_form_goes_on(chat: Chat) -> None:
    chat.say("do_matter", "我要换驾照", **DRIVING)
    library_says(chat, "老人还能开车吗", matter=None)
    replies = chat.say("ask_matter", "老人还能开车吗", matter_decision="none")
    assert replies[0]["text"] == RULE and shown(replies)[-1] == "field:delivery"


def test_an_expired_rule_is_shown_as_expired(chat: Chat) -> None:
    library_says(chat, "以前要体检吗", source=SOURCE | {"standing": "expired"})
    replies = chat.say("ask_matter", "以前要体检吗", matter_decision="none")
    assert replies[0]["source"]["standing"] == "expired"


def test_a_guess_of_the_model_is_a_question_with_buttons_and_never_an_act(chat: Chat) -> None:
    chat.api.guesses = ["driving-licence-renewal"]
    replies = chat.say("do_matter", "那个本本快不行了", matter_decision="none")
    assert titles(replies) == ["驾驶证期满换证", "都不是"]
    assert not chat.api.applications


def test_without_a_library_the_guides_still_answer(chat: Chat) -> None:
    chat.say("ask_matter", "换驾照要体检吗", **DRIVING)  # the guide is remembered for a moment
    chat.api.fails_with = (503, {"type": "x/assistant-unavailable", "detail": ""})
    assert "10 元" in words(chat.say("ask_matter", "换驾照多少钱", **DRIVING))


def test_in_english_the_guide_answers_and_the_chinese_library_is_not_asked(chat: Chat) -> None:
    chat.lang = "en"
    replies = chat.say("ask_matter", "how much is a licence renewal", **DRIVING)
    assert "10" in replies[0]["text"] and replies[0]["source"]["title"].startswith("Guide: ")
    assert not [path for _, path, _ in chat.api.calls if path.startswith("/policies")]
