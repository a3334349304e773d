"""The trained assistant, once a session; trained again only when what goes into it changed."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from bot.places import ROOT, Places
from bot.reading import Reader
from bot.serve import newest_model

DATA = ROOT / ".pytest_cache" / "bot"
# The flow tests' own place: what is trained here is not trained again there.
MODELS = Path(os.environ.get("SUIBAN_HOME") or ROOT / ".suiban") / "test-model"


def train(**more: str) -> subprocess.CompletedProcess[str]:
    """Run the training as an operator would."""
    environment = {**os.environ, "DATA_DIR": str(DATA), "MODELS_DIR": str(MODELS), **more}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot.training"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


@lru_cache(maxsize=1)
def trained_reader() -> Reader:
    """Reads messages with the model of the files as they are."""
    run = train()
    assert run.returncode == 0, run.stdout + run.stderr
    os.environ["DATA_DIR"], os.environ["MODELS_DIR"] = str(DATA), str(MODELS)
    model: Path | None = newest_model(Places.find())
    assert model is not None
    return Reader(model)
