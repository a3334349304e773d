"""The safety net: words of danger are recognised whatever the classifier makes of the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import yaml

from bot.components.wording import LEXICON_FILE, squeeze

DEFAULT_NUMBER = "110"


@dataclass(frozen=True)
class Danger:
    """Which words call for which number; the first number that is called for is the one."""

    words: tuple[tuple[str, str], ...]
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    @classmethod
    def of(cls, *tables: Mapping[str, Iterable[str]]) -> Danger:
        """From one or more tables number → words."""
        pairs = [
            (squeeze(word), number) for table in tables for number, words in table.items() for word in words
        ]
        return cls(tuple(pair for pair in pairs if pair[0]))

    def number_for(self, text: str) -> str | None:
        """The number to call, if the text tells of danger."""
        said = squeeze(text)
        named = next((number for word, number in self.words if _contains(said, word)), None)
        return named or next((number for pattern, number in self.patterns if pattern.search(said)), None)

    def with_patterns(self, table: Mapping[str, Iterable[str]]) -> Danger:
        """The same, and what these expressions find."""
        found = [(re.compile(one), number) for number, several in table.items() for one in several]
        return replace(self, patterns=(*self.patterns, *found))


@lru_cache(maxsize=1)
def known_danger() -> Mapping[str, list[str]]:
    """The words that come with the assistant."""
    raw: Mapping[str, list[str]] = yaml.safe_load(LEXICON_FILE.read_text("utf-8"))["emergency"]
    return raw


@lru_cache(maxsize=1)
def danger_patterns() -> Mapping[str, list[str]]:
    """The expressions that come with the assistant."""
    raw: Mapping[str, list[str]] = yaml.safe_load(LEXICON_FILE.read_text("utf-8"))["emergency_patterns"]
    return raw


def _contains(said: str, word: str) -> bool:
    return f" {word} " in f" {said} " if word.isascii() else word in said
