"""The yardstick of understanding: Rasa as its handbook sets it up, on the same sentences.

Runs in the assistant's environment: ``python -m intents.plain_rasa MODEL EXAMPLES < sentences > readings``.
``EXAMPLES`` holds one ``{"text", "label"}`` a line; MODEL is trained when it is not there yet. In: one
``{"text"}`` a line. Out, in the same order: ``{"ranking": [[label, confidence], …], "ms"}``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

SEED = 20260101
# The default pipeline of `rasa init` with the tokenizer for Chinese; without what finds entities. For a
# sentence's intent alone the handbook (migration to 1.8) sets DIET up without transformer layers; with them
# it takes 5 ms a sentence and epoch on two cores, more than an hour for ten thousand sentences, without
# them a fifth of that.
EPOCHS = 40
CONFIG = f"""
recipe: default.v1
assistant_id: plain
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {EPOCHS}
    number_of_transformer_layers: 0
    hidden_layers_sizes:
      text: [256, 128]
    entity_recognition: false
    constrain_similarities: true
    random_seed: {SEED}
"""
SETTINGS = f"Jieba, words and character n-grams, DIET without transformer, {EPOCHS} epochs, seed {SEED}"


def train(model: Path, examples: Path) -> None:
    """Train one model on labelled sentences."""
    import yaml  # noqa: PLC0415  (after the settings)
    from rasa.model_training import train_nlu  # noqa: PLC0415  (after the settings)

    spoken: dict[str, dict[str, None]] = {}
    for line in examples.read_text("utf-8").splitlines():
        one = json.loads(line)
        spoken.setdefault(one["label"], {})[one["text"]] = None
    nlu = [
        {"intent": label, "examples": [{"text": text} for text in texts]}
        for label, texts in sorted(spoken.items())
    ]
    with tempfile.TemporaryDirectory() as folder:
        config, data = Path(folder) / "config.yml", Path(folder) / "nlu.yml"
        config.write_text(CONFIG, "utf-8")
        data.write_text(
            yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=1000), "utf-8"
        )
        train_nlu(
            str(config), str(data), str(model.parent), fixed_model_name=model.name.removesuffix(".tar.gz")
        )


def judge(model: Path) -> None:
    """Read standard input to its end with a trained model."""
    from rasa.core.agent import Agent  # noqa: PLC0415  (after the settings)
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415  (after the settings)
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415  (after the settings)

    # At its own level Rasa quotes each message on standard output, where the readings go.
    configure_structlog(logging.ERROR)
    processor = Agent.load(str(model)).processor
    if processor is None:
        raise RuntimeError(f"{model} does not read")

    async def read_all() -> None:
        for line in sys.stdin:
            began = time.perf_counter()
            parsed = await processor.parse_message(UserMessage(json.loads(line)["text"]))
            spent = (time.perf_counter() - began) * 1000
            ranking = [[one["name"], one["confidence"]] for one in parsed["intent_ranking"]]
            answer = {"ranking": ranking, "ms": round(spent, 2)}
            print(json.dumps(answer, ensure_ascii=False), flush=True)

    asyncio.run(read_all())


def main(arguments: Sequence[str] | None = None) -> int:
    """Train if need be, then read."""
    parser = argparse.ArgumentParser(prog="python -m intents.plain_rasa", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("examples", type=Path)
    given = parser.parse_args(arguments)
    os.environ |= {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "LOG_LEVEL": "ERROR"}
    if not given.model.exists():
        said, sys.stdout = sys.stdout, sys.stderr
        train(given.model.absolute(), given.examples)
        sys.stdout = said
    judge(given.model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
