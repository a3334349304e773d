"""Measuring one version: all frozen sets and the safety sentences, read by one process.

A report holds figures only; readings sentence by sentence go to a file beside the model, where ``compare``
finds them. The second set stays out of this: a set that decides what is published is soon written for.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from backend.core.house import House
from backend.core.mongo import Document
from intents import judges, versions
from intents.evaluating import Readings, details, figures, sort_readings
from intents.safety import FILE, read_safety, wrong
from intents.sentences import TEST_SETS, Sentence, read_test_sets

FROZEN = {"test": TEST_SETS}
KEPT_MATTERS = 3
EMBEDDINGS = "frozen.npz"
Told = Callable[[float], None]


@cache
def frozen_digest() -> str:
    """Changes when any frozen sentence does: reports of different digests cannot be compared."""
    digest = hashlib.sha256()
    for file in [*(one for folder in FROZEN.values() for one in sorted(folder.glob("*.yml"))), FILE]:
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def is_measured(version: Mapping[str, Any]) -> bool:
    """Whether there is a report of the files as they are, on the frozen sets as they are."""
    report = version.get("report") or {}
    return bool(report) and report["frozen"] == frozen_digest() and report["model"] == version["model"]


def measure(house: House, version: Document, tell: Told = lambda _: None) -> Document:
    """Read everything with a version, keep its readings and its report. Raises ``judges.JudgeError``."""
    models = house.settings.models_dir
    sets = {which: read_test_sets(folder) for which, folder in FROZEN.items()}
    musts = read_safety()
    texts = [one.text for sentences in sets.values() for one in sentences] + [must.text for must in musts]
    heard = 0

    def hear(line: str) -> None:
        nonlocal heard
        heard += line.startswith("{")
        if heard % 50 == 0:
            tell(heard / len(texts))

    edits = models / version["edits"] if version["edits"] else None
    warm = models / EMBEDDINGS
    read = judges.read_with(models / version["model"], texts, edits=edits, warm=warm, hear=hear)
    of_sets, at = {}, 0
    for which, sentences in sets.items():
        of_sets[which] = (sentences, read[at : at + len(sentences)])
        at += len(sentences)
    _keep(versions.folder_of(house, version["_id"]) / versions.READINGS, of_sets)
    report = {
        "at": house.clock.now(),
        "frozen": frozen_digest(),
        "model": version["model"],
        "sets": {which: _measured(*pair) for which, pair in of_sets.items()},
        "safety": {"count": len(musts), "wrong": wrong(musts, read[at:])},
    }
    versions.set_report(house, version["_id"], report)
    return report


def readings_of(house: House, version: str, which: str) -> list[dict[str, Any]] | None:
    """What a version made of each sentence of a set when it was measured; None where it never was."""
    file = versions.folder_of(house, version) / versions.READINGS
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    found: list[dict[str, Any]] | None = (
        kept["sets"].get(which) if kept["frozen"] == frozen_digest() else None
    )
    return found


def _measured(sentences: Sequence[Sentence], read: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: Readings = sort_readings(sentences, read)
    behind = details(found)
    return {
        "count": len(sentences),
        "figures": figures(found),
        "ms": behind["ms"],
        "asked_back": behind["asked_back"],
        "by_label": {part: behind[part]["by_label"] for part in ("acts", "matters")},
    }


def _keep(file: Path, of_sets: Mapping[str, tuple[Sequence[Sentence], Sequence[Mapping[str, Any]]]]) -> None:
    rows = {
        which: [
            {name: raw[name] for name in ("act", "confidence", "decision", "ms")}
            | {"matters": raw["matters"][:KEPT_MATTERS]}
            for raw in read
        ]
        for which, (_, read) in of_sets.items()
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"frozen": frozen_digest(), "sets": rows}), "utf-8")
    draft.replace(file)
