"""Acting for others: a mother who agreed, a child of one's own, a firm, and asking for consent."""

import pytest
from playing_chat import Chat, shown, titles, words
from playing_counters import a_principal

from bot.actions.relations import relation_in

MOTHER = a_principal("p-mother", "person", "安*芳", "妈妈", "social-card", "elderly-allowance")
SON = a_principal("p-son", "child", "随*宝", "孩子")
DAUGHTER = a_principal("p-daughter", "child", "随*贝", "孩子")
FIRM = a_principal("p-firm", "organisation", "随安模拟商贸有限公司", "法定代表人")
SHOP = a_principal("p-shop", "organisation", "随安试验餐饮店", "经办人")


def begin(chat: Chat, text: str, matter: str) -> list[dict[str, object]]:
    return chat.say("do_matter", text, matter=matter, matter_decision="sure")


def drafted(chat: Chat) -> list[object]:
    return [body for method, path, body in chat.api.calls if (method, path) == ("POST", "/applications")]


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("帮我妈领高龄津贴", "妈妈"),
        ("我妈八十了，帮她领高龄津贴", "妈妈"),
        ("给我儿子办社保卡", "孩子"),
        ("我爸的身份证到期了", "爸爸"),
        ("公司要刻章", "公司"),
        ("renew my mother's id card", "妈妈"),
        ("apply for a card for my daughter", "孩子"),
        ("我妈八十了能领什么", None),
        ("我要换驾照", None),
        ("单位要我开无犯罪记录证明", None),
        ("我妈的房子过户给我", None),
    ],
)
def test_for_whom_something_is_wanted_is_heard(said: str, relation: str | None) -> None:
    found = relation_in(said)
    assert (found.name if found else None) == relation


def test_she_is_whoever_was_spoken_of_before() -> None:
    found = relation_in("那帮她办吧", ["我妈今年八十了", "你好"])
    assert found is not None and found.name == "妈妈"


def test_a_mother_who_agreed_is_acted_for_and_named_at_once(chat: Chat) -> None:
    chat.api.principals.append(MOTHER)
    replies = begin(chat, "帮我妈补社保卡", "social-card")
    assert "妈妈（安*芳）" in replies[0]["text"]  # type: ignore[operator]
    assert drafted(chat) == [{"matter": "social-card", "for": "p-mother"}]


def test_a_child_of_ones_own_is_acted_for(chat: Chat) -> None:
    chat.api.principals.append(SON)
    assert "孩子（随*宝）" in words(begin(chat, "给我儿子办社保卡", "social-card"))
    assert drafted(chat) == [{"matter": "social-card", "for": "p-son"}]


def test_several_children_make_a_question(chat: Chat) -> None:
    chat.api.principals += [SON, DAUGHTER]
    replies = begin(chat, "给孩子补社保卡", "social-card")
    assert titles(replies) == ["孩子（随*宝）", "孩子（随*贝）"]
    chat.say("choose", "第二个")
    assert drafted(chat) == [{"matter": "social-card", "for": "p-daughter"}]


def test_what_reads_ones_own_children_is_filed_by_the_parent(chat: Chat) -> None:
    chat.api.principals.append(SON)
    begin(chat, "给孩子上户口", "birth-registration")
    assert drafted(chat) == [{"matter": "birth-registration"}]


def test_without_consent_it_is_said_what_is_needed(chat: Chat) -> None:
    replies = begin(chat, "帮我妈领高龄津贴", "elderly-allowance")
    assert "要她本人同意" in words(replies)
    assert titles(replies) == ["请她授权", "我自己去看看怎么办"]
    assert drafted(chat) == []
    assert shown(chat.press("我自己去看看怎么办"))[-2:] == ["card:matter", "choices"]


def test_consent_is_asked_for_with_a_number_that_only_the_api_reads(chat: Chat) -> None:
    begin(chat, "帮我妈领高龄津贴", "elderly-allowance")
    assert shown(chat.press("请她授权")) == ["field:principal-phone"]
    again = chat.say("supply_value", "你猜")
    assert "没有听清" in words(again) and chat.slots["asked"]
    sent = chat.say("supply_value", "19900000001", heard="⟦phone⟧")
    assert "请求发出去了" in words(sent)
    assert chat.api.requests == [
        {"turn": f"turn{chat.turns}", "matters": ["elderly-allowance"], "relation": "妈妈"}
    ]
    chat.api.principals.append(MOTHER)
    chat.press("看看同意没有")
    assert drafted(chat) == [{"matter": "elderly-allowance", "for": "p-mother"}]


def test_not_asking_for_consent_after_all_is_fine(chat: Chat) -> None:
    begin(chat, "帮我妈领高龄津贴", "elderly-allowance")
    assert words(chat.say("deny", "不用了")) == "好的，听您的。"
    begin(chat, "帮我妈领高龄津贴", "elderly-allowance")
    chat.press("请她授权")
    assert words(chat.say("cancel", "算了")) == "好的，听您的。"
    assert chat.slots["asked"] is None and chat.api.requests == []


def test_a_consent_for_another_matter_does_not_reach(chat: Chat) -> None:
    chat.api.principals.append(a_principal("p2", "person", "安*芳", "妈妈", "social-card"))
    assert "请她授权" in titles(begin(chat, "帮我妈领高龄津贴", "elderly-allowance"))


def test_a_consent_whose_giver_is_not_named_is_offered(chat: Chat) -> None:
    chat.api.principals.append(a_principal("p3", "person", "安*芳", "孩子"))
    replies = begin(chat, "帮我妈领高龄津贴", "elderly-allowance")
    assert titles(replies)[:2] == ["孩子（安*芳）", "请她授权"]


def test_the_only_firm_is_taken(chat: Chat) -> None:
    chat.api.principals.append(FIRM)
    replies = begin(chat, "公司要刻章", "seal-filing")
    assert "随安模拟商贸有限公司" in words(replies)
    assert drafted(chat) == [{"matter": "seal-filing", "for": "p-firm"}]


def test_one_of_several_firms_is_asked_for_unless_it_was_named(chat: Chat) -> None:
    chat.api.principals += [FIRM, SHOP]
    assert titles(begin(chat, "公司要刻章", "seal-filing")) == [FIRM["name"], SHOP["name"]]
    begin(chat, "公司要刻章，餐饮店那个", "seal-filing")
    assert drafted(chat)[-1] == {"matter": "seal-filing", "for": "p-shop"}


def test_what_only_firms_do_is_done_for_the_firm_even_when_nobody_is_named(chat: Chat) -> None:
    begin(chat, "我要清税", "tax-clearance")
    assert titles(chat.last) == ["我自己去看看怎么办", "转人工"]
    chat.api.principals.append(FIRM)
    begin(chat, "我要清税", "tax-clearance")
    assert drafted(chat)[-1] == {"matter": "tax-clearance", "for": "p-firm"}


def test_which_matter_is_asked_without_forgetting_for_whom(chat: Chat) -> None:
    chat.api.principals.append(MOTHER)
    chat.say("do_matter", "帮我妈办卡", matter=["social-card", "residence-permit"], matter_decision="ask")
    chat.press("社保卡补办")
    assert drafted(chat) == [{"matter": "social-card", "for": "p-mother"}]


def test_nobody_asks_the_dead_for_their_consent(chat: Chat) -> None:
    replies = chat.say(
        "do_matter", "我爸去世了，帮我爸领高龄津贴", matter="elderly-allowance", matter_decision="sure"
    )
    assert "节哀" in words(replies) and "不用也没法再请本人授权" in words(replies)
    assert "请他授权" not in titles(replies)
