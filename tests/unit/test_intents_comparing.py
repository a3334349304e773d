"""Two versions sentence by sentence, and the picture of what is taken for what."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from intents.comparing import compare
from intents.measures import Judged
from intents.picture import draw_confusions, write_picture
from intents.sentences import Sentence

FILE = Path("set.yml")
SENTENCES = [
    Sentence("换驾照", "do_matter", "driving", FILE, 1),
    Sentence("办护照", "do_matter", "passport", FILE, 2, also=frozenset({"permit"})),
    Sentence("谢谢", "thank", None, FILE, 3),
    Sentence("讲个笑话", "out_of_scope", None, FILE, 4),
]


def read(act: str, *matters: str, decision: str = "sure") -> dict[str, Any]:
    ranked = [[matter, 0.9 / (at + 1)] for at, matter in enumerate(matters)]
    return {"act": act, "confidence": 0.9, "decision": decision, "matters": ranked, "ms": 1.0}


RIGHT = [
    read("do_matter", "driving"),
    read("do_matter", "passport"),
    read("thank"),
    read("out_of_scope", decision="none"),
]


def test_the_same_readings_differ_in_nothing() -> None:
    assert compare(SENTENCES, RIGHT, RIGHT).counts() == {
        "both_right": 4,
        "fixed": 0,
        "broken": 0,
        "both_wrong": 0,
    }


def test_what_is_fixed_and_what_is_broken_is_told_with_both_readings() -> None:
    before = [read("do_matter", "passport"), *RIGHT[1:]]
    after = [RIGHT[0], RIGHT[1], read("chitchat"), RIGHT[3]]
    found = compare(SENTENCES, before, after)
    assert [(one.text, one.before, one.after) for one in found.fixed] == [("换驾照", "passport", "driving")]
    assert [(one.text, one.right, one.after) for one in found.broken] == [("谢谢", ("thank",), "chitchat")]
    assert found.counts()["both_right"] == 2


def test_another_right_answer_is_right() -> None:
    after = [RIGHT[0], read("do_matter", "permit"), *RIGHT[2:]]
    assert compare(SENTENCES, RIGHT, after).counts()["both_right"] == 4


def test_a_matter_that_is_declined_is_not_right_though_it_stands_first() -> None:
    after = [read("do_matter", "driving", decision="none"), *RIGHT[1:]]
    [broken] = compare(SENTENCES, RIGHT, after).broken
    assert broken.after == "declined"


def test_what_nothing_serves_is_right_when_it_is_declined() -> None:
    taken = [*RIGHT[:3], read("do_matter", "driving")]
    assert [one.text for one in compare(SENTENCES, RIGHT, taken).broken] == ["讲个笑话"]
    assert [one.text for one in compare(SENTENCES, taken, taken).both_wrong] == ["讲个笑话"]


def judged(right: str, read_as: str) -> Judged:
    return Judged("…", frozenset({right}), [(read_as, 0.9)])


def test_the_picture_counts_each_cell_and_leaves_out_what_is_never_mistaken(tmp_path: Path) -> None:
    found = [judged("a", "b"), judged("a", "b"), judged("a", "a"), judged("b", "b"), judged("good", "good")]
    svg = write_picture(tmp_path / "build" / "acts.svg", found, "acts <1>").read_text("utf-8")
    titles = {node.text for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("title")}
    assert titles == {"a → a: 1", "a → b: 2", "b → b: 1"}
    assert "good" not in svg


def test_the_picture_of_no_mistake_is_a_picture() -> None:
    assert ElementTree.fromstring(draw_confusions([judged("a", "a")], "nothing"))


def test_with_many_labels_the_most_mistaken_are_shown() -> None:
    found = [judged(f"m{at}", f"m{at + 1}") for at in range(100)] + [judged("m7", "m9")] * 5
    svg = draw_confusions(found, "many", most=5)
    assert "m7 → m9: 5" in svg
    assert "m90" not in svg
