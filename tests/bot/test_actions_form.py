"""Doing a matter by talking: start, answer, go astray, correct, leave, come back, file, withdraw."""

from typing import Any

import pytest
from playing_chat import Chat, shown, titles, words
from playing_matters import PERSONAL

DRIVING = {"matter": "driving-licence-renewal", "matter_decision": "sure"}
REGISTRATION = {"matter": "residence-registration", "matter_decision": "sure"}
ADDRESS = PERSONAL[3]


def begin_driving(chat: Chat) -> list[dict[str, Any]]:
    return chat.say("do_matter", "我要换驾照", **DRIVING)


def fill_driving(chat: Chat) -> list[dict[str, Any]]:
    begin_driving(chat)
    chat.say("choose", "", field_value="post")
    return chat.say("supply_value", ADDRESS, heard="⟦address⟧")


def test_a_matter_starts_with_what_is_known_and_asks_only_for_the_rest(chat: Chat) -> None:
    replies = begin_driving(chat)
    assert shown(replies) == ["text", "text", "card:found", "text", "field:delivery"]
    assert "驾驶证期满换证" in replies[0]["text"]
    assert "已查到 3 项" in replies[1]["text"]
    assert "还差 2 项：领证方式、寄送地址。" in replies[3]["text"]
    assert chat.slots["asked"] == "delivery"


def test_a_whole_application_is_filed_after_a_confirmation(chat: Chat) -> None:
    summary = fill_driving(chat)
    assert shown(summary) == ["card:summary", "choices"]
    assert titles(summary) == ["确认", "改一改"]
    draft = chat.slots["draft"]
    filed = chat.press("确认")
    assert shown(filed) == ["text", "card:application"]
    assert filed[1]["id"] == draft
    assert chat.api.applications[draft]["state"] == "submitted"
    assert chat.slots["draft"] is None and chat.slots["asked"] is None
    assert chat.api.keys == [f"chat-{draft}-3"]


def test_the_value_goes_to_the_api_by_turn_and_never_through_the_bot(chat: Chat) -> None:
    begin_driving(chat)
    chat.say("choose", "邮寄", field_value="post")
    chat.say("supply_value", ADDRESS, heard="⟦address⟧")
    assert ("POST", f"/applications/{chat.slots['draft']}/answers") in [call[:2] for call in chat.api.calls]
    body = [call[2] for call in chat.api.calls if call[1].endswith("/answers")][-1]
    assert body == {"field": "delivery_address", "turn": "turn3", "lang": "zh"}
    fields = chat.api.applications[chat.slots["draft"]]["fields"]
    assert next(item["value"] for item in fields if item["name"] == "delivery_address") == ADDRESS


def test_a_second_confirmation_of_the_same_draft_does_not_file_it_twice(chat: Chat) -> None:
    fill_driving(chat)
    before = dict(chat.slots)
    chat.say("confirm", "确认")
    chat.slots = before
    assert shown(chat.say("confirm", "确认")) == ["text", "card:application"]
    assert len(chat.api.keys) == 1


def test_an_open_draft_is_taken_up_instead_of_begun_again(chat: Chat) -> None:
    chat.api.a_draft("driving-licence-renewal")
    replies = begin_driving(chat)
    assert "草稿还在" in replies[0]["text"]
    assert len(chat.api.applications) == 1


def test_nothing_left_to_ask_goes_straight_to_the_summary(chat: Chat) -> None:
    replies = chat.say("do_matter", "高龄津贴", matter="elderly-allowance", matter_decision="sure")
    assert shown(replies) == ["text", "card:summary", "choices"]


def test_another_matter_puts_the_first_aside_and_offers_it_again_when_done(chat: Chat) -> None:
    begin_driving(chat)
    first = chat.slots["draft"]
    replies = chat.say("do_matter", "高龄津贴", matter="elderly-allowance", matter_decision="sure")
    assert "先放着" in replies[0]["text"]
    filed = chat.press("确认")
    assert titles(filed) == ["接着办"]
    chat.press("接着办")
    assert chat.slots["draft"] == first and chat.slots["asked"] == "delivery"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("第二个", "window"), ("1", "post"), ("最后一个", "window"), ("窗口自取", "window")],
)
def test_a_choice_may_be_named_by_its_place_or_its_label(chat: Chat, said: str, expected: str) -> None:
    begin_driving(chat)
    chat.say("choose", said)
    fields = chat.api.applications[chat.slots["draft"]]["fields"]
    assert next(item["value"] for item in fields if item["name"] == "delivery") == expected


