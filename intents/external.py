"""Somebody else's labelled sentences, read by a model of ours.

Rows of a JSONL file are ``{"text", "label", "alt": [label, …]}``; a CSV file maps each ``label`` to its
``target``: a matter's id (several, equally right, joined by ``|``), ``out-of-scope`` or ``chitchat``.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from intents import judges
from intents.evaluating import declined
from intents.measures import Judged, accuracy, by_label, confusions, macro_f1

OUTSIDE, CHITCHAT = "out-of-scope", "chitchat"
SOCIAL = frozenset({"chitchat", "greet", "goodbye", "thank", "insult", "ask_capability"})


class ExternalError(Exception):
    """A file that cannot be used; the message names file and line."""


def read_map(file: Path, matters: set[str]) -> dict[str, frozenset[str]]:
    """The targets of each label. Raises ExternalError for a target that is no matter."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or not {"label", "target"} <= rows[0].keys():
        raise ExternalError(f"{file}:1: the columns `label` and `target` are needed")
    found = {}
    for number, row in enumerate(rows, 2):
        targets = frozenset(one.strip() for one in (row["target"] or "").split("|") if one.strip())
        unknown = targets - matters - {OUTSIDE, CHITCHAT}
        if not targets or unknown:
            wrong = ", ".join(sorted(unknown)) or "nothing"
            raise ExternalError(f"{file}:{number}: {wrong} is no matter, {OUTSIDE} or {CHITCHAT}")
        found[row["label"].strip()] = targets
    return found


def read_rows(file: Path, targets: Mapping[str, frozenset[str]]) -> list[tuple[str, frozenset[str]]]:
    """Each text with the targets that are right for it. Raises ExternalError."""
    found = []
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, labels = str(row["text"]), [str(row["label"]), *map(str, row.get("alt") or [])]
        except (ValueError, KeyError, TypeError) as error:
            raise ExternalError(f'{file}:{number}: not a row {{"text", "label", "alt"}}: {error}') from error
        missing = sorted(set(labels) - targets.keys())
        if missing:
            raise ExternalError(f"{file}:{number}: the map has no {', '.join(missing)}")
        found.append((text, frozenset[str]().union(*(targets[label] for label in labels))))
    return found


def evaluate(model: Path, rows: Sequence[tuple[str, frozenset[str]]]) -> dict[str, Any]:
    """Accuracy, top-3, macro F1 and every mistake. Raises ``judges.JudgeError``."""
    read = judges.read_with(model, [text for text, _ in rows])
    judged = [
        Judged(text, right, _ranking(raw), ms=raw["ms"])
        for (text, right), raw in zip(rows, read, strict=True)
    ]
    return {
        "count": len(judged),
        "accuracy": round(accuracy(judged), 4),
        "top3": round(accuracy(judged, 3), 4),
        "macro_f1": round(macro_f1(judged), 4),
        "by_label": [vars(one) for one in by_label(judged)],
        "errors": [
            {"text": one.text, "right": sorted(one.right), "read": [list(pair) for pair in one.ranking[:3]]}
            for one in judged
            if not one.hit()
        ],
        "confusions": [vars(one) for one in confusions(judged)],
    }


def _ranking(raw: Mapping[str, Any]) -> list[tuple[str, float]]:
    """One ranking over matters, out of scope and chit-chat, led by what the assistant would go by."""
    matters = [(matter, chance) for matter, chance in raw["matters"]]
    if raw["act"] in SOCIAL:
        return [(CHITCHAT, raw["confidence"]), *matters]
    if declined(raw):
        return [(OUTSIDE, raw["confidence"]), *matters]
    return [*matters, (OUTSIDE, 0.0)]
