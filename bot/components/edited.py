"""What operators changed on top of the shipped files, as one JSON file; a product upgrade leaves it alone.

``{"matters": {id: {"add": [{"text", "act"}], "remove": [text], "names": {"add", "remove"},
"ambiguous": {"add", "remove"}}}, "acts": {act: {"add": [text], "remove": [text]}}}``. Everything in it may
be missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import structlog

from intents.wording import normalise

log = structlog.get_logger(__name__)

Edits = Mapping[str, Any]
T = TypeVar("T")


def read_edits(file: Path | None) -> Edits:
    """The file's content; nothing when none is named or there. One that cannot be read is told in the log."""
    if file is None or not file.exists():
        return {}
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        log.error("edits.unreadable", file=file.name, reason=type(error).__name__)
        return {}
    if isinstance(found, dict):
        return found
    log.error("edits.unreadable", file=file.name, reason="not a mapping")
    return {}


def edited(
    there: Iterable[T], added: Iterable[T], removed: Iterable[str], *, text: Callable[[T], str]
) -> tuple[T, ...]:
    """What is there, without what was removed, and what was added; each sentence once.

    >>> edited(["办护照", "护照"], ["换护照", "办 护照"], ["护照"], text=str)
    ('办护照', '换护照')
    """
    gone = {normalise(one) for one in removed}
    kept = {normalise(text(one)): one for one in there if normalise(text(one)) not in gone}
    for one in added:
        kept.setdefault(normalise(text(one)), one)
    return tuple(kept.values())


def edited_texts(there: Iterable[str], change: Any) -> tuple[str, ...]:
    """The same for plain texts and a mapping with ``add`` and ``remove``."""
    said = mapping(change)
    return edited(there, texts(said.get("add")), texts(said.get("remove")), text=str)


def texts(raw: Any) -> list[str]:
    """The texts of a list; none of anything else."""
    return [text for text in raw if isinstance(text, str)] if isinstance(raw, list) else []


def mapping(raw: Any) -> Mapping[str, Any]:
    """A mapping; an empty one for anything else."""
    return raw if isinstance(raw, Mapping) else {}
