"""What a question says of time and place, and which document's number it names."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from backend.policies.passages import Aspect
from backend.policies.wording import look_up

PLACES_FILE = Path(__file__).with_name("places.yml")
# 随人社规〔2025〕6号, however its brackets are typed.
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,10}[〔\[【（(]?\s*(?:19|20)\d\d\s*[〕\]】）)]?\s*年?第?\s*\d{1,4}\s*号"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?![生出\d])")
# Somebody who goes to a place asks about our rules for it; otherwise the place's own rules are meant.
_ON_THE_WAY = "在从去到回来往自"


class When(StrEnum):
    """Which rules are asked for."""

    NOW = "now"
    PAST = "past"
    FUTURE = "future"


@dataclass(frozen=True)
class Asked:
    """A question, read: ``year`` where it is not this year's; a ``follow_up`` names no thing."""

    text: str
    when: When = When.NOW
    year: int | None = None
    number: str | None = None
    elsewhere: str | None = None
    aspects: frozenset[Aspect] = frozenset()
    follow_up: bool = False


def read_question(text: str, day: date) -> Asked:
    """Read a question on a day."""
    when, year = _time(text, day)
    found = _NUMBER.search(text)
    return Asked(
        text=text,
        when=when,
        year=year,
        number=found.group() if found else None,
        elsewhere=_elsewhere(text),
        aspects=frozenset(
            Aspect(name) for name, said in look_up("aspects").items() if any(one in text for one in said)
        ),
        follow_up=_names_nothing(text),
    )


def bare_number(number: str) -> str:
    """A document's number as it is compared.

    >>> bare_number("随人社规〔2025〕6号") == bare_number("随人社规 (2025) 6 号")
    True
    """
    return re.sub(r"[\s〔〕\[\]【】（）()年第]", "", number)


def _names_nothing(text: str) -> bool:
    """Whether only an aspect is asked for: 「那要多少钱呢」, 「去哪交」."""
    known = [word for said in look_up("aspects").values() for word in said]
    if not any(word in text for word in known):
        return False
    for word in sorted([*known, *look_up("fillers")], key=len, reverse=True):
        text = text.replace(word, "")
    return not any(character.isalnum() for character in text)


def _time(text: str, day: date) -> tuple[When, int | None]:
    if any(word in text for word in look_up("times.now")):
        return When.NOW, None
    for year in (int(found) for found in _YEAR.findall(text)):
        if year != day.year:
            return (When.PAST if year < day.year else When.FUTURE), year
    if text.startswith(look_up("times.past_begins")) or any(word in text for word in look_up("times.past")):
        named = {"去年": 1, "前年": 2}
        year_back = next((day.year - back for word, back in named.items() if word in text), None)
        return When.PAST, year_back
    if any(word in text for word in look_up("times.future")):
        return When.FUTURE, None
    return When.NOW, None


def _elsewhere(text: str) -> str | None:
    for place in _places():
        at = text.find(place)
        if at >= 0 and (at == 0 or text[at - 1] not in _ON_THE_WAY):
            return place
    return None


@lru_cache
def _places() -> list[str]:
    loaded: list[str] = yaml.safe_load(PLACES_FILE.read_text("utf-8"))
    return loaded