@pytest.mark.parametrize(("act", "expected"), [("confirm", "是"), ("deny", "否")])
def test_yes_and_no_answer_a_yes_no_field(chat: Chat, act: str, expected: str) -> None:
    chat.say("do_matter", "居住登记", **REGISTRATION)
    assert chat.slots["asked"] == "rented"
    chat.say(act, "嗯")
    fields = chat.api.applications[chat.slots["draft"]]["fields"]
    assert fields[0]["value"] == expected
    assert chat.slots["asked"] == "home_address"


def test_a_wrong_value_is_met_with_the_hint_then_with_ways_out(chat: Chat) -> None:
    begin_driving(chat)
    chat.say("choose", "", field_value="post")
    first = chat.say("supply_value", "随便")
    assert shown(first) == ["field:delivery_address"]
    assert "例如：浦东新区世纪大道1号" in first[0]["text"]
    second = chat.say("supply_value", "随便")
    assert shown(second) == ["field:delivery_address", "choices"]
    assert titles(second) == ["先不办", "转人工"]
    chat.say("supply_value", ADDRESS, heard="⟦address⟧")
    assert chat.slots["missed"] is None and chat.slots["asked"] == "confirm"


def test_a_correction_may_be_left_as_it_was_after_two_misses(chat: Chat) -> None:
    fill_driving(chat)
    chat.say("correct", "改一下地址")
    chat.say("supply_value", "随便")
    assert titles(chat.say("supply_value", "随便")) == ["不改了", "先不办", "转人工"]
    assert shown(chat.press("不改了"))[0] == "card:summary"


def test_an_optional_field_is_not_asked_but_may_be_added(chat: Chat) -> None:
    fill_driving(chat)
    assert shown(chat.say("correct", "我想加个备注")) == ["text", "field:remark"]
    assert shown(chat.say("supply_value", "请轻拿轻放"))[0] == "card:summary"


def test_what_a_department_sent_back_is_completed_and_filed_again(chat: Chat) -> None:
    application = chat.api.a_filed("residence-registration", state="correction")
    assert titles(chat.say("ask_progress", "要补什么")) == ["现在补正"]
    chat.api.applications[application]["state"] = "draft"  # the API asks again for what was sent back
    assert shown(chat.press("现在补正"))[-1] == "field:rented"
    assert chat.slots["draft"] == application


def test_a_required_field_cannot_be_skipped_and_says_so(chat: Chat) -> None:
    begin_driving(chat)
    replies = chat.say("supply_value", "跳过")
    assert "必填" in words(replies) and "先不办" in titles(replies)
    assert chat.slots["asked"] == "delivery"


def test_a_correction_names_the_field_and_returns_to_the_summary(chat: Chat) -> None:
    fill_driving(chat)
    again = chat.say("correct", "填错了，改一下地址")
    assert shown(again) == ["text", "field:delivery_address"]
    assert shown(chat.say("supply_value", "新的⟦address⟧"))[0] == "card:summary"


def test_a_correction_that_tells_the_new_value_needs_no_question(chat: Chat) -> None:
    fill_driving(chat)
    replies = chat.say("correct", "寄送地址改成清溪区安居路9号", heard="寄送地址改成⟦address⟧")
    assert "改好了" in words(replies)
    assert shown(replies)[-2:] == ["card:summary", "choices"]
    [view] = chat.api.applications.values()
    assert "安居路9号" in str(view["fields"])


def test_what_an_answer_fills_in_besides_is_told_by_label(chat: Chat) -> None:
    begin_driving(chat)
    chat.api.also = [{"name": "contact_phone", "label": "联系电话"}]
    assert "记下了：联系电话" in words(chat.say("choose", "", field_value="post"))


def test_an_unclear_correction_offers_the_labels_that_fit(chat: Chat) -> None:
    chat.say("do_matter", "居住登记", **REGISTRATION)
    chat.say("confirm", "是")
    replies = chat.say("correct", "改一下地址")
    assert titles(replies) == ["居住地址", "单位地址"]
    assert shown(chat.press("单位地址")) == ["text", "field:work_address"]
    assert chat.slots["asked"] == "again:work_address"


def test_a_label_said_after_which_one_is_understood(chat: Chat) -> None:
    fill_driving(chat)
    assert "寄送地址" in titles(chat.press("改一改"))
    assert shown(chat.say("supply_value", "寄送地址")) == ["text", "field:delivery_address"]


def test_what_a_department_registered_is_not_changed_here(chat: Chat) -> None:
    fill_driving(chat)
    replies = chat.say("correct", "驾驶证号不对")
    assert "部门登记" in words(replies)
    assert shown(chat.press("接着办"))[0] == "card:summary"


def test_a_digression_during_a_correction_comes_back_to_the_same_field(chat: Chat) -> None:
    fill_driving(chat)
    chat.say("correct", "改一下地址")
    replies = chat.say("thank", "谢谢")
    assert shown(replies)[-1] == "field:delivery_address"


