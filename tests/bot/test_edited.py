"""Operators' edits lie on top of the shipped files, and the living index sees a change at its next look."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.components.sentences import read_sentences, signature
from bot.places import Places

MATTER = """matter: dog-licence
aliases: [狗证]
ambiguous: [证]
examples:
  - {text: 给狗办证, act: do_matter}
  - {text: 养狗证要多少钱, act: ask_matter}
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("catalogue", "matters", "acts"):
        (tmp_path / name).mkdir()
    (tmp_path / "catalogue" / "dog-licence.yml").write_text("id: dog-licence\nname: 养犬登记\n", "utf-8")
    (tmp_path / "matters" / "dog-licence.yml").write_text(MATTER, "utf-8")
    (tmp_path / "acts" / "greet.yml").write_text("act: greet\nexamples: [你好, 早]\n", "utf-8")
    return Places(
        catalogues=(tmp_path / "catalogue",),
        matters=(tmp_path / "matters",),
        acts=tmp_path / "acts",
        data=tmp_path,
        models=tmp_path,
        edits=tmp_path / "edits.json",
    )


def edit(places: Places, **edits: object) -> None:
    assert places.edits is not None
    places.edits.write_text(json.dumps(edits, ensure_ascii=False), "utf-8")


def test_examples_names_and_ambiguous_words_are_added_and_removed(places: Places) -> None:
    change = {
        "add": [{"text": "狗狗上户口", "act": "do_matter"}, {"text": "给狗 办证", "act": "do_matter"}],
        "remove": ["养狗证 要多少钱"],
        "names": {"add": ["犬证"], "remove": ["狗证"]},
        "ambiguous": {"add": ["登记"], "remove": ["证"]},
    }
    edit(places, matters={"dog-licence": change}, acts={"greet": {"add": ["侬好"], "remove": ["早"]}})
    found = read_sentences(places)
    dog = found.matters["dog-licence"]
    assert [one.text for one in dog.examples] == ["给狗办证", "狗狗上户口"], "nothing twice"
    assert (dog.names, dog.ambiguous) == (("养犬登记", "犬证"), ("登记",))
    assert found.acts["greet"].examples == ("你好", "侬好")


def test_edits_of_what_is_not_there_wait_for_it(places: Places) -> None:
    edit(places, matters={"cat-licence": {"add": [{"text": "给猫办证"}]}}, acts={"purr": {"add": ["喵"]}})
    assert set(read_sentences(places).matters) == {"dog-licence"}


@pytest.mark.parametrize("content", ["", "[1]", '{"matters": [], "acts": {"greet": 5}}', '{"matters": {"dog'])
def test_a_damaged_file_changes_nothing(places: Places, content: str) -> None:
    before = read_sentences(replace(places, edits=None))
    assert places.edits is not None
    places.edits.write_text(content, "utf-8")
    assert read_sentences(places) == before


def test_a_change_of_the_edits_is_a_change_of_the_sentences(places: Places) -> None:
    before = signature(places)
    edit(places, acts={"greet": {"add": ["侬好"]}})
    assert signature(places) != before
    assert signature(replace(places, edits=None)) == before


def test_the_environment_names_the_edits() -> None:
    assert Places.find({}).edits is None
    assert Places.find({"INTENT_EDITS": "/somewhere/edits.json"}).edits == Path("/somewhere/edits.json")
