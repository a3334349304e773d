"""What people hate about government bots, each as a test that ours does not do it."""

import time

import pytest

from backend.matters.catalogue import load_catalogue
from tests.flows import casebook
from tests.flows.conversation import Conversation, wait_for
from tests.flows.office import Office
from tests.stack import Stack

CATALOGUE = load_catalogue([casebook.ROOT / "backend" / "matters" / "catalogue"])
CASES = {case.matter: case for case in casebook.all_cases()}
# What was said in, and how long a person may wait for it.
PATIENCE_SECONDS = 5.0


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    return Office(stack)


def somebody(stack: Stack, office: Office, matter: str) -> Conversation:
    return casebook.move_in(stack, CASES[matter], office).talk


def shown(said: Conversation) -> list[str]:
    return [card["id"] for card in said.cards("matter")]


# 答非所问: one tries every wording and never gets an answer; keywords are listed pell-mell.


@pytest.mark.parametrize(
    "wording",
    [
        "养老金资格认证怎么弄",
        "领退休金的那个刷脸认证 我不会弄",
        "社保局说我没认证 钱停了 咋整",
        "我七十二了，每年的养老认证今年还没弄，手机上怎么操作呀",
        "老年人养老认证去哪里办",
    ],
)
def test_every_wording_gets_the_answer(stack: Stack, office: Office, wording: str) -> None:
    said = somebody(stack, office, "pension-verification").say(wording)
    if said.asked is None and not said.cards("matter"):
        assert CATALOGUE.get("pension-verification").name in said.buttons, said.replies
        return
    assert CATALOGUE.get("pension-verification").name in str(said.replies), said.replies


def test_a_long_sentence_is_not_answered_with_a_list_of_keywords(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "fund-withdrawal-rent")
    said.say("我租房子住，公积金交了三年了，想把公积金取出来付房租，不知道我这种情况行不行")
    assert len(said.buttons) <= 5, "one answer, not everything with a keyword in it"
    assert CATALOGUE.get("fund-withdrawal-rent").name in str(said.replies)


def test_the_same_answer_is_never_given_twice(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "fund-withdrawal-rent").say("生育的补贴怎么领")
    first = said.words
    said.say("你答的不是我问的")
    second = said.words
    said.say("不是这个意思")
    assert len({first, second, said.words}) == 3
    assert len(said.buttons) == 4 and "转人工" in said.buttons, "three ways on, and a person"
    said.say("你没听懂我的问题")
    assert "转人工" in said.notice("info")["text"], "a person, when no answer was the right one"


# 找不到人工, 菜单太长.


@pytest.mark.parametrize("wording", ["转人工", "人工人工人工", "找个真人", "我要跟人说话", "talk to a human"])
def test_a_person_is_reached_the_first_time(stack: Stack, office: Office, wording: str) -> None:
    said = somebody(stack, office, "subsistence-allowance").say(wording)
    assert any(reply["type"] == "notice" for reply in said.replies), said.replies


def test_a_person_is_reached_from_the_middle_of_everything(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "consumer-report")
    said.say("健身房不给退卡 我要投诉商家")
    if said.asked is None:
        said.choose(CATALOGUE.get("consumer-report").name)
    for _ in range(3):
        asked = said.asked
        said.say("转人工")
        assert any(reply["type"] == "notice" for reply in said.replies), (asked, said.replies)
        said.say("继续")
        assert said.asked == asked, "the form is kept"
        answers = CASES["consumer-report"]
        said.say(answers.said.get(str(asked)) or str(answers.answer(str(asked))))
        if said.cards("summary"):
            break
    said.say("转人工")
    assert any(reply["type"] == "notice" for reply in said.replies)


# 库太小, 只给电话; 过期或互相矛盾: one question, two assistants, two answers, one of them from a dead file.


@pytest.fixture(scope="module")
def asker(stack: Stack, office: Office) -> Conversation:
    said = somebody(stack, office, "subsistence-allowance")

    def knows_meanings() -> bool | None:
        told = [said.client.get("/policies?limit=1").json()["by_meaning"] for _ in range(4)]
        return all(told) or None

    wait_for(knows_meanings, "the library to know meanings", 300)
    return said