def test_leaving_keeps_the_draft_and_continue_takes_it_up(chat: Chat) -> None:
    begin_driving(chat)
    draft = chat.slots["draft"]
    replies = chat.say("cancel", "算了不办了")
    assert "草稿已保存" in words(replies) and "继续" in words(replies)
    assert chat.slots["draft"] is None and draft in chat.api.applications
    again = chat.say("resume", "继续")
    assert shown(again)[-1] == "field:delivery"
    assert chat.slots["draft"] == draft


def test_continue_in_a_new_conversation_finds_the_latest_draft(chat: Chat) -> None:
    draft = chat.api.a_draft("residence-registration")
    assert shown(chat.say("resume", "继续"))[-1] == "field:rented"
    assert chat.slots["draft"] == draft


def test_continue_without_any_draft_says_so(chat: Chat) -> None:
    assert "没有找到" in words(chat.say("resume", "继续"))


def test_a_restarted_bot_goes_on_from_what_the_gateway_expects(chat: Chat) -> None:
    begin_driving(chat)
    chat.say("choose", "", field_value="post")
    chat.slots, chat.events = {}, []
    assert shown(chat.say("supply_value", ADDRESS, heard="⟦address⟧"))[0] == "card:summary"


def test_an_upload_is_asked_for_and_waited_for(chat: Chat) -> None:
    chat.say("do_matter", "居住登记", **REGISTRATION)
    chat.say("confirm", "是")
    chat.say("supply_value", ADDRESS, heard="⟦address⟧")
    replies = chat.say("supply_value", ADDRESS, heard="⟦address⟧")
    assert shown(replies) == ["field:lease"] and "租赁合同" in words(replies)
    assert "还没有收到" in words(chat.say("confirm", "传好了"))
    chat.api.applications[chat.slots["draft"]]["materials"][0]["status"] = "uploaded"
    assert shown(chat.say("supply_value", "传好了"))[0] == "card:summary"


def test_no_at_the_summary_files_nothing_and_offers_a_way(chat: Chat) -> None:
    fill_driving(chat)
    assert titles(chat.say("deny", "不对")) == ["改一改", "先不办", "确认"]
    assert chat.api.keys == []


def test_the_question_is_repeated_when_asked(chat: Chat) -> None:
    begin_driving(chat)
    assert shown(chat.say("repeat", "再说一遍")) == ["field:delivery"]


def test_a_deleted_draft_is_not_insisted_on(chat: Chat) -> None:
    begin_driving(chat)
    chat.api.applications.clear()
    replies = chat.say("thank", "谢谢")
    assert "已经不在了" in words(replies)
    assert chat.slots["draft"] is None


def test_a_filed_application_is_withdrawn_only_after_a_yes(chat: Chat) -> None:
    application = chat.api.a_filed("driving-licence-renewal")
    asked = chat.say("withdraw", "能撤回吗")
    assert shown(asked) == ["card:application", "choices"]
    assert chat.api.applications[application]["state"] == "accepted"
    chat.say("confirm", "对")
    assert chat.api.applications[application]["state"] == "withdrawn"
    assert chat.slots["asked"] is None


def test_a_no_keeps_the_filed_application(chat: Chat) -> None:
    application = chat.api.a_filed("driving-licence-renewal")
    chat.say("withdraw", "撤回")
    assert "照常办理" in words(chat.press("不撤了"))
    assert chat.api.applications[application]["state"] == "accepted"


def test_several_filed_applications_make_a_question(chat: Chat) -> None:
    chat.api.a_filed("driving-licence-renewal", day="2026-11-03")
    second = chat.api.a_filed("residence-permit", day="2026-11-04")
    chat.api.a_filed("elderly-allowance", state="done")
    replies = chat.say("withdraw", "撤回")
    assert titles(replies) == ["居住证申领（11月5日）", "驾驶证期满换证（11月4日）"]
    chat.say("choose", "第一个")
    assert chat.slots["asked"] == f"withdraw:{second}"


def test_an_unfiled_draft_need_not_be_withdrawn(chat: Chat) -> None:
    begin_driving(chat)
    replies = chat.say("withdraw", "撤回")
    assert "还没有提交" in words(replies) and "接着办" in titles(replies)


def test_a_paper_one_does_not_have_is_no_end_of_the_form(chat: Chat) -> None:
    chat.say("do_matter", "居住登记", **REGISTRATION)
    chat.say("confirm", "是")
    chat.say("supply_value", ADDRESS, heard="⟦address⟧")
    chat.say("supply_value", ADDRESS, heard="⟦address⟧")
    assert chat.slots["asked"] == "upload:lease"
    replies = chat.say("deny", "没有")
    assert "没有「租赁合同」也别急" in words(replies)
    assert titles(replies) == ["先不办", "转人工"]
    assert chat.slots["draft"]
