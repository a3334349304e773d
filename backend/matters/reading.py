"""What a matter can be found by: its names, how people ask for it, and its guide."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.core.settings import ROOT
from backend.matters.catalogue import Catalogue
from backend.matters.schema import Matter

INTENTS_DIRS = str(ROOT / "intents" / "matters")


@dataclass(frozen=True)
class Findable:
    """A matter with the texts that stand for it; ``names`` begins with the official one."""

    matter: Matter
    names: tuple[str, ...]
    examples: tuple[str, ...]
    guide: tuple[str, ...]


@dataclass(frozen=True)
class Spoken:
    """A file of sentences: what else people call a matter, and how they ask for it."""

    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def intents_folders() -> list[Path]:
    """Where the sentences are: INTENTS_DIRS, or those that are shipped."""
    given = os.environ.get("INTENTS_DIRS") or INTENTS_DIRS
    return [Path(part) for part in given.split(os.pathsep) if part]


def read_findable(source: Catalogue, folders: Iterable[Path]) -> list[Findable]:
    """Every matter of the catalogue, by id, with its texts."""
    spoken = read_spoken(tuple(folders))
    return [_findable(matter, spoken.get(matter.id, Spoken())) for matter in source.all()]


@lru_cache(maxsize=8)
def read_spoken(folders: tuple[Path, ...]) -> dict[str, Spoken]:
    """The sentence files by matter; one that cannot be read is left out (`intents lint` tells it)."""
    # The base loader leaves every scalar as it was typed: 「no」 and 「1」 are things people say.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    found: dict[str, Spoken] = {}
    for file in [file for folder in folders for file in sorted(folder.rglob("*.yml"))]:
        try:
            raw = yaml.load(file.read_text("utf-8"), Loader=loader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            continue
        if isinstance(raw, dict) and raw.get("matter"):
            found[str(raw["matter"])] = Spoken(
                aliases=_texts(raw.get("aliases")),
                ambiguous=_texts(raw.get("ambiguous")),
                examples=_texts(raw.get("examples")),
            )
    return found


def _findable(matter: Matter, spoken: Spoken) -> Findable:
    names = [matter.name, matter.short, matter.name_en]
    names += [*matter.aliases, *spoken.aliases, *matter.aliases_en]
    guide = matter.guide
    told = [guide.summary, *(one.question for one in guide.faq), *(one.text for one in matter.accept_when)]
    told += [guide.summary_en, matter.result.name, *(one.name for one in matter.materials)]
    return Findable(matter, _once(names), _once(spoken.examples), _once(told))


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _texts(raw: Any) -> tuple[str, ...]:
    items = raw if isinstance(raw, list) else []
    texts = [item.get("text") if isinstance(item, dict) else item for item in items]
    return tuple(text for text in texts if isinstance(text, str) and text.strip())
