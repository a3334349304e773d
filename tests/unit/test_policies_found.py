"""The frozen questions: what is found, and what is honestly not known. Prints the shares with ``-s``."""

import os
from datetime import date
from pathlib import Path

import pytest

from backend.core.settings import ROOT
from backend.matters.catalogue import load_catalogue
from backend.matters.documents import SHIPPED as MATTERS
from backend.policies.answering import Answerer
from backend.policies.calibrating import Question, read_questions
from backend.policies.library import SHIPPED, load_library
from backend.policies.opening import open_shipped

FROZEN = Path(__file__).parents[1] / "policies" / "frozen.yml"
DAY = date(2026, 11, 22)
# What an earlier run embedded: only new sentences cost time.
KEPT = Path(os.environ.get("SUIBAN_HOME") or ROOT / ".suiban") / "test-model"
EXPECTED = {
    "社保缴纳不满15年怎么办": "pension-under-fifteen-years",
    "预制菜有什么规定": "prepared-dishes",
    "生育险费用能报多少": "childbirth-cost-2025",
    "延迟退休我到底几岁退": "delayed-retirement",
}


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    KEPT.mkdir(parents=True, exist_ok=True)
    cache = KEPT / "policies.npz"  # the started products of the flows read it, too
    return Answerer(
        open_shipped(cache, KEPT / "embeddings.npz"), load_library([SHIPPED]), load_catalogue([MATTERS])
    )


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_questions(FROZEN)


def sources(answerer: Answerer, question: str) -> list[str]:
    """The different sources found, best first."""
    return list(dict.fromkeys(hit.passage.source for hit in answerer.retrieval.find(question, day=DAY)))


def test_the_right_source_is_found_first_or_among_three(
    answerer: Answerer, questions: list[Question]
) -> None:
    asked = [one for one in questions if one.right]
    first = sum(sources(answerer, one.text)[0] in one.right for one in asked) / len(asked)
    third = sum(bool(set(sources(answerer, one.text)[:3]) & one.right) for one in asked) / len(asked)
    print(f"hit@1 {first:.3f}, hit@3 {third:.3f} of {len(asked)}")
    assert first >= 0.88 and third >= 0.96


def test_what_nothing_answers_is_declined_and_wrong_answers_are_rare(
    answerer: Answerer, questions: list[Question]
) -> None:
    told = {one: answerer.answer(one.text, day=DAY) for one in questions}
    nothing = [one for one in questions if not one.right]
    caught = sum(not told[one].answered for one in nothing) / len(nothing)
    asked = [one for one in questions if one.right]
    right = wrong = 0
    for one in asked:
        source = told[one].source
        right += source is not None and source.id in one.right
        wrong += source is not None and source.id not in one.right
    print(f"caught {caught:.3f}, told right {right / len(asked):.3f}, told wrong {wrong / len(asked):.3f}")
    assert caught >= 0.85
    assert right / len(asked) >= 0.65 and wrong / len(asked) <= 0.05


@pytest.mark.parametrize("question", EXPECTED)
def test_what_citizens_were_only_given_a_phone_number_for_gets_an_answer(
    answerer: Answerer, question: str
) -> None:
    found = answerer.answer(question, day=DAY)
    assert found.answered and found.source is not None and found.source.id == EXPECTED[question]