@pytest.mark.parametrize("question", ["社保缴纳不满15年怎么办", "预制菜有什么规定"])
def test_an_answer_comes_with_its_source_and_not_a_mere_number_to_call(
    asker: Conversation, question: str
) -> None:
    asker.say(question)
    source = next((one["source"] for one in asker.replies if one.get("source")), None)
    assert source is not None, asker.replies
    assert source["number"] and source["department"] and source["as_of"]
    assert source["standing"] == "valid" and "12345" not in asker.words


@pytest.mark.parametrize(
    "wordings",
    [
        ("公积金贷款最高能贷多少", "请问公积金贷款额度上限是多少", "买房用公积金最多贷多少钱"),
        ("社保缴纳不满15年怎么办", "养老保险没交够15年咋办"),
    ],
)
def test_however_it_is_asked_one_rule_is_told_and_none_that_has_expired(
    asker: Conversation, wordings: tuple[str, ...]
) -> None:
    told = [asker.say(wording).replies for wording in wordings]
    sources = [reply["source"] for replies in told for reply in replies if reply.get("source")]
    assert sources and {one["standing"] for one in sources} == {"valid"}
    assert len({one["id"] for one in sources}) == 1, [one["title"] for one in sources]


# 语音: what was spoken, without a stop and with other signs of the same sound.


@pytest.mark.parametrize(
    ("heard", "matter"),
    [
        ("那个我身份正丢了我想补半一个", "id-card-replacement"),
        ("我租房子的那个公鸡金怎么取啊", "fund-withdrawal-rent"),
    ],
)
def test_a_voice_is_understood(stack: Stack, office: Office, heard: str, matter: str) -> None:
    said = somebody(stack, office, matter).say(heard)
    assert CATALOGUE.get(matter).name in str(said.replies), said.replies


# 只会说不会办: it talks of the permit and cannot apply for it; it does not know who one is.


def test_what_it_explains_it_can_do_and_it_knows_who_asks(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "residence-permit").say("居住证怎么办理，要什么条件")
    if not said.cards("matter"):
        said.choose(CATALOGUE.get("residence-permit").name)
    assert "现在办理" in said.buttons
    said.choose("现在办理")
    assert said.cards("found"), "what the city knows of one is not asked again"
    assert said.applications(matter="residence-permit", state="draft")


# 24小时后才答, 还要输编号, 线上办理仍重复填报.


def test_the_answer_comes_at_once_and_asks_for_no_number(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "fund-withdrawal-rent").say("公积金租房提取给我申请")
    said.say("没有备案合同")
    said.say("确认")
    began = time.monotonic()
    said.say("我那个办到哪一步了")
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert said.cards("timeline") and said.asked is None


def test_nothing_is_asked_twice(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "residence-registration").say("我是外地来的 想办居住登记")
    assert said.asked is not None
    known = {
        one["name"] for one in said.application(str(said.question["application"]))["fields"]  # type: ignore[index]
        if one["status"] == "known"
    }  # fmt: skip
    asked: list[str] = []
    case = CASES["residence-registration"]
    while said.asked and said.asked not in case.uploads:
        assert said.asked not in known and said.asked not in asked
        asked.append(said.asked)
        said.say(case.said.get(said.asked) or str(case.answer(said.asked)))


# 工单错分类: rubbish goes to the roads.


@pytest.mark.parametrize(
    ("told", "matter"),
    [
        ("楼下烧烤店油烟到半夜没人管", "environment-report"),
        ("工地凌晨还在打桩", "environment-report"),
        ("健身房跑路了，卡里还有两千，我要投诉商家", "consumer-report"),
        ("工资拖了三个月不发", "wage-arrears-report"),
    ],
)
def test_a_report_goes_to_its_own_department(stack: Stack, office: Office, told: str, matter: str) -> None:
    said = somebody(stack, office, "environment-report").say(told)
    name = CATALOGUE.get(matter).name
    assert shown(said) == [matter] or name in said.words or name in said.buttons, said.replies


# 承诺后部门不认: what the bot promised stands in the application.


def test_what_is_promised_is_in_the_application(stack: Stack, office: Office) -> None:
    said = somebody(stack, office, "fund-withdrawal-rent").say("公积金租房提取给我申请")
    said.say("没有备案合同")
    said.say("确认")
    [filed] = said.applications(matter="fund-withdrawal-rent")
    [card] = said.cards("application")
    promised = {row["label"]: row["value"] for row in card["rows"]}
    assert filed["promised_date"] in promised.values()
    assert filed["department"]["name"] in promised.values()
