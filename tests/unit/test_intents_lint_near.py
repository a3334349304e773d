"""The lint by meaning, and over the operators' draft."""

from pathlib import Path
from typing import Any

import pytest

from intents.lint import FEWEST, check, find_imbalance, find_thin
from intents.lint_draft import with_edits
from intents.lint_near import Thresholds, find_near
from intents.sentences import Sentence, read_matters


def a_sentence(text: str, *, matter: str | None = None, act: str = "do_matter", line: int = 1) -> Sentence:
    return Sentence(text, act, matter, Path("some.yml"), line)


@pytest.fixture(scope="module")
def embedder() -> Any:
    from intents.embeddings import Embedder, load_engine

    return Embedder(load_engine())


MATTERS = ("passport", "residence-permit", "driving-licence-renewal", "elderly-allowance", "deed-tax")
TRAINING = [one for one in read_matters() if one.matter in MATTERS]


def rules(found: Any) -> set[tuple[str, str]]:
    return {(one.rule, one.sentence.text) for one in found}


def test_the_same_said_twice_under_two_intents_is_a_conflict(embedder: Any) -> None:
    wrong = a_sentence("护照丢了 补一本吧", matter="deed-tax", line=9)
    found = rules(find_near([*TRAINING, wrong], [], embedder, Thresholds(conflict=0.9)))
    assert ("conflict", "护照丢了 补一本") in found
    assert ("astray", wrong.text) in found, "it is nearer to another intent's than to its own"
    assert ("conflict", "护照丢了 补一本") not in rules(find_near(TRAINING, [], embedder, Thresholds()))


def test_a_near_leak_names_the_frozen_sentence_by_its_place_only(embedder: Any) -> None:
    frozen = Sentence("护照丢了 补一本吧", "do_matter", "passport", Path("frozen.yml"), 7)
    [leak] = [
        one for one in find_near(TRAINING, [frozen], embedder, Thresholds(leak=0.93)) if one.rule == "leak"
    ]
    assert leak.other == "frozen.yml:7"
    assert frozen.text not in str(leak)


def test_thin_and_overgrown_intents_deserve_a_look() -> None:
    few = [a_sentence(str(number), matter="passport") for number in range(FEWEST - 1)]
    wanted: dict[str, Any] = {"by": "matter", "wanted": {"passport"}, "folder": Path("matters")}
    [thin] = find_thin(few, **wanted)
    assert f"{FEWEST - 1} examples of passport" in thin
    assert not list(find_thin([*few, a_sentence("x", matter="passport")], **wanted))
    many = [a_sentence(str(number), matter="visa") for number in range(40)]
    others = [a_sentence(str(number), matter=name) for name in "abc" for number in range(5)]
    assert [line.split(":")[0] for line in find_imbalance([*many, *others])] == ["visa"]


def test_the_draft_is_checked_with_what_was_added_and_removed() -> None:
    edits = {
        "matters": {"passport": {"add": [{"text": "出国本", "act": "do_matter"}], "remove": ["换 护照"]}},
        "acts": {"greet": {"add": ["侬好"]}},
    }
    shipped = [a_sentence("我要办护照", matter="passport"), a_sentence("换护照", matter="passport")]
    found = with_edits(shipped, edits)
    assert [one.text for one in found if one.matter == "passport"] == ["我要办护照", "出国本"]
    assert [(one.act, one.where) for one in found if one.text == "侬好"] == [("greet", "draft:2")]


def test_a_conflict_in_the_draft_is_an_error() -> None:
    edits = {"acts": {"greet": {"add": ["谢谢"]}}, "matters": {}}
    assert any("'谢谢'" in error for error in check(edits).errors)
