"""Whether somebody plainly asks for a person, or no longer wants to wait for one; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from intents.wording import normalise

FILE = Path(__file__).with_name("words.yml")
_NOT_SAID = re.compile(r"[^\w'⟦⟧ ]+|_")
# 「人工人工人工」
_REPEATED = re.compile(r"(人工|客服|真人)\s*(?:\1\s*)+")


@dataclass(frozen=True)
class Words:
    """The lists of ``words.yml``, longest first where one may begin another."""

    polite: tuple[str, ...]
    polite_after: tuple[str, ...]
    person: frozenset[str]
    person_within: tuple[str, ...]
    denied: tuple[str, ...]
    enough: frozenset[str]
    message: frozenset[str]
    call: frozenset[str]


def asks_for_person(text: str, *, in_free_text: bool = False) -> bool:
    """Whether a text asks for a person and for nothing else, or names it in so many words.

    ``in_free_text`` is for the answer to a form's open question, which may tell of a person refused:
    there it must be all that is said.

    >>> asks_for_person("轉人工！！"), asks_for_person("人工人工人工"), asks_for_person("人工费怎么算")
    (True, True, False)
    """
    said = _said(text)
    if not said:
        return False
    if said in words().person or _without_politeness(said) in words().person or _REPEATED.fullmatch(said):
        return True
    return not in_free_text and any(_names(said, part) for part in words().person_within)


def has_enough(text: str) -> bool:
    """Whether somebody who waits for a person, or speaks with one, wants the assistant again.

    >>> has_enough("算了，不等了"), has_enough("等多久")
    (True, False)
    """
    said = _said(text)
    return said in words().enough or _without_politeness(said) in words().enough


def wants_message(text: str) -> bool:
    """Whether somebody wants to leave a message.

    >>> wants_message("我想留个言"), wants_message("留学生怎么落户")
    (True, False)
    """
    said = _said(text)
    return said in words().message or _without_politeness(said) in words().message


def wants_call(text: str) -> bool:
    """Whether somebody would rather be called back.

    >>> wants_call("可以,电话打我"), wants_call("有人打电话给我要钱")
    (True, False)
    """
    said = _said(text)
    return said in words().call or _without_politeness(said) in words().call


@lru_cache
def words() -> Words:
    """The lists, read once."""
    raw: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return Words(
        polite=_longest_first(raw["polite"]),
        polite_after=_longest_first(raw["polite_after"]),
        person=frozenset(raw["person"]),
        person_within=_longest_first(raw["person_within"]),
        denied=_longest_first(raw["denied"]),
        enough=frozenset(raw["enough"]),
        message=frozenset(raw["message"]),
        call=frozenset(raw["call"]),
    )


def _said(text: str) -> str:
    # Punctuation first: what it kept apart, the normal form then joins where it is Chinese.
    return normalise(_NOT_SAID.sub(" ", normalise(text)))


def _without_politeness(said: str) -> str:
    before = ""
    while said != before:
        before = said
        for word in words().polite:
            if said.startswith(word) and len(said) > len(word):
                said = said[len(word) :].strip()
                break
        for word in words().polite_after:
            if said.endswith(word) and len(said) > len(word):
                said = said[: -len(word)].strip()
                break
        if said in words().person | words().enough | words().message | words().call:
            break
    return said


def _names(said: str, part: str) -> bool:
    at = said.find(part)
    return at >= 0 and not said[:at].rstrip().endswith(words().denied)


def _longest_first(listed: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(map(str, listed), key=len, reverse=True))
