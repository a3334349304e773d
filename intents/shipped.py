"""The sentences as the product ships them, and the frozen ones, read once and again when a file changes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from bot.components.sentences import Sentences, Signature, read_sentences, signature
from bot.places import Places
from intents.lint import normalised
from intents.sentences import DEVELOPMENT_SETS, SEARCHES, SECOND_SETS, TEST_SETS

FROZEN_FOLDERS = (TEST_SETS, SECOND_SETS, DEVELOPMENT_SETS)


def shipped_places() -> Places:
    """Where the files are, with nobody's edits on top."""
    return replace(Places.find(), edits=None)


def shipped_sentences() -> Sentences:
    """Every shipped sentence."""
    places = shipped_places()
    return _sentences(signature(places))


def shipped_signature() -> Signature:
    """Changes whenever a shipped file does."""
    return signature(shipped_places())


@lru_cache(maxsize=1)
def _sentences(_: Signature) -> Sentences:
    return read_sentences(shipped_places())


def frozen_places() -> Mapping[str, str]:
    """The folder of each frozen sentence, by the sentence normalised. Nobody is shown the sentences."""
    files = [file for folder in FROZEN_FOLDERS for file in sorted(folder.glob("*.yml"))]
    return _frozen(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=1)
def _frozen(files: tuple[tuple[str, int], ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, _ in files:
        for text in frozen_texts(Path(name)):
            found.setdefault(normalised(text), Path(name).parent.name)
    return MappingProxyType(found)


def frozen_texts(file: Path) -> Iterator[str]:
    """The sentences of one frozen set."""
    if file.name == SEARCHES:
        return
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    rows: Any = yaml.load(file.read_text("utf-8"), Loader=loader)
    for row in rows if isinstance(rows, list) else []:
        yield str(row["text"]) if isinstance(row, dict) else str(row)
