"""What the city offers, how far things are, which licences there are."""

import pytest
from playing_chat import Chat, shown, titles, words
from playing_matters import PERSONAL

DRIVING = {"matter": "driving-licence-renewal", "matter_decision": "sure"}


def begin_driving(chat: Chat) -> None:
    chat.say("do_matter", "我要换驾照", **DRIVING)


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
        ("later", "later", "12月1日"),
        ("cancel", "later", "12月1日"),
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
    replies = chat.say("confirm", "好")
    assert chat.api.prompts[stale]["state"] == "open", "a late yes is asked again before anything is filed"
    assert shown(replies)[0] == "card:prompt"


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
    assert "已经答复过了" in words(chat.say("confirm", "好"))


def test_a_topic_is_muted_by_name(chat: Chat) -> None:
    chat.say("stop_prompts", "别再给我发了")
    assert "补贴津贴" in words(chat.press("补贴津贴"))
    assert chat.api.muted == ["allowances"]


def test_a_dispute_passes_on_what_is_wrong_without_what_was_scrubbed(chat: Chat) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal")
    chat.show_prompt(prompt)
    chat.say("wrong_data", PERSONAL[3], heard="她搬到⟦address⟧了")
    assert chat.api.prompts[prompt]["note"] == "她搬到⟦address⟧了"


def test_a_prompt_that_we_listed_is_answered_by_a_word(chat: Chat) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal")
    chat.say("ask_prompts", "有什么我能领的")
    chat.prompt = None  # the gateway knows only those that it showed itself
    chat.say("confirm", "好")
    assert chat.api.prompts[prompt]["state"] == "accepted"


# progress and licences


def test_progress_shows_the_one_in_progress(chat: Chat) -> None:
    chat.api.a_filed("elderly-allowance", state="done")
    moving = chat.api.a_filed("driving-licence-renewal")
    chat.api.a_draft("residence-permit")
    replies = chat.say("ask_progress", "我那个办到哪一步了")
    assert shown(replies) == ["text", "card:timeline"] and replies[1]["id"] == moving


def test_progress_of_several_asks_which(chat: Chat) -> None:
    first = chat.api.a_filed("driving-licence-renewal", day="2026-11-03")
    chat.api.a_filed("elderly-allowance", day="2026-11-04")
    assert len(titles(chat.say("ask_progress", "进度"))) == 2
    assert chat.press("驾驶证期满换证（11月4日）")[1]["id"] == first


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


MOVED = {
    "words": ["搬家"],
    "text": "搬了家，换证和改地址一起办。",
    "text_en": "After a move both are done together.",
    "gives": {"delivery": "window"},
}


def test_a_circumstance_said_to_a_prompt_is_an_answer_of_its_form(chat: Chat) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal", complete=False)
    chat.api.prompts[prompt]["circumstances"] = [MOVED]
    chat.show_prompt(prompt)
    replies = chat.say("correct", "我搬家了呀，地址不一样了")
    assert "搬了家，换证和改地址一起办" in words(replies)
    assert chat.api.prompts[prompt]["state"] == "accepted"
    assert shown(replies)[-1] != "field:delivery", "what follows from it is not asked"


def test_a_question_with_the_same_word_is_answered_as_a_question(chat: Chat) -> None:
    prompt = chat.api.a_prompt("driving-licence-renewal", complete=False)
    chat.api.prompts[prompt]["circumstances"] = [MOVED]
    chat.show_prompt(prompt)
    chat.say("why_me", "搬家为什么要收到这个")
    assert chat.api.prompts[prompt]["state"] == "open"
