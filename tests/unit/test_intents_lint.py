"""The sentences' lint: what it finds, and that the shipped sentences are clean."""

from pathlib import Path

import pytest

from intents.lint import find_bad_texts, find_conflicts, find_leaks, find_thin, find_wrong_labels, lint
from intents.sentences import Sentence, UnreadableError, read_speech_acts


def a_sentence(text: str, *, act: str = "greet", matter: str | None = None, line: int = 1) -> Sentence:
    return Sentence(text, act, matter, Path("some.yml"), line)


def test_the_shipped_sentences_are_clean() -> None:
    assert lint() == []


def test_one_sentence_under_two_labels_is_found_whatever_its_punctuation() -> None:
    [finding] = find_conflicts([a_sentence("你好！"), a_sentence("你好", act="thank", line=7)])
    assert finding.startswith("some.yml:7:")
    assert "greet" in finding
    assert "thank" in finding


def test_a_frozen_sentence_in_training_is_a_leak() -> None:
    assert list(find_leaks([a_sentence("Hello there")], [a_sentence("hello, there!")]))
    assert not list(find_leaks([a_sentence("hello")], [a_sentence("good morning")]))


@pytest.mark.parametrize(
    "text",
    ["我电话 199 0000 0001", "身份证310000199408130014", "卡号 6222 0000 0000 0000 004", "  ", "长" * 121],
)
def test_values_of_somebody_and_empty_or_endless_texts_are_found(text: str) -> None:
    assert list(find_bad_texts([a_sentence(text)]))


def test_ordinary_sentences_pass() -> None:
    assert not list(find_bad_texts([a_sentence("我电话是⟦phone⟧"), a_sentence("12345 打不通")]))


def test_unknown_labels_and_thin_ones_are_found() -> None:
    wrong = [a_sentence("x", act="gret"), a_sentence("y", matter="dog-licence")]
    assert len(list(find_wrong_labels(wrong, acts={"greet"}, matters=set()))) == 2
    assert list(find_thin([a_sentence("x")], by="act", wanted={"greet", "thank"}, folder=Path()))


def test_an_unreadable_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "greet.yml").write_text("act: greet\nexamples:\n  - {said: 你好}\n", "utf-8")
    with pytest.raises(UnreadableError, match=r"greet\.yml:3"):
        read_speech_acts(tmp_path)
