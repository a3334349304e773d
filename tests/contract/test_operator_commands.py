"""The same over the command line: what it prints for people, what for programs, and its exit status."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from intents import __main__ as tools
from intents import commands_data, commands_inbox, trying
from tests.contract.desk import OFFICE, Desk
from tests.contract.test_operator_inbox import say

FIRST, SECOND = f"one.{OFFICE}", f"two.{OFFICE}"
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command on the desk's house; its status, and what it printed as JSON."""
    for name in ("one", "two"):
        if name not in desk.tokens:
            desk.hire(name, OFFICE, ["operate"])
    for collection in ("turns", "inbox_entries", "inbox_counted", "inbox_groups", "inbox_positions"):
        desk.house.db[collection].delete_many({})
    desk.house.db["intent_changes"].delete_many({})
    for module in (commands_data, commands_inbox):
        monkeypatch.setattr(module, "running_house", lambda: desk.house)
    monkeypatch.setattr(commands_inbox, "open_embedder", lambda folder: None)
    monkeypatch.setattr(commands_inbox.inbox_grouping, "group_waiting", lambda house, embedder: 0)

    def call(*words: str) -> tuple[int, Any]:
        monkeypatch.setattr(sys, "argv", ["intents", *words, "--json"])
        capsys.readouterr()
        status = tools.main()
        printed = capsys.readouterr()
        lines = [line for line in printed.out.splitlines() if not line.startswith('{"')]
        return status, json.loads("\n".join(lines)) if lines else printed.err

    yield call


def test_from_a_declined_sentence_to_the_draft(desk: Desk, run: Run) -> None:
    say(desk, "给我那个出国的小红本")
    desk.clock.advance(seconds=10)
    assert run("inbox", "collect")[1]["counted"] == 1
    [entry] = run("inbox", "list", "--queue", "unrecognised")[1]["items"]
    signed = ["--why", "居民这么说"]
    label = ["inbox", "label", entry["id"], "--matter", "passport", *signed]
    assert run(*label, "--as", FIRST)[1]["items"][0]["state"] == "labelled"
    assert run("inbox", "confirm", entry["id"], *signed, "--as", FIRST)[0] == 1
    assert (
        run("inbox", "confirm", entry["id"], *signed, "--as", SECOND)[1]["items"][0]["state"] == "confirmed"
    )
    [change] = run("history", "--matter", "passport")[1]["items"]
    assert (change["text"], change["by"]) == ("给我那个出国的小红本", SECOND)
    assert run("undo", change["id"], *signed, "--as", FIRST)[0] == 0
    assert run("inbox", "queues")[1]["states"]["confirmed"] == 1


def test_a_stranger_may_not_sign(run: Run) -> None:
    status, said = run(
        "add", "小红本", "--kind", "name", "--matter", "passport", "--as", "nobody", "--why", "俗称"
    )
    assert status == 1
    assert "nobody" in said


def test_files_go_in_and_out(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(
        "text,act,matter\n出国的小红本,do_matter,passport\n我要办护照,do_matter,passport\n", "utf-8"
    )
    signed = ["--as", FIRST, "--why", "热线记录"]
    status, told = run("import", str(file), "--dry-run", *signed)
    assert (status, told["good"], told["done"]) == (0, 1, False)
    assert run("import", str(file), *signed)[0] == 1, "one row is refused"
    assert run("import", str(file), "--partial", *signed)[1]["taken"] == 1
    out = tmp_path / "out.xlsx"
    assert run("export", str(out), "--matter", "passport")[1]["sentences"] > 20
    assert out.read_bytes()[:2] == b"PK"
    assert run("export", str(tmp_path / "out.pdf"))[0] == 1


def test_a_new_sentence_counts_at_once_when_tried(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def judge(file: Path, text: str) -> dict[str, Any]:
        seen.append(file.read_text("utf-8"))
        read = {"act": "do_matter", "confidence": 0.9, "decision": "sure", "ms": 20.0}
        return {**read, "matters": [["passport", 0.99]]}

    monkeypatch.setattr(trying, "_judge", judge)
    monkeypatch.setattr(trying, "_nearest", lambda draft, text, embedder: {"matters": [], "acts": []})
    monkeypatch.setattr(commands_data, "open_embedder", lambda folder: object())
    run("add", "出国的小红本", "--matter", "passport", "--as", FIRST, "--why", "俗称")
    tried = run("try", "出国的小红本")[1]
    assert tried["stands_under"] == {"matter": "passport", "act": "do_matter"}
    assert "出国的小红本" in seen[0]
