"""The sentences' lint: what it finds, and that the shipped sentences are clean."""

from pathlib import Path

import pytest

from intents.lint import (
    find_bad_texts,
    find_conflicts,
    find_leaks,
    find_searched_searches,
    find_thin,
    find_wrong_labels,
    find_wrong_searches,
    lint,
)
from intents.searches import FROZEN, SearchCase, read_searches
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


def test_a_frozen_search_in_the_words_that_are_searched_is_found() -> None:
    search = SearchCase("居住 证！", frozenset({"residence-permit"}), Path("searches.yml"), 4)
    [finding] = find_searched_searches([search], {"居住证": "residence-permit.yml:2"})
    assert finding.startswith("searches.yml:4:")
    assert "residence-permit.yml:2" in finding
    assert not list(find_searched_searches([search], {"护照": "passport.yml:2"}))


def test_a_search_for_no_matter_and_a_matter_too_seldom_searched_are_found() -> None:
    case = SearchCase("护照", frozenset({"pasport"}), Path("searches.yml"), 1)
    wrong = list(find_wrong_searches({FROZEN: [case]}, matters={"passport"}))
    assert "there is no matter 'pasport'" in wrong[0]
    assert "0 searches for passport" in wrong[1]


def test_an_unreadable_search_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "searches.yml"
    file.write_text("- {q: 护照, matter: passport}\n- {q: 护照}\n", "utf-8")
    with pytest.raises(UnreadableError, match=r"searches\.yml:2"):
        read_searches(file)
