"""The eleven shapes of a conversation, each from the first words to its end over the public API."""

import pytest

from backend.matters.catalogue import load_catalogue
from tests.flows import casebook
from tests.flows.casebook import Case, Citizen
from tests.flows.conversation import a_driver
from tests.flows.office import Office
from tests.stack import Stack

CATALOGUE = load_catalogue([casebook.ROOT / "backend" / "matters" / "catalogue"])
CASES = {case.matter: case for case in casebook.all_cases()}
MOST_TURNS = 12


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    return Office(stack)


def somebody(stack: Stack, office: Office, matter: str) -> Citizen:
    """Somebody whom this matter fits."""
    return casebook.move_in(stack, CASES[matter], office)


def name_of(matter: str) -> str:
    return CATALOGUE.get(matter).name


def answer_the_rest(citizen: Citizen, case: Case) -> None:
    """Answer in words whatever the form still asks."""
    said = citizen.talk
    for _ in range(MOST_TURNS):
        if said.cards("summary"):
            return
        assert said.asked is not None, said.replies
        said.say(case.said.get(said.asked) or str(case.answer(said.asked)))
    raise AssertionError(f"no summary: {said.replies}")


# 1 情形导办


def test_1_a_situation_is_asked_for_and_leads_to_the_matter_and_its_number(
    stack: Stack, office: Office
) -> None:
    citizen = somebody(stack, office, "fund-withdrawal-rent")
    said = citizen.talk.say("我想取公积金")
    kinds = {"fund-withdrawal-rent", "fund-withdrawal-purchase", "fund-withdrawal-retirement"}
    assert {name_of(one) for one in kinds} <= set(said.buttons)
    said.say("租房,单身")
    assert said.asked == "withdrawal_kind", said.replies
    said.say("没有备案合同")
    assert said.cards("summary")
    said.say("要")
    [card] = said.cards("application")
    rows = {row["label"]: row["value"] for row in card["rows"]}
    [filed] = said.applications(matter="fund-withdrawal-rent")
    assert filed["number"] in rows.values() and filed["promised_date"] in rows.values()


# 2 中途岔开


def test_2_a_question_about_something_else_does_not_lose_the_form(stack: Stack, office: Office) -> None:
    citizen = somebody(stack, office, "fund-withdrawal-rent")
    said = citizen.talk.say("公积金租房提取给我申请")
    assert said.asked == "withdrawal_kind"
    said.say("等下,我妈异地就医咋弄")
    assert [card["id"] for card in said.cards("matter")] == ["remote-medical-filing"]
    assert said.asked == "withdrawal_kind", "taken up where it stood"
    assert "接着刚才的" in said.words


# 3 代办


def test_3_for_ones_mother_her_own_consent_is_asked_with_scope_and_term(stack: Stack, office: Office) -> None:
    citizen = somebody(stack, office, "subsistence-allowance")
    said = citizen.talk.say("帮我妈领高龄津贴")
    for told in ("本人同意", "只限这一件事", "30 天内有效", "随时能收回", "约上门", "不收任何费用"):
        assert told in said.words
    said.choose("请她授权")
    assert said.asked == "principal_phone"
    mother = somebody(stack, office, "elderly-allowance")
    said.say(mother.person["phone"])
    assert "请求发出去了" in said.words
    assert not said.applications(), "nothing is begun before she agrees"
    asked = mother.client.get("/delegations").json()["items"][0]
    assert [one["id"] for one in asked["matters"]] == ["elderly-allowance"], "this matter and no other"


# 4 提示-服务


def test_4_a_prompt_says_why_and_how_to_check_it_and_a_dispute_stops_it(stack: Stack) -> None:
    said = a_driver(stack, "19900003341")
    prompt = said.wait_for_prompt("driving-licence-renewal")
    said.say("这是啥,骗子吧")
    assert "交管部门" in said.words and "我的—消息" in said.words and "链接" in said.words
    said.say("信息不对,她去年搬走了")
    after = said.client.get(f"/prompts/{prompt['id']}").json()
    assert (after["state"], bool(after["correction"])) == ("wrong-data", True)
    assert "转人工" in said.buttons
    said.close()


