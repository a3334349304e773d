"""Suggestions while somebody types: beginnings of names, in characters, pinyin or initials."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from backend.matters.reading import Findable
from backend.matters.sounds import HAN, blurred, initials, letters
from intents.wording import normalise

MOST = 8
MOST_LOOKED_AT = 400


@dataclass(frozen=True, order=True)
class Suggestion:
    """A name to offer. ``rank`` is less for a better kind of match."""

    rank: int
    length: int
    matter: str
    text: str


class Suggestions:
    """All beginnings, sorted; a look-up is a binary search."""

    def __init__(self, findables: Iterable[Findable]) -> None:
        entries = [entry for one in findables for name in one.names for entry in _entries(one, name)]
        entries.sort(key=lambda entry: entry[0])
        self._keys = [key for key, _ in entries]
        self._found = [found for _, found in entries]

    def find(self, typed: str) -> list[Suggestion]:
        """At most eight names that begin, or have a part that begins, as typed; one for each matter."""
        text = normalise(typed)
        spelt = letters(text)
        keys = {_bare(text)} | ({blurred(spelt)} if not HAN.search(text) or text != _bare(text) else set())
        if HAN.search(text) and any(character.isascii() and character.isalpha() for character in text):
            keys.add(blurred(spelt))
        best: dict[str, Suggestion] = {}
        for one in sorted(found for key in keys if key for found in self._beginning(key)):
            best.setdefault(one.matter, one)
        return list(best.values())[:MOST]

    def _beginning(self, key: str) -> list[Suggestion]:
        start = bisect_left(self._keys, key)
        end = bisect_left(self._keys, key + "\uffff", start)
        return self._found[start : min(end, start + MOST_LOOKED_AT)]


def _entries(one: Findable, name: str) -> list[tuple[str, Suggestion]]:
    """The keys under which a name is found: whole beginnings before parts, the official name first."""
    official = 0 if name == one.matter.name else 1
    text = normalise(name)
    found = []
    for at in _beginnings(text):
        rest = text[at:]
        rank = official + (2 if at else 0)
        keys = {_bare(rest)}
        if HAN.search(rest):
            keys |= {blurred(letters(rest)), initials(rest)}
        offered = Suggestion(rank, len(name), one.matter.id, name)
        found += [(key, offered) for key in keys if key]
    return found


def _beginnings(text: str) -> list[int]:
    """Where a part of a name begins: at every Han character but the last, and at every word."""
    return [
        at
        for at, character in enumerate(text)
        if at == 0 or text[at - 1] == " " or (HAN.match(character) and at < len(text) - 1)
    ]


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
