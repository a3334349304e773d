"""Reads many sentences with one model: ``python -m bot.judging MODEL < sentences > readings``.

One JSON object a line. In: ``{"text", "metadata"?}``. Out, in the same order: ``{"act", "confidence",
"decision", "matters": [[id, chance], …], "number", "ms"}``; ``matters`` is all that the linker thought
worth telling, whether or not the act is about one; ``number`` the one to call, where there is danger.

With ``--warm FILE`` all sentences are embedded first, and their embeddings kept in that file for the next
model: ``ms`` is then a reading without its embedding.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

NLU = ("parts", "tokenizer", "encoder", "speech_act", "matter_linker", "turn_reader")


class Judge:
    """The components of one trained model that read, in their order."""

    def __init__(self, model: Path) -> None:
        from bot.reading import Reader  # noqa: PLC0415  (slow to load)

        nodes = Reader(model).nodes()
        self._components = [
            component for part in NLU for name, component in nodes.items() if f"components.{part}." in name
        ]
        if len(self._components) != len(NLU):
            raise RuntimeError(f"the model reads with {sorted(nodes)}, not with {', '.join(NLU)}")

    def judge(self, text: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What is made of one message."""
        from rasa.shared.nlu.training_data.message import Message  # noqa: PLC0415

        message = Message({"text": text, "metadata": dict(metadata or {})})
        began = time.perf_counter()
        messages = [message]
        for component in self._components:
            messages = component.process(messages)
        spent = (time.perf_counter() - began) * 1000
        intent, found = message.get("intent") or {}, message.get("entities") or []
        return {
            "act": intent.get("name"),
            "confidence": intent.get("confidence", 0.0),
            "decision": message.get("matter_decision"),
            "matters": [[one["id"], one["score"]] for one in message.get("matters") or []],
            "number": next((one["value"] for one in found if one["entity"] == "emergency_number"), None),
            "ms": round(spent, 2),
        }


def warm(texts: Sequence[str], file: Path) -> None:
    """Embed these sentences, but for those that were embedded for another model before."""
    from bot.components.embeddings import shared_embedder  # noqa: PLC0415  (slow to load)

    embedder = shared_embedder()
    embedder.load(file)
    embedder.vectors(texts)
    embedder.save(file, texts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read standard input to its end."""
    parser = argparse.ArgumentParser(prog="python -m bot.judging", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--warm", type=Path, help="where the sentences' embeddings are kept")
    given = parser.parse_args(arguments)
    model = given.model.absolute()
    os.environ["LOG_LEVEL"] = "ERROR"
    from bot.absent import NEVER_USED, leave_out, seal  # noqa: PLC0415

    leave_out(NEVER_USED)
    from bot.serve import quiet_logs  # noqa: PLC0415

    quiet_logs()
    judge = Judge(model)
    seal()
    lines: Iterable[str] = sys.stdin
    if given.warm is not None:
        lines = list(sys.stdin)
        warm([json.loads(line)["text"] for line in lines], given.warm)
    for line in lines:
        asked = json.loads(line)
        print(json.dumps(judge.judge(asked["text"], asked.get("metadata")), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
