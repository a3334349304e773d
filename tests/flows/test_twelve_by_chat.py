"""Twelve matters and bundles from the first words to the end by chat, each in at least six turns."""

from dataclasses import dataclass

import pytest

from backend.matters.catalogue import load_catalogue
from tests.flows import casebook
from tests.flows.casebook import Case, Citizen
from tests.flows.office import Office
from tests.stack import Stack

CATALOGUE = load_catalogue([casebook.ROOT / "backend" / "matters" / "catalogue"])
CASES = {case.matter: case for case in casebook.all_cases()}
LEAST_TURNS = 6
MOST_TURNS = 30


@dataclass(frozen=True)
class Talk:
    """How somebody begins, and what they ask in between."""

    matter: str
    opening: str
    aside: str


TALKS = [
    Talk("driving-licence-renewal", "我驾照下个月到期了怎么弄", "换驾照多少钱"),
    Talk("flexible-medical-enrolment", "我没单位 想自己交医保", "灵活就业医保参保要什么材料"),
    Talk("environment-report", "对面工地半夜打桩吵得睡不着 我要投诉", "环境投诉要什么材料"),
    Talk("temporary-relief", "家里有人生大病花光了钱 想申请临时救助", "临时救助要什么材料"),
    Talk("residence-registration", "我是外地来的 想办居住登记", "居住登记要什么材料"),
    Talk("residence-permit", "我想办居住证", "办居住证要什么材料"),
    Talk("unemployment-benefit", "被公司裁了 想领失业金", "失业保险金要什么材料"),
    Talk("id-card-replacement", "身份证丢了要补办", "补身份证多少钱"),
    Talk("consumer-report", "健身房不给退卡 我要投诉商家", "消费投诉要什么材料"),
    Talk("passport", "我想办一本护照", "护照要多少钱"),
    Talk("newborn", "孩子刚出生 那几样手续一起给我办了", "新生儿出生一件事要什么材料"),
    Talk("retirement-bundle", "我要退休了 退休一件事一起办", "退休一件事要什么材料"),
]


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    return Office(stack)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.matter)
def test_it_is_done_by_talking(stack: Stack, office: Office, talk: Talk) -> None:
    case, matter = CASES[talk.matter], CATALOGUE.get(talk.matter)
    citizen = casebook.move_in(stack, case, office)
    turns = _begin(citizen, talk)
    turns += _answer_everything(citizen, case)
    said = citizen.talk
    assert said.cards("summary"), said.replies
    said.say("没问题，提交吧")
    turns += 1
    [filed] = [one for one in said.applications(matter=talk.matter) if one["state"] != "draft"]
    casebook.pay_if_asked(citizen, filed["id"])
    if matter.handling.by == "workbench" and not matter.handling.automatic:
        casebook.await_end(citizen, filed["id"], "received")
        office.handle(matter.department, filed["id"])
    said.say("我那个办到哪一步了")
    turns += 1
    assert matter.name in said.words or said.cards("timeline"), said.replies
    assert turns >= LEAST_TURNS, turns
    if not matter.is_bundle:
        assert casebook.await_end(citizen, filed["id"], "done", "refused", "rejected")["state"] == "done"


def _begin(citizen: Citizen, talk: Talk) -> int:
    """The opening words, a question in between, and back to where it stood."""
    said = citizen.talk
    said.say(talk.opening)
    if said.asked is None and CATALOGUE.get(talk.matter).name in said.buttons:
        said.choose(CATALOGUE.get(talk.matter).name)
    assert said.asked is not None, said.replies
    asked = said.asked
    said.say(talk.aside)
    told = [one["title"] for one in said.cards("matter")]
    assert any(CATALOGUE.get(talk.matter).name in one for one in (*told, said.words)), said.replies
    if said.asked is None:
        said.say("继续办")
    assert said.asked == asked, said.replies
    return 2


def _answer_everything(citizen: Citizen, case: Case) -> int:
    said, turns = citizen.talk, 0
    while not said.cards("summary"):
        assert turns < MOST_TURNS, said.replies
        if said.asked is None or said.asked in case.uploads:
            _hand_in(citizen, case)
            said.say("传好了")
        else:
            said.say(_in_words(case, said.asked))
        turns += 1
    return turns


def _in_words(case: Case, field: str) -> str:
    if field in case.said:
        return case.said[field]
    value, form = case.answer(field), CATALOGUE.get(case.matter).field(field)
    labels = {choice.value: choice.label for choice in form.choices} if form else {}
    if isinstance(value, bool):
        return "是的" if value else "没有"
    return labels.get(value, str(value))


def _hand_in(citizen: Citizen, case: Case) -> None:
    """The bot asked for a paper: it is photographed in the app."""
    [draft] = citizen.talk.applications(matter=case.matter, state="draft")
    step = citizen.client.get(f"/applications/{draft['id']}/next").json()
    assert step["kind"] == "upload", (step, citizen.talk.replies)
    casebook.upload(citizen, draft["id"], step["material"]["id"])
