"""The message catalogue: ``texts.yml``, read once and checked when it is."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

FILE = Path(__file__).with_name("texts.yml")
PARTS = ("title", "title_en", "text", "text_en")
PLACEHOLDERS = frozenset(
    {
        "matter", "matter_en", "number", "department", "department_en", "phone", "promised", "licence",
        "reason", "due", "materials", "extended_by", "amount", "parcel", "part", "agent", "principal",
        "code", "code_en", "place", "place_en",
        "matters", "until", "left", "left_en", "organisation", "person", "role", "role_en", "outcome",
    }
)  # fmt: skip


class TextsError(Exception):
    """The message catalogue is wrong; says which entry and what would be right."""


@dataclass(frozen=True)
class MessageText:
    """One message in both languages, with placeholders."""

    title: str
    title_en: str
    text: str
    text_en: str

    def fill(self, values: dict[str, str]) -> dict[str, str]:
        """The four texts with their placeholders filled."""
        return {part: getattr(self, part).format_map(values) for part in PARTS}


@lru_cache
def load_texts(file: Path = FILE) -> dict[str, dict[str, MessageText]]:
    """Every message by event and by what happened. Raises TextsError."""
    raw = yaml.safe_load(file.read_text("utf-8"))
    return {
        event: {what: _read(f"{event}.{what}", entry) for what, entry in entries.items()}
        for event, entries in raw.items()
    }


def _read(name: str, entry: dict[str, Any]) -> MessageText:
    if set(entry) != set(PARTS):
        raise TextsError(f"{FILE.name}: {name} needs exactly {', '.join(PARTS)}, it has {', '.join(entry)}")
    for part, text in entry.items():
        unknown = {found for _, found, _, _ in Formatter().parse(text) if found is not None} - PLACEHOLDERS
        if unknown:
            known = ", ".join(sorted(PLACEHOLDERS))
            raise TextsError(f"{FILE.name}: {name}.{part} uses {sorted(unknown)}; known are {known}")
    return MessageText(**entry)
