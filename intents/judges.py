"""Readers of sentences to be compared: our own models, and Rasa as its handbook sets it up.

Each reads in the assistant's environment, a process of its own, so that what measures needs none of it.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from backend.launch.places import Places
from intents.children import ChildError, Hear, run_child
from intents.sentences import INTENTS, Sentence

ROOT = INTENTS.parent
PATIENCE = 3600.0
PLAIN = "plain_rasa.py"
READING = "bot.judging"


class JudgeError(Exception):
    """A reader that did not do its work; the message says what it said last."""


def train() -> Path:
    """Our model of the sentences as they are, trained unless it is there. Raises JudgeError."""
    places = Places.find()
    _run(["bot.training"], places, "")
    return newest_model(places)


def newest_model(places: Places) -> Path:
    """The model trained last. Raises JudgeError when there is none."""
    models = sorted(places.models.glob("suiban-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not models:
        raise JudgeError(f"there is no model in {places.models}")
    return models[-1]


def train_version(model: Path, *, edits: Path | None, hear: Hear | None = None) -> None:
    """Train one version's model anew; ``hear`` gets its ``progress`` lines. Raises JudgeError."""
    _run(["bot.training", "--force", "--model", str(model)], Places.find(), "", edits=edits, hear=hear)


def read_with(
    model: Path,
    texts: Iterable[str],
    *,
    edits: Path | None = None,
    warm: Path | None = None,
    hear: Hear | None = None,
) -> list[dict[str, Any]]:
    """What a model of ours makes of each text, as ``bot.judging`` tells it. Raises JudgeError.

    With ``warm``, a file of embeddings, many texts cost little more than their first reading ever did.
    """
    command = [READING, str(model), *(["--warm", str(warm)] if warm else [])]
    return _lines(_run(command, Places.find(), _as_lines(texts), edits=edits, hear=hear))


def read_plainly(labelled: Mapping[str, str], texts: Iterable[str]) -> list[dict[str, Any]]:
    """What plain Rasa makes of each text when trained on ``labelled`` (text → label). Raises JudgeError.

    Trained once for the same sentences.
    """
    places = Places.find()
    rows = [
        json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in labelled.items()
    ]
    how = (INTENTS / PLAIN).read_bytes()
    name = hashlib.sha256("\n".join(rows).encode() + how).hexdigest()[:12]
    folder = places.models / "plain"
    folder.mkdir(parents=True, exist_ok=True)
    examples = folder / f"{name}.jsonl"
    examples.write_text("\n".join(rows) + "\n", "utf-8")
    command = ["intents.plain_rasa", str(folder / f"{name}.tar.gz"), str(examples)]
    return _lines(_run(command, places, _as_lines(texts)))


def intents_to_learn(acts: Sequence[Sentence], matters: Sequence[Sentence]) -> dict[str, str]:
    """Each training sentence with its matter, else its speech act: what a plain Rasa project learns."""
    return {one.text: one.matter or one.act for one in [*acts, *matters]}


def _as_lines(texts: Iterable[str]) -> str:
    return "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)


def _lines(said: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said if line.startswith("{")]


def _run(
    module: list[str], places: Places, given: str, *, edits: Path | None = None, hear: Hear | None = None
) -> list[str]:
    python = places.bot / "bin" / "python"
    if not python.exists():
        raise JudgeError(f"the assistant's environment is not there: {python}; make environments")
    environment = os.environ | {
        "DATA_DIR": str(places.data),
        "MODELS_DIR": str(places.models),
        "PYTHONPATH": str(ROOT),
        "INTENT_EDITS": str(edits or ""),
        "PYTHONHASHSEED": "0",
    }
    if module[0] == READING:
        # As in service: threads of the algebra that wait in a loop would take a core from the embedding.
        environment["OPENBLAS_NUM_THREADS"] = "1"
    try:
        return run_child(
            [str(python), "-W", "ignore", "-m", *module],
            folder=ROOT,
            environment=environment,
            given=given,
            patience=PATIENCE,
            hear=hear,
        )
    except ChildError as error:
        raise JudgeError(f"{module[0]} failed:\n{error}") from error
