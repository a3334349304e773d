"""Training a version: asked for, taken in hand by one process, measured, and then a candidate.

A training takes minutes, a Celery task here at most one: the broker would deliver a longer one again, and
two would train. So a task (or the command line) only starts a process of its own, ``python -m
intents.trainer``. It holds a lease on the version's document and renews it while it works: a killed worker
does not touch it, a second process finds the lease taken, and when the process itself dies the lease runs
out and the sweep starts another.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from backend.core.events import commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from bot.inputs import SEED
from bot.places import Places
from intents import serving, versions
from intents.draft import write_draft
from intents.sentences import INTENTS
from intents.versions import Kind, State

ROOT = INTENTS.parent
LEASE = timedelta(seconds=45)
MOST_ATTEMPTS = 3
LONGEST_REASON = 1000
KEPT_VERSIONS = 12


def ask_training(house: House, *, kind: Kind, by: str, why: str) -> Document:
    """A new version of the draft as it is now, to be trained. Raises ``conflict`` while another one is.

    ``index`` keeps the live version's model and only reads the sentences of matters anew; the linker knows
    them at once. What belongs to speech acts is learned by ``full`` alone.
    """
    version = versions.insert_version(house, _fresh(house, kind, by, why))
    write_draft(house, versions.folder_of(house, version["_id"]) / versions.EDITS)
    commit(house, lambda unit: unit.emit("assistant.training-asked", version=version["_id"]))
    logger().info("assistant.training-asked", version=version["_id"], kind=kind.value, by=by)
    return version


def start_trainer(house: House, version: str) -> None:
    """Start the process that trains a version. Starting it twice trains once: the second finds it in hand."""
    folder = versions.folder_of(house, version)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / versions.LOG).open("ab") as log:
        # A session of its own: who ends the worker, or closes the terminal, does not end it.
        subprocess.Popen(
            [sys.executable, "-m", "intents.trainer", version],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def take_up_abandoned(house: House) -> int:
    """Start anew what nobody has in hand; what failed to end several times is given up. Returns how many."""
    found = versions.abandoned(house, house.clock.now())
    for version in found:
        if version["attempts"] >= MOST_ATTEMPTS:
            fail(house, version["_id"], f"gave up after {MOST_ATTEMPTS} attempts that did not end")
        else:
            start_trainer(house, version["_id"])
    return len(found)


def fail(house: House, version: str, reason: str) -> Document:
    """A training ended without a model."""
    also = {"lease": None, "failure": reason[-LONGEST_REASON:]}
    return versions.move_version(
        house, version, State.FAILED, by="system", why="training failed", now=house.clock.now(), also=also
    )


def forget_files(house: House) -> int:
    """Remove the files of old versions that nothing serves and nobody would go back to. Returns how many."""
    seen = serving.find_serving(house)
    if seen is None:
        return 0
    wanted = [seen["live"], *([seen["canary"]] if seen["canary"] else []), *seen["previous"]]
    old = versions.with_files(house, skip=KEPT_VERSIONS, besides=wanted)
    for version in old:
        versions.set_files(house, version["_id"], {"model": "", "edits": None, "report": None})
        shutil.rmtree(versions.folder_of(house, version["_id"]), ignore_errors=True)
    return len(old)


def requirements_hash() -> str:
    """The digest of the pins that a model is made with."""
    return hashlib.sha256((ROOT / "requirements" / "bot.txt").read_bytes()).hexdigest()


def places_of(house: House, edits: Path | None = None) -> Places:
    """The assistant's folders as this house has them."""
    settings = house.settings
    found = Places.find({
        "CATALOGUE_DIRS": settings.catalogue_dirs,
        "INTENTS_DIRS": settings.intents_dirs,
        "SPEECH_ACTS_DIR": os.environ.get("SPEECH_ACTS_DIR", ""),
        "DATA_DIR": str(settings.data_dir),
        "MODELS_DIR": str(settings.models_dir),
    })  # fmt: skip
    return replace(found, edits=edits)


def _fresh(house: House, kind: Kind, by: str, why: str) -> Document:
    now = house.clock.now()
    return {
        "kind": kind.value,
        "state": State.TRAINING.value,
        "model": "",
        "edits": None,
        "base": serving.live_version(house)["_id"],
        "shipped": "",
        "data_hash": "",
        "requirements_hash": requirements_hash(),
        "seed": SEED,
        "report": None,
        "by": by,
        "why": why,
        "created_at": now,
        "progress": {"percent": 0, "step": "waiting", "at": now},
        "lease": None,
        "attempts": 0,
        "history": [{"at": now, "state": State.TRAINING.value, "by": by, "why": why}],
    }
