"""The safety net: words of danger are recognised whatever the classifier makes of the sentence.

And the other way round: what was danger once, or is only spoken of, is no emergency. 「去年摔断了腿怎么赔」
asks about a claim, and a siren would be no answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from bot.components.wording import LEXICON_FILE, squeeze

DEFAULT_NUMBER = "110"
# Who does not want to live, or whose money is on its way to a fraud, is answered even in a claim.
ALWAYS = frozenset({"12356", "96110"})
# Except by a mere word: 「安眠药能报销吗」 is a question about medicine.
_MERE_WORD = re.compile("安眠药|自杀|割腕|轻生|往下跳|被骗了|被诈骗|骗走了|涉嫌洗钱")
_GAP = ".{0,10}"
_AMOUNT = r"(?:\d|[一二两三四五六七八九十百千万几点])+"


@dataclass(frozen=True)
class Danger:
    """Which words call for which number; the first number that is called for is the one."""

    words: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def of(cls, *tables: Mapping[str, Iterable[str]]) -> Danger:
        """From one or more tables number → words."""
        pairs = [(word, number) for table in tables for number, words in table.items() for word in words]
        return cls(tuple((_pattern(word), number) for word, number in pairs if squeeze(word)))

    def number_for(self, text: str) -> str | None:
        """The number to call, if the text tells of danger.

        >>> danger = Danger.of({"119": ["着火了"], "96110": ["让我转#"]})
        >>> danger.number_for("厨房着火了"), danger.number_for("去年厨房着火了能赔吗")
        ('119', None)
        >>> danger.number_for("我闺女说身份证丢了让我转5000")
        '96110'
        """
        said = squeeze(text)
        if _tone("figurative").search(said):
            return None
        calm = is_calm(text)
        for word, number in self.words:
            found = word.search(said)
            if found and (not calm or (number in ALWAYS and not _MERE_WORD.fullmatch(found[0]))):
                return number
        return None


def is_calm(text: str) -> bool:
    """Whether a text speaks of the past, of a claim or in a figure, and of nothing urgent.

    >>> is_calm("去年工伤摔断了腿怎么赔"), is_calm("去年的事，他现在又来了"), is_calm("着火了")
    (True, False, False)
    """
    said = squeeze(text)
    if _tone("figurative").search(said):
        return True
    return _tone("calm").search(said) is not None and _tone("urgent").search(said) is None


@lru_cache(maxsize=1)
def known_danger() -> Mapping[str, list[str]]:
    """The words that come with the assistant."""
    raw: Mapping[str, list[str]] = _lexicon()["emergency"]
    return raw


@lru_cache
def _tone(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_lexicon()[name]))


@lru_cache(maxsize=1)
def _lexicon() -> Mapping[str, Any]:
    raw: Mapping[str, Any] = yaml.safe_load(LEXICON_FILE.read_text("utf-8"))
    return raw


def _pattern(word: str) -> re.Pattern[str]:
    parts = re.split("([…#])", word)
    joined = "".join({"…": _GAP, "#": _AMOUNT}.get(part) or re.escape(squeeze(part)) for part in parts)
    return re.compile(rf"(?<![a-z]){joined}(?![a-z])" if word.isascii() else joined)
