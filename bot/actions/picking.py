"""Which of several did they mean: 「第二个」, "the first one", or a few characters of its name."""

import re
from collections.abc import Sequence
from itertools import takewhile

_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ENGLISH = {"first": 1, "one": 1, "second": 2, "two": 2, "third": 3, "three": 3, "fourth": 4, "fifth": 5}
_NUMBER = re.compile(
    r"^(?:我?选|就|要)?第?\s*([1-9一二两三四五六七八九])\s*[个项条种号样份件张]?(?:吧|啊|的|那个)?[。.!！]?$"
)
_ENGLISH_NUMBER = re.compile(r"^(?:the |number |option )?([a-z]+|[1-9])(?: one| option)?[.!]?$")
_LAST = re.compile(r"最后[一]?[个项条种样份件张]|^(?:the )?last(?: one)?$")
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "of",
        "to",
        "and",
        "or",
        "for",
        "is",
        "it",
        "i",
        "want",
        "change",
        "fix",
        "correct",
        "wrong",
        "please",
    ]
)
SHORTEST_MATCH = 2


def pick_by_place(said: str, count: int) -> int | None:
    """The index that an ordinal names among ``count`` things.

    >>> pick_by_place("第二个", 3), pick_by_place("2", 3), pick_by_place("the last one", 3)
    (1, 1, 2)
    >>> pick_by_place("第五个", 3) is None
    True
    """
    said = said.strip().lower()
    if _LAST.search(said):
        return count - 1 if count else None
    number = None
    if match := _NUMBER.match(said):
        number = _NUMERALS.get(match[1]) or int(match[1])
    elif match := _ENGLISH_NUMBER.match(said):
        number = _ENGLISH.get(match[1]) or (int(match[1]) if match[1].isdigit() else None)
    return number - 1 if number and number <= count else None


def pick(said: str, titles: Sequence[str]) -> int | None:
    """The index of the one title that was named by its place or by its words, if it is one."""
    by_place = pick_by_place(said, len(titles))
    if by_place is not None:
        return by_place
    named = best_named(said, titles)
    return named[0] if len(named) == 1 else None


def best_named(said: str, titles: Sequence[str]) -> list[int]:
    """The indexes of the titles that share most with what was said; several when they tie.

    >>> best_named("填错了，改一下地址", ["收件人", "寄送地址", "户籍地址"])
    [1, 2]
    >>> best_named("change my phone", ["Postal address", "Phone number"])
    [1]
    """
    said, lowered = said.lower(), [title.lower() for title in titles]
    scores = [_likeness(said, title, part) for title, part in zip(lowered, _telling(lowered), strict=True)]
    if not any(scores):
        scores = [_likeness(said, title, title) for title in lowered]
    best = max(scores, default=0.0)
    return [index for index, score in enumerate(scores) if best > 0 and score == best]


def _telling(titles: Sequence[str]) -> list[str]:
    """What tells 居住登记 from 居住证申领: each title without the beginning that another one shares."""
    parts = []
    for index, title in enumerate(titles):
        others = [*titles[:index], *titles[index + 1 :]]
        shared = max((_shared_beginning(title, other) for other in others), default=0)
        parts.append(title[shared:])
    return parts


def _shared_beginning(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _likeness(said: str, title: str, part: str) -> float:
    if title.isascii():
        words = set(_WORD.findall(title)) - _EMPTY_WORDS
        return float(len(words & set(_WORD.findall(said))))
    if title in said:
        return len(title) + 1.0  # a whole name beats a part of a longer one
    length = _longest_common(said, part)
    return float(length) if length >= SHORTEST_MATCH else 0.0


def _longest_common(one: str, other: str) -> int:
    best = 0
    row = [0] * (len(other) + 1)
    for character in one:
        above = 0
        for column, against in enumerate(other, start=1):
            above, row[column] = row[column], above + 1 if character == against else 0
            best = max(best, row[column])
    return best
