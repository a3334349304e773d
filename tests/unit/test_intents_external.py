"""Somebody else's labelled sentences: what is refused, and what a reading counts for."""

import json
from pathlib import Path
from typing import Any

import pytest

from intents import external, judges
from intents.external import ExternalError, read_map, read_rows

MATTERS = {"passport", "id-card-renewal"}


def a_file(folder: Path, name: str, *lines: str) -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_a_map_names_matters_and_what_is_none(tmp_path: Path) -> None:
    file = a_file(
        tmp_path, "m.csv", "label,target", "护照,passport", "证件,passport|id-card-renewal", "闲聊,chitchat"
    )
    assert read_map(file, MATTERS) == {
        "护照": {"passport"},
        "证件": {"passport", "id-card-renewal"},
        "闲聊": {"chitchat"},
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["name,target", "a,passport"], "m.csv:1: the columns"),
        (["label,target", "a,passport", "b,pasport"], "m.csv:3: pasport is no matter"),
        (["label,target", "a,"], "m.csv:2: nothing is no matter"),
    ],
)
def test_a_wrong_map_is_refused_with_its_line(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(ExternalError, match=said):
        read_map(a_file(tmp_path, "m.csv", *lines), MATTERS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "f.jsonl:2: not a row"),
        ('{"text": "x"}', "f.jsonl:2: not a row"),
        ("[]", "f.jsonl:2: not a row"),
        ('{"text": "x", "label": "b"}', "f.jsonl:2: the map has no b"),
        ('{"text": "x", "label": "a", "alt": ["c"]}', "f.jsonl:2: the map has no c"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    file = a_file(tmp_path, "f.jsonl", '{"text": "好", "label": "a"}', line)
    with pytest.raises(ExternalError, match=said):
        read_rows(file, {"a": frozenset({"passport"})})


def test_every_kind_of_reading_counts_for_what_the_assistant_would_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        ("换护照", "p", {"act": "do_matter", "decision": "sure", "matters": [["passport", 0.9]]}),
        (
            "证",
            "p",
            {"act": "do_matter", "decision": "ask", "matters": [["id-card-renewal", 0.5], ["passport", 0.4]]},
        ),
        ("遛狗证", "o", {"act": "do_matter", "decision": "none", "matters": [["passport", 0.1]]}),
        ("股票", "o", {"act": "out_of_scope", "decision": "sure", "matters": [["passport", 0.9]]}),
        ("你好呀", "c", {"act": "greet", "decision": "none", "matters": []}),
        ("写首诗", "o", {"act": "do_matter", "decision": "sure", "matters": [["passport", 0.8]]}),
    ]
    file = a_file(
        tmp_path, "f.jsonl", *(json.dumps({"text": text, "label": label}) for text, label, _ in rows)
    )
    targets = {"p": frozenset({"passport"}), "o": frozenset({"out-of-scope"}), "c": frozenset({"chitchat"})}
    read: list[dict[str, Any]] = [raw | {"confidence": 0.9, "ms": 1.0} for _, _, raw in rows]
    monkeypatch.setattr(judges, "read_with", lambda model, texts: read)
    found = external.evaluate(tmp_path / "model", read_rows(file, targets))
    assert (found["count"], found["accuracy"], found["top3"]) == (6, round(4 / 6, 4), 1.0)
    assert [one["text"] for one in found["errors"]] == ["证", "写首诗"]
    assert {one["label"]: one["recall"] for one in found["by_label"]} == {
        "passport": 0.5, "out-of-scope": pytest.approx(0.6667), "chitchat": 1.0, "id-card-renewal": 0.0,
    }  # fmt: skip
