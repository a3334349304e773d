"""The files that operators own: matters' names and example sentences, speech acts' example sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import structlog
import yaml

from bot.components.edited import Edits, edited, edited_texts, mapping, read_edits, texts
from bot.places import Places

log = structlog.get_logger(__name__)

DO_MATTER = "do_matter"
Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Example:
    """A sentence a citizen might say about a matter, and what they do by saying it."""

    text: str
    act: str = DO_MATTER


@dataclass(frozen=True)
class MatterSentences:
    """What is known of how people speak of one matter."""

    matter: str
    names: tuple[str, ...]
    examples: tuple[Example, ...] = ()
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActSentences:
    """What is known of how people perform one speech act."""

    act: str
    examples: tuple[str, ...]
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sentences:
    """Everything the files say, read at one moment."""

    matters: dict[str, MatterSentences]
    acts: dict[str, ActSentences]

    def texts(self) -> Iterator[str]:
        """Every sentence and name there is."""
        for matter in self.matters.values():
            yield from matter.names
            yield from (example.text for example in matter.examples)
        for act in self.acts.values():
            yield from act.examples


def read_sentences(places: Places) -> Sentences:
    """Read all files, and the operators' edits on top.

    A file that cannot be read is left out and told in the log: the others still serve.
    """
    named = _named(_read(places.catalogues))
    spoken = {str(raw["matter"]): raw for raw in _read(places.matters) if raw.get("matter")}
    # A matter that is not in the catalogue cannot be opened, so it must not be offered.
    known = named.keys() if named else spoken.keys()
    matters = {
        matter: _matter(matter, names=named.get(matter, ()), raw=spoken.get(matter, {}))
        for matter in sorted(known)
    }
    acts = {str(raw["act"]): _act(raw) for raw in _read([places.acts]) if raw.get("act")}
    return apply_edits(Sentences(matters=matters, acts=acts), read_edits(places.edits))


def apply_edits(sentences: Sentences, edits: Edits) -> Sentences:
    """The sentences with the edits on top. Edits of matters and acts that are not there wait for them."""
    matters, acts = dict(sentences.matters), dict(sentences.acts)
    for matter, change in mapping(edits.get("matters")).items():
        if matter in matters:
            matters[matter] = _edited_matter(matters[matter], mapping(change))
    for act, change in mapping(edits.get("acts")).items():
        if act in acts:
            acts[act] = replace(acts[act], examples=edited_texts(acts[act].examples, change))
    return replace(sentences, matters=matters, acts=acts)


def signature(places: Places) -> Signature:
    """Changes whenever a file is added, removed or written; costs a directory listing."""
    files = _files((*places.catalogues, *places.matters, places.acts))
    files += [places.edits] if places.edits and places.edits.exists() else []
    return tuple((str(file), stat.st_mtime_ns, stat.st_size) for file in files for stat in [file.stat()])


def _files(folders: Iterable[Path]) -> list[Path]:
    return [file for folder in folders for file in sorted(folder.rglob("*.yml"))]


def _read(folders: Iterable[Path]) -> Iterator[dict[str, Any]]:
    # The base loader leaves every scalar as it was typed: 「no」 and 「1」 are things people say.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    for file in _files(folders):
        try:
            raw = yaml.load(file.read_text("utf-8"), Loader=loader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            log.error("sentences.unreadable", file=file.name, reason=type(error).__name__)
            continue
        if isinstance(raw, dict):
            yield raw
        else:
            log.error("sentences.unreadable", file=file.name, reason="not a mapping")


def _named(files: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    for raw in files:
        if raw.get("id") and raw.get("name"):
            several = [*_texts(raw.get("aliases")), *_texts(raw.get("aliases_en"))]
            named[str(raw["id"])] = tuple(_texts([raw["name"], raw.get("name_en"), *several]))
    return named


def _matter(matter: str, *, names: tuple[str, ...], raw: dict[str, Any]) -> MatterSentences:
    return MatterSentences(
        matter=matter,
        names=tuple(dict.fromkeys([*names, *_texts(raw.get("aliases"))])),
        examples=tuple(_examples(raw.get("examples"))),
        ambiguous=tuple(_texts(raw.get("ambiguous"))),
    )


def _edited_matter(matter: MatterSentences, change: Mapping[str, Any]) -> MatterSentences:
    added, removed = _examples(change.get("add")), texts(change.get("remove"))
    return replace(
        matter,
        names=edited_texts(matter.names, change.get("names")),
        ambiguous=edited_texts(matter.ambiguous, change.get("ambiguous")),
        examples=edited(matter.examples, added, removed, text=lambda one: one.text),
    )


def _examples(raw: Any) -> Iterator[Example]:
    for item in raw if isinstance(raw, list) else []:
        if isinstance(item, dict) and item.get("text"):
            yield Example(str(item["text"]), str(item.get("act") or DO_MATTER))
        elif item is not None and not isinstance(item, dict):
            yield Example(str(item))


def _act(raw: dict[str, Any]) -> ActSentences:
    numbers = raw.get("numbers")
    words = numbers if isinstance(numbers, dict) else {}
    return ActSentences(
        act=str(raw["act"]),
        examples=tuple(_texts(raw.get("examples"))),
        numbers={str(number): tuple(_texts(said)) for number, said in words.items()},
    )


def _texts(raw: Any) -> list[str]:
    return [str(item) for item in raw if item is not None] if isinstance(raw, list) else []
