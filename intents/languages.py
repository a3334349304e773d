"""Which language a sentence is written in, as far as the sets need to know."""

import re
import unicodedata
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT


def is_english(text: str) -> bool:
    """Whether a sentence is English: all in Latin letters, and not Chinese spelled out.

    >>> is_english("renew my passport"), is_english("huzhao guoqi le"), is_english("换passport")
    (True, False, False)
    """
    words = re.findall(r"[a-z']+", text.lower())
    return text.isascii() and bool(words) and not all(_spelled_out(word) for word in words)


def _spelled_out(word: str) -> bool:
    """Whether a word is made of pinyin syllables."""
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(start in reached and word[start:end] in _syllables() for start in range(max(0, end - 6), end)):
            reached.add(end)
    return len(word) in reached


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    toned = {one for several in PINYIN_DICT.values() for one in several.split(",")}
    plain = (unicodedata.normalize("NFD", one.replace("ü", "v")) for one in toned)
    return frozenset(
        "".join(letter for letter in one if letter.isalpha() and letter.isascii()) for one in plain
    )
