"""Trains the assistant from the operators' files: ``python -m bot.training [--force] [--model FILE]``.

Costs nothing when nothing changed: what goes in is hashed before anything heavy is imported. While it works
it prints ``progress PERCENT STEP`` lines, one a step.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.inputs import SEED, model_of_files
from bot.places import ROOT, Places, with_edits
from bot.pointer import PointerError, read_pointer

HERE = Path(__file__).parent
KEPT_MODELS = 3
# How far a training is when a component begins to learn, as long as each takes on two cores.
STEPS = {
    "read": (2, "reading the sentences"),
    "CharacterTokenizer": (8, "embedding what is new"),
    "MatterLinker": (15, "learning to tell matters apart"),
    "SpeechActClassifier": (80, "learning speech acts"),
    "RulePolicy": (92, "checking the rules of the dialogue"),
    "packed": (98, "packing the model"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train if anything changed since the last model; 0 when a model is there."""
    parser = argparse.ArgumentParser(prog="python -m bot.training", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    parser.add_argument("--model", type=Path, help="where to put the model; else named by what goes in")
    given = parser.parse_args(arguments)
    places = Places.find()
    model = given.model.absolute() if given.model else model_of_files(places)
    if model.exists() and not given.force:
        model.touch()
        print(f"Nothing changed since {model.name} was trained.")
        return 0
    return 0 if train_and_tell(places, model) else 1


def train_and_tell(places: Places, model: Path) -> bool:
    """Train a model, say how long it took, and forget models that nobody needs."""
    began = time.monotonic()
    if not train(places, model):
        return False
    forget_old(places, keep=model)
    print(f"Trained {model.name} in {time.monotonic() - began:.0f} s.", flush=True)
    return True


def write_examples(places: Places) -> Path:
    """The operators' sentences as Rasa's training data, outside the repository."""
    from bot.components.sentences import read_sentences  # noqa: PLC0415  (only when training)
    from bot.components.wording import is_payload  # noqa: PLC0415

    sentences = read_sentences(places)
    spoken: dict[str, dict[str, None]] = {}
    for act in sentences.acts.values():
        spoken.setdefault(act.act, {}).update(dict.fromkeys(act.examples))
    for matter in sentences.matters.values():
        for example in matter.examples:
            spoken.setdefault(example.act, {})[example.text] = None
    examples = [
        {"text": text, "intent": act}
        for act, texts in sorted(spoken.items())
        for text in texts
        if text.strip() and not is_payload(text)
    ]
    # As JSON: Rasa reads its YAML in pure Python, four times over, which took half of a training.
    file = places.data / "nlu.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    data = {"rasa_nlu_data": {"common_examples": examples}}
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    return file


def train(places: Places, model: Path) -> bool:
    """Train one model. The same files give the same model."""
    os.environ |= {
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",
        "RASA_CACHE_DIRECTORY": str(places.data / "cache"),
        # At any other level Rasa draws progress bars into the log.
        "LOG_LEVEL": "ERROR",
    }
    os.chdir(ROOT)
    _tell("read")
    from bot.absent import NEVER_USED, leave_out, seal  # noqa: PLC0415

    leave_out(NEVER_USED)
    from bot.serve import quiet_logs  # noqa: PLC0415

    quiet_logs()
    from rasa.model_training import train as train_rasa  # noqa: PLC0415  (after leave_out)

    seal()
    _sow()
    _tell_of_components()
    model.parent.mkdir(parents=True, exist_ok=True)
    draft = model.parent / f".{model.name}"
    with with_edits(places.edits):
        result = train_rasa(
            domain=str(HERE / "domain"),
            config=str(HERE / "config.yml"),
            training_files=[str(HERE / "data"), str(write_examples(places))],
            output=str(model.parent),
            fixed_model_name=draft.name,
            force_training=True,
        )
    if result.code != 0 or not draft.exists():
        print("Rasa did not train a model; its messages above say why.", file=sys.stderr)
        return False
    _tell("packed")
    draft.replace(model)
    return True


def _sow() -> None:
    """Whatever learns by chance learns the same again."""
    import random  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415  (only when training)

    random.seed(SEED)
    np.random.seed(SEED)


def _tell(step: str) -> None:
    percent, words = STEPS[step]
    print(f"progress {percent} {words}", flush=True)


def _tell_of_components() -> None:
    """Rasa's graph calls this around each of its nodes, cached or not."""
    from rasa.engine.training.hooks import LoggingHook  # noqa: PLC0415  (after leave_out)

    told: set[str] = set()

    def on_before_node(hook: LoggingHook, node_name: str, *_: object, **__: object) -> dict[str, object]:
        component = hook._pruned_schema.nodes[node_name].uses.__name__
        if component in STEPS and component not in told:
            told.add(component)
            _tell(component)
        return {}

    LoggingHook.on_before_node = on_before_node


def forget_old(places: Places, *, keep: Path) -> None:
    """Remove the oldest models that carry no version's name and that nothing serves."""
    try:
        pointer = read_pointer(places.models)
    except PointerError:
        return
    served = {one.model for one in (pointer.live, pointer.canary) if one} if pointer else set()
    models = sorted(places.models.glob("suiban-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    for old in models[:-KEPT_MODELS]:
        if old != keep and old.name not in served:
            old.unlink()


if __name__ == "__main__":
    sys.exit(main())
