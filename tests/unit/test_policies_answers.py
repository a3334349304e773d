"""One question, one answer: of its day, of the higher rule, with its source, or an honest not-known."""

from datetime import date
from typing import Any

import pytest

from backend.matters.catalogue import load_catalogue
from backend.matters.documents import SHIPPED as MATTERS
from backend.policies.answering import Answerer
from backend.policies.asked import When, read_question
from backend.policies.library import Library
from backend.policies.passages import Passage, read_passages
from backend.policies.retrieval import Retrieval
from backend.policies.schema import Policy
from backend.policies.schemas import Standing
from intents.wording import normalise

CATALOGUE = load_catalogue([MATTERS])
DAY = date(2026, 11, 22)
RENT = {"number": "第三条", "heading": "租房一个月能提多少", "questions": ["租房提公积金每月多少"]}
OLD_RENT = RENT | {"text": "每人每月最多 1500 元，一年提一次。", "facts": {"fund.rent": 1500}}
NEW_RENT = RENT | {"text": "每人每月最多 1800 元，一年提一次。", "facts": {"fund.rent": 1800}}
COMING_RENT = RENT | {"text": "每人每月最多 2000 元，一年提一次。", "facts": {"fund.rent": 2000}}


def a_rule(policy_id: str, article: dict[str, Any], **changes: Any) -> Policy:
    number = changes.pop("number", f"随公积金规〔2025〕{len(policy_id)}号")
    plain: dict[str, Any] = {
        "id": policy_id,
        "title": "随安市租房提取住房公积金办法",
        "number": number,
        "department": "housing-fund",
        "issued": "2020-01-01",
        "valid_from": "2020-01-01",
        "matters": ["fund-withdrawal-rent"],
        "basis": "simulated",
        "source_note": "示范用的",
        "articles": [article],
    }
    return Policy.model_validate(plain | changes)


OLD = a_rule("old", OLD_RENT, valid_to="2025-03-31", replaced_by="newer", number="随公积金规〔2020〕2号")
NEW = a_rule(
    "newer",
    NEW_RENT,
    valid_from="2025-04-01",
    valid_to="2026-12-31",
    replaces=["old"],
    replaced_by="coming-rule",
)
COMING = a_rule("coming-rule", COMING_RENT, valid_from="2027-01-01", replaces=["newer"])
DOGS = a_rule(
    "dogs",
    {"number": "第九条", "heading": "养狗要办证吗", "text": "狗满三个月要到派出所登记，领犬牌。"},
    title="随安市养犬管理条例",
    department="public-security",
    matters=[],
)


def answerer(*policies: Policy, certain: bool = True) -> Answerer:
    library = Library({one.id: one for one in policies})
    passages = [one for one in read_passages(library, CATALOGUE) if one.policy is not None]
    retrieval = Retrieval(passages, lambda _: {})
    if certain:
        retrieval.least = lambda: 0.0  # type: ignore[method-assign]
    return Answerer(retrieval, library, CATALOGUE)


# of its day


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2024, 5, 1), "1500"), (DAY, "1800"), (date(2027, 1, 1), "2000")],
)
def test_only_what_holds_on_the_day_is_given_as_valid(day: date, told: str) -> None:
    found = answerer(OLD, NEW, COMING, DOGS).answer("租房提公积金每月多少", day=day)
    assert told in found.text and found.source is not None
    assert found.source.standing is Standing.VALID and found.source.as_of == day


@pytest.mark.parametrize(
    "question",
    ["去年2月租房提公积金每月多少", "以前的规定租房提公积金每月多少", "2024年租房提公积金每月多少"],
)
def test_an_old_rule_that_is_asked_for_is_shown_as_expired_with_what_holds_now(question: str) -> None:
    found = answerer(OLD, NEW, COMING, DOGS).answer(question, day=DAY)
    assert found.source is not None and found.source.standing is Standing.EXPIRED
    assert "已失效" in found.text and "1500" in found.text and "1800" in found.text
    assert found.replaced_by is not None and found.replaced_by.id == "newer"


@pytest.mark.parametrize("typed", ["随公积金规〔2020〕2号", "随公积金规[2020]2号", "随公积金规（2020） 2 号"])
def test_a_document_is_found_by_its_number_however_typed(typed: str) -> None:
    found = answerer(OLD, NEW, COMING).answer(f"{typed}说每月能提多少", day=DAY)
    assert found.source is not None and found.source.id == "old"
    assert found.source.standing is Standing.EXPIRED


def test_a_number_that_nobody_knows_is_not_made_up() -> None:
    found = answerer(OLD, NEW).answer("随公积金规〔2011〕99号讲了啥", day=DAY)
    assert not found.answered and "随公积金规〔2011〕99号" in found.text and found.source is None


def test_next_years_rule_is_told_as_not_yet_in_force() -> None:
    found = answerer(OLD, NEW, COMING).answer("明年租房提公积金每月多少", day=DAY)
    assert found.source is not None and found.source.standing is Standing.COMING
    assert "2027-01-01" in found.text and "2000" in found.text


def test_this_year_beside_last_year_means_now() -> None:
    found = answerer(OLD, NEW, COMING).answer("去年提过一次，今年租房提公积金每月多少", day=DAY)
    assert found.source is not None and found.source.id == "newer"


