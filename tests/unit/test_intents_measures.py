"""The measures of understanding, on readings whose figures are known beforehand."""

import pytest

from intents.languages import is_english
from intents.measures import (
    Judged,
    abstention,
    accuracy,
    by_label,
    calibration_error,
    confusions,
    macro_f1,
    middle_ms,
    reliability,
)


def a_reading(right: str, *ranking: tuple[str, float], **more: bool) -> Judged:
    return Judged(f"{right}{ranking}", frozenset(right.split("|")) - {""}, ranking, **more)


FOUND = [
    a_reading("a", ("a", 0.9), ("b", 0.1)),
    a_reading("a", ("b", 0.6), ("a", 0.3)),
    a_reading("b|c", ("c", 0.8)),
    a_reading("b"),
    a_reading("", ("a", 0.2)),
]


def test_right_is_any_label_that_is_right_among_so_many() -> None:
    assert accuracy(FOUND) == pytest.approx(2 / 5)
    assert accuracy(FOUND, 2) == pytest.approx(3 / 5)
    assert accuracy([]) == 0.0


def test_each_label_has_its_precision_and_recall() -> None:
    found = {one.label: one for one in by_label(FOUND)}
    assert (found["a"].precision, found["a"].recall, found["a"].count) == (0.5, 0.5, 2)
    assert (found["b"].precision, found["b"].recall, found["b"].f1) == (0.0, 0.0, 0.0)
    assert (found["c"].precision, found["c"].recall, found["c"].f1, found["c"].count) == (1.0, 1.0, 1.0, 1)
    assert macro_f1(FOUND) == pytest.approx((0.5 + 0 + 1) / 3)


def test_a_refusal_is_no_reading_of_a_label() -> None:
    refused = [a_reading("a", ("b", 0.9), refused=True)]
    assert {one.label for one in by_label(refused)} == {"a"}
    assert [(cell.right, cell.read) for cell in confusions(refused)] == [("a", "")]
    assert confusions([a_reading("", ("b", 0.9), refused=True)]) == []


def test_confusions_hold_their_sentences_the_most_first() -> None:
    found = confusions([*FOUND, a_reading("a", ("b", 0.7))])
    assert (found[0].right, found[0].read, len(found[0].texts)) == ("a", "b", 2)
    assert {(cell.right, cell.read) for cell in found[1:]} == {("b", ""), ("", "a")}


def test_calibration_is_the_gap_between_sure_and_right() -> None:
    always = [a_reading("a", ("a", 1.0))] * 4
    assert calibration_error(always) == 0.0
    boasting = [a_reading("a", ("b", 0.95))] * 2 + [a_reading("a", ("a", 0.95))] * 2
    assert calibration_error(boasting) == pytest.approx(0.45)
    silent = [a_reading("a")] * 3
    assert calibration_error(silent) == 0.0, "who says nothing boasts of nothing"
    assert [(one.confidence, one.right, one.count) for one in reliability(boasting)] == [
        (pytest.approx(0.95), 0.5, 4)
    ]
    assert calibration_error([]) == 0.0


def test_who_declines_more_answers_less_and_better() -> None:
    rows = {one.confidence: one for one in abstention(FOUND)}
    assert rows[0.0].answered == pytest.approx(0.8)
    assert (rows[0.7].answered, rows[0.7].right_of_answered) == (0.4, 1.0)
    assert rows[0.95].answered == 0.0


def test_the_middle_time() -> None:
    assert middle_ms([Judged("", frozenset(), ms=one) for one in (1, 9, 2)]) == 2
    assert middle_ms([]) == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("renew my id card", True),
        ("my boss won't pay", True),
        ("juzhuzheng zenme ban", False),
        ("shenfenzheng diu le", False),
        ("换 passport", False),
        ("12345", False),
        ("lüyou", False),
    ],
)
def test_english_is_told_from_chinese_spelled_out(text: str, expected: bool) -> None:
    assert is_english(text) is expected
