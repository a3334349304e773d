"""Everything around a form: questions, ambiguity, prompts, progress, small talk, danger, failures."""

from typing import Any

import httpx
import pytest
from playing_api import PERSONAL, PlayingApi
from playing_chat import Chat, shown, titles, words

from bot.actions import filling
from bot.actions.api import Api
from bot.actions.context import Turn
from bot.actions.rooms import ACTIONS

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
        ("说说换驾照", "证件快到期"),
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


def test_two_words_that_fit_no_candidate_lead_to_an_honest_no(chat: Chat) -> None:
    chat.say("do_matter", "居住证", **PERMITS)
    assert "都不是" in titles(chat.say("supply_value", "哈哈"))
    assert "办不了" in words(chat.say("supply_value", "哈哈"))


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


# prompts


def test_yes_to_a_fresh_prompt_files_it(chat: Chat) -> None:
    chat.show_prompt(chat.api.a_prompt("driving-licence-renewal"))
    replies = chat.say("confirm", "好")
    assert shown(replies) == ["text", "card:application"]


def test_yes_to_a_prompt_that_lacks_something_opens_the_form(chat: Chat) -> None:
    chat.show_prompt(chat.api.a_prompt("driving-licence-renewal", complete=False))
    assert shown(chat.say("confirm", "好"))[-1] == "field:delivery"
    assert chat.slots["topic"] == "driving-licence-renewal"


@pytest.mark.parametrize(
    ("act", "state", "said"),
    [
        ("deny", "decline", "不办"),
        ("later", "later", "2026-12-01"),
        ("cancel", "later", "2026-12-01"),
        ("wrong_data", "wrong-data", "信息有误"),
        ("stop_prompts", "mute", "不再提醒"),
    ],
)
def test_every_other_answer_to_a_prompt_does_what_it_says(
    chat: Chat, act: str, state: str, said: str
) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal")
    chat.show_prompt(prompt)
    assert said in words(chat.say(act, "……"))
    assert chat.api.prompts[prompt]["state"] == state


def test_why_me_gives_reason_and_source_and_asks_again(chat: Chat) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal")
    chat.show_prompt(prompt)
    replies = chat.say("why_me", "这是啥，骗子吧")
    assert "有效期在 90 天内" in words(replies) and "市公安局交通警察总队" in words(replies)
    assert shown(replies)[-2:] == ["card:prompt", "choices"]
    chat.press("帮我办")
    assert chat.api.prompts[prompt]["state"] == "accepted"


def test_a_fresh_prompt_goes_before_the_form_and_the_form_before_a_stale_prompt(chat: Chat) -> None:
    chat.say("do_matter", "高龄津贴", matter="elderly-allowance", matter_decision="sure")
    stale = chat.api.a_prompt("driving-licence-renewal")
    chat.prompt = {"id": stale, "matter": "driving-licence-renewal", "fresh": False}
    chat.say("confirm", "好")
    assert chat.api.keys and chat.api.prompts[stale]["state"] == "open"
    chat.say("confirm", "好")
    assert chat.api.prompts[stale]["state"] == "accepted"


def test_no_to_a_fresh_prompt_leaves_the_form_open(chat: Chat) -> None:
    begin_driving(chat)
    prompt = chat.api.a_prompt("elderly-allowance")
    chat.show_prompt(prompt)
    replies = chat.say("deny", "不用")
    assert chat.api.prompts[prompt]["state"] == "decline"
    assert shown(replies)[-1] == "field:delivery"


def test_open_prompts_are_listed(chat: Chat) -> None:
    assert "没有" in words(chat.say("ask_prompts", "有什么我能领的"))
    chat.api.a_prompt("driving-licence-renewal")
    assert shown(chat.say("ask_prompts", "有什么我能领的")) == ["card:prompt", "choices"]
    chat.api.a_prompt("elderly-allowance")
    replies = chat.say("ask_prompts", "有什么我能领的")
    assert titles(replies) == ["驾驶证期满换证", "高龄津贴"]
    assert shown(chat.press("高龄津贴")) == ["card:prompt", "choices"]


def test_a_prompt_answered_elsewhere_is_explained(chat: Chat) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal")
    chat.show_prompt(prompt)
    chat.api.prompts[prompt]["state"] = "decline"
    assert "状态" in words(chat.say("confirm", "好"))


def test_a_topic_is_muted_by_name(chat: Chat) -> None:
    chat.say("stop_prompts", "别再给我发了")
    assert "补贴津贴" in words(chat.press("补贴津贴"))
    assert chat.api.muted == ["allowances"]


# progress and licences


def test_progress_shows_the_one_in_progress(chat: Chat) -> None:
    chat.api.a_filed("elderly-allowance", state="completed")
    moving = chat.api.a_filed("driving-licence-renewal")
    chat.api.a_draft("residence-permit")
    replies = chat.say("ask_progress", "我那个办到哪一步了")
    assert shown(replies) == ["text", "card:timeline"] and replies[1]["id"] == moving


def test_progress_of_several_asks_which(chat: Chat) -> None:
    first = chat.api.a_filed("driving-licence-renewal", day="2026-11-03")
    chat.api.a_filed("elderly-allowance", day="2026-11-04")
    assert len(titles(chat.say("ask_progress", "进度"))) == 2
    assert chat.press("驾驶证期满换证 (2026-11-03)")[1]["id"] == first


def test_progress_of_a_named_matter_needs_no_question(chat: Chat) -> None:
    first = chat.api.a_filed("driving-licence-renewal")
    chat.api.a_filed("elderly-allowance")
    assert chat.say("ask_progress", "换驾照办到哪了", **DRIVING)[1]["id"] == first