# 5 投诉


def test_5_a_report_is_taken_with_place_time_and_secrecy_and_followed(stack: Stack, office: Office) -> None:
    citizen = somebody(stack, office, "environment-report")
    said = citizen.talk.say("楼下烧烤店油烟到半夜没人管")
    if said.asked is None:
        said.say("油烟")
    assert said.asked == "pollution_kind", said.replies
    said.say("油烟")
    assert said.asked == "place"
    said.say("安居路12号楼下的烧烤店")
    assert said.asked == "story"
    said.say("每天晚上烤到一两点，油烟全灌进我家，跟老板说了好几次都不理")
    [summary] = said.cards("summary")
    rows = {row["label"]: row["value"] for row in summary["rows"]}
    assert rows["是否保密"] == "是" and "烤到一两点" in rows["具体情况"]
    said.say("没问题提交吧")
    [filed] = said.applications(matter="environment-report")
    assert filed["number"] and filed["promised_date"]
    casebook.await_end(citizen, filed["id"], "done")
    said.say("办到哪一步了")
    assert said.cards("timeline")
    said.say("不满意")
    assert "整改" in said.words, "it is looked into again"


# 6 补正


PHONE_AND_PAPERS = [
    {"field": "contact_phone", "reason": "律师打不通电话"},
    {"material": "case-papers", "reason": "照片看不清日期"},
]


def sent_back(
    stack: Stack, office: Office, items: list[dict[str, str]], *, papers: bool = False
) -> tuple[Citizen, str]:
    """Somebody whose request for legal aid came back for completion, told so; and its id."""
    citizen = somebody(stack, office, "legal-aid")
    said = citizen.talk.say("我要申请法律援助")
    answer_the_rest(citizen, CASES["legal-aid"])
    if papers:
        [begun] = said.applications(matter="legal-aid")
        casebook.upload(citizen, begun["id"], "case-papers")
    said.say("确认")
    [filed] = [one for one in said.applications(matter="legal-aid") if one["state"] != "draft"]
    casebook.await_end(citizen, filed["id"], "received")
    office.act(CATALOGUE.get("legal-aid").department, filed["id"], "correct", items=items)
    casebook.await_end(citizen, filed["id"], "correction")
    said.wait_for_message("补正")
    return citizen, filed["id"]


def test_6_what_was_sent_back_is_named_asked_for_alone_and_goes_on(stack: Stack, office: Office) -> None:
    items = [
        {"field": "contact_phone", "reason": "律师打不通电话"},
        {"field": "story", "reason": "没有说清是哪一天"},
    ]
    citizen, filed = sent_back(stack, office, items)
    said = citizen.talk.say("我那个办到哪一步了")
    assert "补正 2 项：1 联系电话" in said.words and "现在补正" in said.buttons
    said.choose("现在补正")
    told = {"contact_phone": "19900001234", "story": "上个月三号在工地摔伤了腿，包工头不肯赔医药费"}
    asked = []
    for _ in range(MOST_TURNS):
        if said.cards("summary"):
            break
        assert said.asked is not None, said.replies
        asked.append(said.asked)
        said.say(told[said.asked])
    assert sorted(asked) == ["contact_phone", "story"], "only what was sent back is asked"
    said.say("确认")
    again = casebook.await_end(citizen, filed, "received", "accepted", "reviewing")
    assert again["state"] != "correction" and again["promised_date"]


def test_6_of_what_was_sent_back_the_second_may_follow(stack: Stack, office: Office) -> None:
    citizen, filed = sent_back(stack, office, PHONE_AND_PAPERS)
    said = citizen.talk.say("我那个办到哪一步了")
    assert "2 与事情有关的材料" in said.words
    said.say("第二样没有")
    assert "容缺" in said.words and "10 日内补上" in said.words, said.words
    assert said.asked == "contact_phone", "the first one is still to be said"
    said.say("19900001234")
    assert said.cards("summary"), said.replies
    said.say("确认")
    again = casebook.await_end(citizen, filed, "received")
    left = {one["id"]: one["status"] for one in again["materials"]}
    assert left["case-papers"] == "later"
    office.act(CATALOGUE.get("legal-aid").department, filed, "tolerate")
    accepted = casebook.await_end(citizen, filed, "accepted", "reviewing")
    assert accepted["clocks"]["tolerance"]["materials"] == ["case-papers"]


