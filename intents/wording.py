"""The one form in which sentences are compared and embedded, wherever they are met."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

TRADITIONAL_FILE = Path(__file__).with_name("traditional.yml")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LOOSE_SPACE = re.compile(rf"(?<=[{_HAN}⟧])\s+|\s+(?=[{_HAN}⟦])")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")


def normalise(text: str) -> str:
    """The one form in which sentences are compared and embedded.

    >>> normalise("  辦　居住 證  ＡＢＣ Card ")
    '办居住证abc card'
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    plain = plain.translate(simplified())
    plain = _LOOSE_SPACE.sub("", plain)
    return " ".join(plain.split())


@lru_cache(maxsize=1)
def simplified() -> dict[int, str]:
    """Traditional characters and the simplified ones they stand for, as ``str.translate`` takes them."""
    pairs = [line.split() for line in yaml.safe_load(TRADITIONAL_FILE.read_text("utf-8"))]
    return {ord(old): new for olds, news in pairs for old, new in zip(olds, news, strict=True)}


def for_embedding(text: str) -> str:
    """A normalised text as the sentence encoder reads it best: placeholders as plain words."""
    return text.replace("⟦", " ").replace("⟧", " ").strip() or " "
