"""Reads a sentence with the draft as it is this second, without a training.

The assistant's own components read it in the assistant's environment, over an index of the draft; speech
acts are those of the model that was trained last.
"""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.launch.places import Places
from intents.draft_rules import Draft
from intents.edits import read_draft, write_edits
from intents.embeddings import Embedder
from intents.judges import JudgeError, newest_model
from intents.sentences import INTENTS
from intents.suggesting import Reference

ROOT = INTENTS.parent
PATIENCE = 45.0


@dataclass(frozen=True)
class Tried:
    """What the assistant would make of a sentence, where it stands in the draft, and what is most like it."""

    reading: dict[str, Any]
    stands: tuple[str | None, str] | None
    nearest: dict[str, Any] | None = None

    def view(self) -> dict[str, Any]:
        """As it is answered."""
        stands = {"matter": self.stands[0], "act": self.stands[1]} if self.stands else None
        matters = [{"id": matter, "score": score} for matter, score in self.reading["matters"]]
        read = {name: self.reading[name] for name in ("act", "confidence", "decision", "ms")}
        return {"reading": {**read, "matters": matters}, "stands_under": stands, "nearest": self.nearest}


def try_sentence(house: House, text: str, *, embedder: Embedder | None = None) -> Tried:
    """Read a sentence with the draft; with an embedder also its nearest examples.

    Raises ``assistant-unavailable`` when there is no model yet or it does not answer in time.
    """
    draft = read_draft(house)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "edits.json"
        write_edits(house, file)
        reading = _judge(file, text)
    nearest = _nearest(draft, text, embedder) if embedder else None
    return Tried(reading, draft.label_of(text), nearest)


def _nearest(draft: Draft, text: str, embedder: Embedder) -> dict[str, Any]:
    [found] = Reference.of(draft.sentences, embedder).suggest(embedder.vectors([text]))
    return found


def _judge(edits: Path, text: str) -> dict[str, Any]:
    places = Places.find()
    try:
        model = newest_model(places)
        done = subprocess.run(
            [str(places.bot / "bin" / "python"), "-W", "ignore", "-m", "bot.judging", str(model)],
            input=json.dumps({"text": text}, ensure_ascii=False) + "\n",
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ
            | {
                "DATA_DIR": str(places.data),
                "MODELS_DIR": str(places.models),
                "PYTHONPATH": str(ROOT),
                "INTENT_EDITS": str(edits),
            },
            timeout=PATIENCE,
            check=False,
        )
    except (JudgeError, OSError, subprocess.TimeoutExpired) as error:
        logger().error("try.no-reader", error=type(error).__name__)
        raise Problem(
            "assistant-unavailable", "还没有训练好的模型，或模型没有按时读完，请稍后再试。"
        ) from error
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        logger().error("try.reader-failed", status=done.returncode)
        raise Problem("assistant-unavailable", "模型读不了这一句，请查看服务器上的日志。")
    found: dict[str, Any] = json.loads(lines[-1])
    return found
