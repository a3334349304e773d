"""Canned answers: found by what an agent types, filled in from the conversation's matter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from backend.matters.catalogue import catalogue
from backend.matters.telling import said
from intents.wording import normalise

FILE = Path(__file__).with_name("canned.yml")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
NEAR = 60


@dataclass(frozen=True)
class Canned:
    """One answer of ``canned.yml``."""

    id: str
    title: str
    text: str
    keywords: tuple[str, ...] = ()

    def fill(self, values: Mapping[str, str]) -> str | None:
        """The answer with its placeholders filled; None when one of them has nothing to say."""
        names = _PLACEHOLDER.findall(self.text)
        return self.text.format_map(values) if all(values.get(name) for name in names) else None


def find_canned(query: str, matter: str | None) -> list[dict[str, str]]:
    """The answers that fit what was typed, best first; all that can be filled when nothing was."""
    values = values_of(matter)
    asked = normalise(query)
    rows = [(_nearness(one, asked) if asked else 1.0, one) for one in all_canned()]
    fitting = sorted((row for row in rows if row[0] > 0), key=lambda row: -row[0])
    filled = [(one, one.fill(values)) for _, one in fitting]
    return [{"id": one.id, "title": one.title, "text": text} for one, text in filled if text]


def values_of(matter: str | None) -> dict[str, str]:
    """What placeholders stand for in a conversation about a matter; empty ones without."""
    found = catalogue().matters.get(matter) if matter else None
    if found is None:
        return {}
    department = catalogue().department(found.department)
    return {
        "matter": found.name,
        "department": department.name,
        "phone": department.phone,
        "hours": said("hours", "zh"),
    }


@lru_cache
def all_canned() -> tuple[Canned, ...]:
    """Every answer, in the file's order."""
    rows = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(Canned(**{**row, "keywords": tuple(row.get("keywords", ()))}) for row in rows)


def _nearness(one: Canned, asked: str) -> float:
    """How well an answer fits: by a keyword said, else by its title and text."""
    keyword = max((len(word) for word in one.keywords if word in asked or asked in word), default=0)
    title = fuzz.partial_ratio(asked, normalise(one.title))
    text = fuzz.partial_ratio(asked, normalise(one.text))
    best = max(title, text * 0.9)
    return keyword * 100 + (best if best >= NEAR else 0)
