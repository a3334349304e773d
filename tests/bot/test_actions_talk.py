"""Everything besides business: small talk, danger, a person to talk to, and failures of ours."""

import aiohttp
import pytest
from playing_api import PlayingApi
from playing_chat import Chat, shown, titles, words

from bot.actions import filling
from bot.actions.api import Api
from bot.actions.context import Turn
from bot.actions.rooms import ACTIONS

DRIVING = {"matter": "driving-licence-renewal", "matter_decision": "sure"}


def begin_driving(chat: Chat) -> None:
    chat.say("do_matter", "我要换驾照", **DRIVING)


# talk


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("110", "110"),
        ("119", "119"),
        ("120", "120"),
        ("12356", "12356"),
        ("96110", "96110"),
        ("122", "122"),
        (None, "120"),
    ],
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
def test_a_person_is_one_word_away_and_the_form_stays_open(
    chat: Chat, api: PlayingApi, open_form: bool
) -> None:
    if open_form:
        begin_driving(chat)
    replies = chat.say("ask_person", "不想跟机器说")
    assert shown(replies)[0] == "notice:info" and "转人工" in replies[0]["text"]
    assert api.handed_over == [{"reason": "asked", "number": "", "lang": "zh"}]
    assert (shown(replies)[-1] == "field:delivery") is open_form
    assert chat.slots.get("asked") == ("delivery" if open_form else None)


def test_the_candidates_stay_to_choose_from_when_a_person_is_asked_for(chat: Chat) -> None:
    between = {"matter": ["driving-licence-renewal", "residence-permit"], "matter_decision": "ask"}
    before = titles(chat.say("do_matter", "换证", **between))
    after = titles(chat.say("ask_person", "不想跟机器说"))
    assert before and after[-len(before) :] == before


def test_who_is_not_understood_is_handed_over_for_that(chat: Chat, api: PlayingApi) -> None:
    chat.say("out_of_scope", "asdf")
    chat.say("out_of_scope", "asdf")
    chat.press("转人工")
    assert api.handed_over[-1]["reason"] == "stuck"


def test_distress_goes_to_a_person_at_once(chat: Chat, api: PlayingApi) -> None:
    replies = chat.say("emergency", "我不想活了", emergency_number="12356")
    assert replies[0]["phone"] == "12356"
    assert api.handed_over == [{"reason": "distress", "number": "12356", "lang": "zh"}]
    assert "正在为您转人工" in words(replies)


def test_in_a_fraud_the_number_comes_first_and_a_person_is_offered(chat: Chat, api: PlayingApi) -> None:
    replies = chat.say("emergency", "骗子让我转账", emergency_number="96110")
    assert replies[0]["phone"] == "96110" and titles(replies) == ["转人工"]
    assert not api.handed_over
    chat.press("转人工")
    assert api.handed_over[-1] == {"reason": "danger", "number": "96110", "lang": "zh"}


def test_when_nobody_can_be_reached_the_hotline_is_named(chat: Chat, api: PlayingApi) -> None:
    begin_driving(chat)
    api.fails_with = (503, {"type": "https://suiban.example/problems/internal", "title": "…"})
    replies = chat.say("ask_person", "不想跟机器说")
    assert replies[0]["phone"] == "12345"


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


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("我爸上个星期走了", "节哀"),
        ("老伴去年走了 户口还没销", "节哀"),
        ("我奶奶昨晚过世了", "节哀"),
        ("厂里欠我工资三个月了", "拿不到钱"),
        ("我被裁了", "不容易"),
    ],
)
@pytest.mark.parametrize("act", ["chitchat", "out_of_scope", "do_matter"])
def test_grief_and_hardship_are_met_first_and_nothing_is_offered(
    chat: Chat, said: str, kind: str, act: str
) -> None:
    replies = chat.say(act, said, matter_decision="none")
    assert kind in replies[0]["text"] and replies[0]["tone"] == "care"
    assert "我拿手" not in words(replies) and len(replies) == 2
    assert not any(ord(character) > 0xFFFF for character in words(replies)), "no emoji"


@pytest.mark.parametrize("said", ["我爸走了两趟都没办成", "公司走了流程没有", "我妈走了后门吗"])
def test_a_way_that_was_walked_is_no_death(chat: Chat, said: str) -> None:
    assert "节哀" not in words(chat.say("out_of_scope", said))


def test_abuse_is_met_without_a_lecture(chat: Chat) -> None:
    said = words(chat.say("insult", "你这个废物"))
    assert "没做好" in said and not any(word in said for word in ("文明", "请您注意", "素质", "礼貌"))


def test_english_conversations_are_english(chat: Chat) -> None:
    chat.lang = "en"
    replies = chat.say("do_matter", "renew my driving licence", **DRIVING)
    assert "Driving licence renewal" in words(replies)
    assert "10 yuan" in words(chat.say("ask_matter", "how much is it", matter_decision="none"))
    assert "1 working day(s)" in words(
        chat.say("ask_matter", "how long does it take", matter_decision="none")
    )


# failures


@pytest.mark.parametrize(
    ("status", "slug", "said"),
    [
        (401, "token-expired", "再说一次"),
        (403, "consent-needed", "授权"),
        (409, "conflict", "说明"),
        (404, "not-found", "说明"),
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
    chat.client = Api(api.url, time_out=aiohttp.ClientTimeout(total=0.2))
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
