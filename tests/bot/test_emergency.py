"""Danger gets its number at once; what was danger once, or only sounds like it, gets an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from trained import trained_reader

from bot.components.emergency import Danger, known_danger
from bot.components.sentences import read_sentences
from bot.places import Places
from bot.reading import Reader

TABLE: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("dangers.yml").read_text("utf-8"))
CALM = TABLE["calm"]
CRIES = [(said, number) for number, sentences in TABLE.items() if number != "calm" for said in sentences]


@pytest.fixture(scope="module")
def danger() -> Danger:
    numbers = read_sentences(Places.find()).acts["emergency"].numbers
    return Danger.of(numbers, known_danger())


@pytest.fixture(scope="module")
def reader() -> Reader:
    return trained_reader()


def test_the_table_is_worth_its_name() -> None:
    assert len(CRIES) + len(CALM) >= 120 and len(CALM) >= 50
    known = {text.replace(" ", "") for text in read_sentences(Places.find()).texts()}
    assert [said for said, _ in CRIES if said.replace(" ", "") in known] == [
        "我想自杀"  # the plainest words there are
    ]


@pytest.mark.parametrize(("said", "number"), CRIES)
def test_danger_calls_for_its_number(danger: Danger, said: str, number: str) -> None:
    assert danger.number_for(said) == number


@pytest.mark.parametrize("said", CALM)
def test_what_only_sounds_like_danger_calls_for_none(danger: Danger, said: str) -> None:
    assert danger.number_for(said) is None


@pytest.mark.parametrize("said", CALM)
def test_the_whole_assistant_keeps_calm_too(reader: Reader, said: str) -> None:
    assert reader.read(said).act != "emergency"


@pytest.mark.parametrize(("said", "number"), CRIES)
def test_the_whole_assistant_answers_danger(reader: Reader, said: str, number: str) -> None:
    turn = reader.read(said)
    assert (turn.act, turn.value("emergency_number")) == ("emergency", number)
