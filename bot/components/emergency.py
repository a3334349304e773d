"""The safety net: words of danger are recognised whatever the classifier makes of the sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from bot.components.wording import LEXICON_FILE, squeeze

DEFAULT_NUMBER = "110"


@dataclass(frozen=True)
class Danger:
    """Which words call for which number; the first number that is called for is the one."""

    words: tuple[tuple[str, str], ...]

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
        return next((number for word, number in self.words if _contains(said, word)), None)


@lru_cache(maxsize=1)
def known_danger() -> Mapping[str, list[str]]:
    """The words that come with the assistant."""
    raw: Mapping[str, list[str]] = yaml.safe_load(LEXICON_FILE.read_text("utf-8"))["emergency"]
    return raw


def _contains(said: str, word: str) -> bool:
    return f" {word} " in f" {said} " if word.isascii() else word in said