def test_no_progress_says_so(chat: Chat) -> None:
    assert "还没有提交过" in words(chat.say("ask_progress", "进度"))


def test_licences_are_shown_by_reference(chat: Chat) -> None:
    assert "还没有电子证照" in words(chat.say("ask_licences", "我的证"))
    chat.api.licences = [
        {"id": "l1", "name": "居民身份证", "number": PERSONAL[1]},
        {"id": "l2", "name": "机动车驾驶证", "number": PERSONAL[1]},
    ]
    assert len(chat.say("ask_licences", "看看我的证")) == 3
    assert [said.get("id") for said in chat.say("ask_licences", "我的驾驶证呢")] == [None, "l2"]


# talk


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("number", "expected"),
    [("110", "110"), ("119", "119"), ("120", "120"), ("12356", "12356"), ("96110", "96110"), (None, "120")],
)
def test_danger_is_answered_with_the_number_first(chat: Chat, number: str, expected: str, lang: str) -> None:
    begin_driving(chat)
    before = dict(chat.slots)
    chat.lang = lang
    replies = chat.say("emergency", "救命", **({"emergency_number": number} if number else {}))
    assert shown(replies)[0] == "notice:emergency" and expected in replies[0]["text"]
    assert replies[0]["phone"] == (number or "110")
    assert {**before, **chat.slots} == before


@pytest.mark.parametrize("open_form", [True, False])
def test_a_person_is_one_word_away_and_the_draft_is_kept(chat: Chat, open_form: bool) -> None:
    if open_form:
        begin_driving(chat)
    replies = chat.say("ask_person", "人工人工人工")
    assert replies[0]["phone"] == "12345" and "7×24" in replies[0]["text"]
    assert titles(replies) == (["接着办"] if open_form else [])
    assert chat.slots.get("asked") == ("delivery" if open_form else None)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "act",
    [*(act for action in ACTIONS for act in action.acts), "nothing"],
)
@pytest.mark.parametrize("open_form", [True, False])
def test_every_act_is_answered_in_the_citizens_language(
    chat: Chat, act: str, lang: str, open_form: bool
) -> None:
    if open_form:
        begin_driving(chat)
    chat.lang = lang
    said = words(chat.say(act, "……"))
    assert any("一" <= character <= "鿿" for character in said) == (lang == "zh")
    assert "went wrong" not in said and "出了点问题" not in said


@pytest.mark.parametrize("act", ["thank", "chitchat", "out_of_scope", "rate", "greet", "ask_capability"])
def test_small_talk_comes_back_to_the_form(chat: Chat, act: str) -> None:
    begin_driving(chat)
    assert shown(chat.say(act, "……"))[-1] == "field:delivery"


@pytest.mark.parametrize("act", ["insult", "complain", "goodbye"])
def test_anger_and_goodbyes_are_not_met_with_a_form(chat: Chat, act: str) -> None:
    begin_driving(chat)
    assert "field:delivery" not in shown(chat.say(act, "……"))
    assert chat.slots["asked"] == "delivery"


def test_the_second_thing_not_understood_offers_a_person(chat: Chat) -> None:
    assert titles(chat.say("out_of_scope", "asdf")) == []
    assert "转人工" in titles(chat.say("out_of_scope", "asdf"))


def test_a_death_is_met_with_a_kind_word_first(chat: Chat) -> None:
    replies = chat.say("ask_matter", "我爸去世了要办些什么", **DRIVING)
    assert "节哀" in replies[0]["text"]


def test_english_conversations_are_english(chat: Chat) -> None:
    chat.lang = "en"
    replies = chat.say("do_matter", "renew my driving licence", **DRIVING)
    assert "Driving licence renewal" in words(replies)
    assert "10 yuan" in words(chat.say("ask_matter", "how much is it", matter_decision="none"))


# failures


@pytest.mark.parametrize(
    ("status", "slug", "said"),
    [
        (401, "token-expired", "再说一次"),
        (403, "consent-needed", "授权"),
        (409, "conflict", "变化"),
        (422, "person-mismatch", "没办成：说明"),
        (429, "too-many-requests", "歇几秒"),
        (503, "department-unavailable", "连不上"),
        (500, "internal", "出了点问题"),
    ],
)
def test_problems_are_told_in_human_words(chat: Chat, status: int, slug: str, said: str) -> None:
    chat.api.fails_with = (status, {"type": f"https://suiban.example/problems/{slug}", "detail": "说明"})
    assert said in words(chat.say("do_matter", "我要换驾照", **DRIVING))


def test_a_slow_api_is_waited_for_only_so_long(api: PlayingApi, chat: Chat) -> None:
    begin_driving(chat)
    chat.client = Api(api.url, time_out=httpx.Timeout(0.2))
    api.sleeps = 1.0
    replies = chat.say("supply_value", "邮寄")
    assert "不会丢" in words(replies) and "再试一次" in titles(replies)
    api.sleeps = 0.0
    assert shown(chat.press("再试一次")) == ["field:delivery"]


def test_an_unreachable_api_is_told_kindly(chat: Chat) -> None:
    chat.client = Api("http://127.0.0.1:9")
    assert "12345" in words(chat.say("ask_progress", "进度"))


def test_a_fault_of_ours_shows_no_trace_and_logs_no_words(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def quoting(_: Turn) -> None:
        raise ValueError("我的秘密")

    monkeypatch.setattr(filling, "take_value", quoting)
    replies = chat.say("supply_value", "我的秘密")
    assert shown(replies)[0] == "text" and "出了点问题" in words(replies)
    logged = capsys.readouterr()
    assert "我的秘密" not in logged.out + logged.err and "Traceback" not in logged.out + logged.err
