"""What a sentence is made of: its normal form, its tokens, its character n-grams.

Everything that compares sentences does so on these, so that 「辦 居住證」, 「办居住证」 and full-width
letters are one and the same wherever they are met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from intents.wording import normalise

LEXICON_FILE = Path(__file__).with_name("lexicon.yml")

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"⟦[a-z_-]+⟧|[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?|[{_HAN}]")
_PLACEHOLDER = re.compile(r"⟦[a-z_-]+⟧")
_PAYLOAD = re.compile(r"/[a-z_]+(?:\{.*\})?", re.DOTALL)


@dataclass(frozen=True)
class Lexicon:
    """The words known without training; see ``lexicon.yml``."""

    fillers: re.Pattern[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once a process."""
    raw: dict[str, Any] = yaml.safe_load(LEXICON_FILE.read_text("utf-8"))
    han = {word for line in raw["fillers"] if not line.isascii() for word in line.split()}
    english = {word for line in raw["fillers"] if line.isascii() for word in line.split("|")}
    longest_first = sorted(han, key=len, reverse=True)
    fillers = (
        "|".join(longest_first)
        + "|"
        + "|".join(rf"\b{re.escape(word)}\b" for word in sorted(english, key=len, reverse=True))
    )
    return Lexicon(
        fillers=re.compile(fillers),
    )


def tokens(text: str) -> list[str]:
    """Han characters one by one, words, numbers and placeholders; no punctuation. Takes a normalised text.

    >>> tokens("我的号是⟦phone⟧, ok 3.5")
    ['我', '的', '号', '是', '⟦phone⟧', 'ok', '3.5']
    """
    return _TOKEN.findall(text)


def token_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each token of a text as typed begins and ends."""
    for found in _TOKEN.finditer(text.lower()):
        yield found.span()


def squeeze(text: str) -> str:
    """Only what is said, without punctuation: two sentences with the same squeeze say the same.

    >>> squeeze("好的！ 办吧。")
    '好的办吧'
    """
    return _join(tokens(normalise(text)))


@lru_cache(maxsize=4096)
def topic(text: str) -> str:
    """What a request is about, without the words that any request has.

    >>> topic("我想办理一下居住证"), topic("请问怎么办")
    ('居住证', '')
    """
    spoken = normalise(text)
    without = lexicon().fillers.sub(" ", spoken)
    return _join(tokens(without))


def grams(units: Sequence[str], longest: int = 3) -> list[str]:
    """The n-grams of tokens up to ``longest``, and the letter trigrams of longer words (for misspellings)."""
    found: list[str] = []
    for size in range(1, longest + 1):
        found.extend("\u241f".join(units[at : at + size]) for at in range(len(units) - size + 1))
    for unit in units:
        if len(unit) > 4 and unit.isascii():
            padded = f"<{unit}>"
            found.extend(padded[at : at + 3] for at in range(len(padded) - 2))
    return found


def is_payload(text: str) -> bool:
    """Whether this is a button's payload, which names its own meaning."""
    return _PAYLOAD.fullmatch(text.strip()) is not None


def only_placeholders(text: str) -> bool:
    """Whether nothing was said but a value that was taken out before we saw the text."""
    return bool(_PLACEHOLDER.search(text)) and not tokens(_PLACEHOLDER.sub("", normalise(text)))


def _join(units: Sequence[str]) -> str:
    out = ""
    for unit in units:
        spaced = out and out[-1].isascii() and unit[0].isascii()
        out += f" {unit}" if spaced else unit
    return out