def test_6_a_paper_that_was_sent_back_is_asked_for_anew(stack: Stack, office: Office) -> None:
    citizen, filed = sent_back(stack, office, PHONE_AND_PAPERS, papers=True)
    said = citizen.talk.say("我那个办到哪一步了")
    said.say("好的")
    assert said.asked == "contact_phone", "a yes begins"
    said.say("19900001234")
    assert said.question and said.question["field"]["type"] == "upload", said.replies
    assert said.asked == "case-papers"
    casebook.upload(citizen, filed, "case-papers")
    said.say("传好了")
    assert said.cards("summary"), said.replies


# 7 安抚


@pytest.mark.parametrize(
    ("opening", "comfort"),
    [
        ("我爸上个星期走了，要办些什么", "节哀"),
        ("工资拖了三个月不发", "我帮您要"),
        ("被裁了失业金怎么领", "先别急"),
    ],
)
def test_7_a_kind_word_comes_first_and_one_thing_at_a_time(
    stack: Stack, office: Office, opening: str, comfort: str
) -> None:
    said = somebody(stack, office, "subsistence-allowance").talk.say(opening)
    assert said.replies[0]["type"] == "text" and comfort in said.replies[0]["text"]
    assert len([one for one in said.replies if one["type"] in ("choices", "form-field")]) == 1
    assert not said.cards("prompt"), "nothing else is offered"


# 8 三连问


def test_8_three_questions_in_a_row_keep_the_topic(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "subsistence-allowance").talk
    for question in ("低保什么条件", "要什么材料", "去哪交", "多少钱", "要多久"):
        said.say(question)
        assert [card["id"] for card in said.cards("matter")] == ["subsistence-allowance"], question


def test_8_the_topic_outlives_the_bot_and_its_actions(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "subsistence-allowance").talk.say("低保什么条件")
    for name in ("bot", "actions"):
        stack.restart(name)
    said.say("要什么材料")
    assert [card["id"] for card in said.cards("matter")] == ["subsistence-allowance"]


# 9 长句带停顿, 先情况后问题


def test_9_a_long_story_with_pauses_is_one_wish(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "fund-withdrawal-rent").talk
    said.say(
        "我呢，去年来这边上班的，公司给交公积金，今年租了个房子，房租挺贵的，"
        "就是想问问……公积金能不能取出来交房租"
    )
    assert name_of("fund-withdrawal-rent") in str(said.replies)
    said.say("那个…嗯…我妈岁数大了，八十了，听说有个什么补贴，怎么领")
    assert "替妈妈办「高龄津贴」" in said.words


# 10 两次不懂


def test_10_twice_not_understood_gives_three_ways_and_a_person(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "subsistence-allowance").talk
    said.say("那个啥弄一下")
    said.say("就是那个嘛 上次那种")
    assert len(said.buttons) == 4 and "转人工" in said.buttons


# 11 人身危险, 自杀, 诈骗


@pytest.mark.parametrize(
    ("cry", "number"),
    [
        ("有人在打我", "110"),
        ("我不想活了", "12356"),
        ("我闺女说身份证丢了让我转5000", "96110"),
        ("我爸晕倒了没反应", "120"),
    ],
)
def test_11_in_danger_the_number_comes_at_once_even_in_a_form(
    stack: Stack, office: Office, cry: str, number: str
) -> None:
    said = somebody(stack, office, "fund-withdrawal-rent").talk.say("公积金租房提取给我申请")
    assert said.asked == "withdrawal_kind"
    said.say(cry)
    assert said.replies[0]["type"] == "notice"
    assert said.notice("emergency")["phone"] == number
    said.say("继续")
    assert said.asked == "withdrawal_kind", "nothing is lost"
