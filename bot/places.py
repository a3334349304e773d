"""Where the assistant finds its files and keeps what it makes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What is being loaded now is loaded with these edits, whatever the environment names.
_edits: ContextVar[tuple[Path | None] | None] = ContextVar("edits", default=None)


@dataclass(frozen=True)
class Places:
    """The folders of one installation, as the environment names them."""

    catalogues: tuple[Path, ...]
    matters: tuple[Path, ...]
    acts: Path
    data: Path
    models: Path
    # What operators changed on top of the files above; None or a missing file is nothing.
    edits: Path | None = None

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None) -> Places:
        """CATALOGUE_DIRS, INTENTS_DIRS, SPEECH_ACTS_DIR, DATA_DIR and MODELS_DIR, each with its default.

        INTENT_EDITS names the file of what operators changed, if they did.
        """
        given = os.environ if environ is None else environ
        data = _folder(given.get("DATA_DIR") or ".suiban/data") / "bot"
        return cls(
            catalogues=_folders(given.get("CATALOGUE_DIRS") or "backend/matters/catalogue"),
            matters=_folders(given.get("INTENTS_DIRS") or "intents/matters"),
            acts=_folder(given.get("SPEECH_ACTS_DIR") or "intents/speech_acts"),
            data=data,
            models=_folder(given.get("MODELS_DIR") or str(data.parent / "models")),
            edits=_chosen_edits(given),
        )

    @property
    def embeddings(self) -> Path:
        """Sentences embedded before, so that a start or a training embeds only what is new."""
        return self.models / "embeddings.npz"


@contextmanager
def with_edits(edits: Path | None) -> Iterator[None]:
    """Meanwhile, and in this thread only, ``Places.find`` names these edits: several models may be loaded."""
    before = _edits.set((edits,))
    try:
        yield
    finally:
        _edits.reset(before)


def _chosen_edits(given: Mapping[str, str]) -> Path | None:
    chosen = _edits.get()
    if chosen is not None:
        return chosen[0]
    named = given.get("INTENT_EDITS")
    return _folder(named) if named else None


def _folder(name: str) -> Path:
    return (ROOT / name).resolve()


def _folders(names: str) -> tuple[Path, ...]:
    return tuple(_folder(name) for name in names.split(os.pathsep) if name)