# one answer


@pytest.mark.parametrize(
    ("rival", "wins"),
    [
        ({"level": "state", "number": "国规〔2019〕1号", "title": "全国租房提取办法（随附）"}, "rival"),
        ({"valid_from": "2026-01-01", "department": "housing"}, "rival"),
        ({"valid_from": "2021-01-01", "department": "housing"}, "newer"),
    ],
)
def test_of_two_that_contradict_each_other_the_higher_then_the_newer_is_told(
    rival: dict[str, Any], wins: str
) -> None:
    other = a_rule(
        "rival", RENT | {"text": "每人每月最多 900 元，全年一次。", "facts": {"fund.rent": 900}}, **rival
    )
    one = answerer(NEW, other)
    found = one.answer("租房提公积金每月多少", day=DAY)
    assert found.source is not None and found.source.id == wins
    told = [hit.passage.source for hit in one.retrieval.find("租房提公积金每月多少", day=DAY)]
    assert told == [wins], "the other is not told at all"


# the source


def test_an_answer_names_its_document_number_department_and_day() -> None:
    found = answerer(NEW, DOGS).answer("租房提公积金每月多少", day=DAY)
    assert found.source is not None
    source = found.source
    assert (source.title, source.number, source.department) == (NEW.title, NEW.number, "市住房公积金管理中心")
    assert (source.valid_from, source.as_of, source.article) == (date(2025, 4, 1), DAY, "第三条")
    assert found.matter == "fund-withdrawal-rent" and found.ask is not None and found.ask.phone == "12329"


def test_a_guides_answer_is_as_of_its_last_update() -> None:
    guides = [one for one in read_passages(Library({}), CATALOGUE) if one.matters == ("passport",)]
    retrieval = Retrieval(guides, lambda _: {"passport": 1.0})
    retrieval.least = lambda: 0.0  # type: ignore[method-assign]
    found = Answerer(retrieval, Library({}), CATALOGUE).answer("护照收费吗，要多少钱", day=DAY)
    assert found.source is not None and found.source.id == "matter:passport"
    assert "120" in found.text and found.source.as_of == CATALOGUE.get("passport").guide.updated
    assert "护照法" in found.source.number


# not known


def test_what_nothing_answers_is_said_with_where_to_ask() -> None:
    found = answerer(NEW, DOGS, certain=False).answer("五号线什么时候通车", day=DAY)
    assert not found.answered and found.source is None
    assert "没有查到依据" in found.text and "12345" in found.text and "转人工" in found.text


def test_with_a_matter_in_hand_its_department_is_named() -> None:
    found = answerer(NEW, certain=False).answer("五号线什么时候通车", day=DAY, matter="passport")
    assert found.ask is not None and found.ask.phone == "12367" and "12367" in found.text


def test_another_citys_rules_are_not_ours_to_tell() -> None:
    one = answerer(NEW, DOGS)
    assert not one.answer("杭州租房提公积金每月多少", day=DAY).answered
    assert "杭州" in one.answer("杭州租房提公积金每月多少", day=DAY).text
    assert one.answer("我从杭州过来租房提公积金每月多少", day=DAY).answered


def test_an_empty_library_knows_nothing_and_says_so() -> None:
    found = Answerer(Retrieval([_any_passage()], lambda _: {}), Library({}), CATALOGUE)
    assert not found.answer("嗯", day=DAY).answered


def _any_passage() -> Passage:
    return read_passages(Library({"dogs": DOGS}), CATALOGUE)[0]


# reading


@pytest.mark.parametrize(
    ("said", "when", "year"),
    [
        ("公积金贷款最高多少", When.NOW, None),
        ("去年的失业金多少", When.PAST, 2025),
        ("前年最低工资", When.PAST, 2024),
        ("2023年高龄津贴标准", When.PAST, 2023),
        ("2023年生的孩子有补贴吗", When.NOW, None),
        ("2026年最低工资", When.NOW, None),
        ("明年居民医保多少钱", When.FUTURE, None),
        ("2027年居民医保多少钱", When.FUTURE, 2027),
        ("去年没提，现在能提多少", When.NOW, None),
    ],
)
def test_a_question_says_which_rules_it_asks_for(said: str, when: When, year: int | None) -> None:
    asked = read_question(normalise(said), DAY)
    assert (asked.when, asked.year) == (when, year)


@pytest.mark.parametrize(
    ("said", "follows"),
    [
        ("那要多少钱呢", True),
        ("去哪交", True),
        ("要什么材料", True),
        ("大概几天", True),
        ("猫证多少钱", False),
        ("嗯", False),
    ],
)
def test_a_follow_up_names_nothing_but_an_aspect(said: str, follows: bool) -> None:
    assert read_question(said, DAY).follow_up is follows


def test_a_follow_up_is_answered_by_the_guide_of_the_matter_in_hand() -> None:
    guides = [one for one in read_passages(Library({}), CATALOGUE) if one.matters == ("passport",)]
    one = Answerer(Retrieval(guides, lambda _: {}), Library({}), CATALOGUE)
    assert "120" in one.answer("那要多少钱呢", day=DAY, matter="passport").text
    assert not one.answer("猫证多少钱", day=DAY, matter="passport").answered
