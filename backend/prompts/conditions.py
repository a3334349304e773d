"""A rule's filter taken apart: comparisons that each hold or not, and how they are joined.

Pure. Every comparison is a MongoDB filter of its own, so that the database which sweeps the population also
says, for one citizen, which of them holds: one meaning, not two.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.matters.datewords import Filter, parse_word, resolve

ALL, ANY, NONE = "all", "any", "none"
_JOINS = {"$and": ALL, "$or": ANY, "$nor": NONE}
# Each of these alone says of a value, or of some item of a list, what it says beside the others.
_APART = frozenset({"$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists"})
_SIGNS = {"$eq": "=", "$ne": "≠", "$gt": ">", "$gte": "≥", "$lt": "<", "$lte": "≤", "$in": "∈", "$nin": "∉"}


@dataclass(frozen=True)
class Condition:
    """One comparison (``path``, ``said`` as the rule's file has it), or ``parts`` joined by ``join``."""

    join: str = ""
    parts: tuple["Condition", ...] = ()
    path: str = ""
    said: Any = None

    def comparisons(self) -> Iterator["Condition"]:
        """Every comparison, in the order of the file."""
        if not self.join:
            yield self
        for part in self.parts:
            yield from part.comparisons()

    def where(self, today: date) -> Filter:
        """A comparison as a filter of its own, its date words read on a day."""
        resolved: Filter = resolve({self.path: self.said}, today=today)
        return resolved

    def holds(self, answers: Sequence[bool]) -> bool:
        """Whether it all holds, given what each of the ``comparisons`` came to, in their order."""
        found = list(answers)
        if len(found) != sum(1 for _ in self.comparisons()):
            raise ValueError("one answer a comparison")
        return self._joined(iter(found))

    def _joined(self, answers: Iterator[bool]) -> bool:
        if not self.join:
            return next(answers)
        parts = [part._joined(answers) for part in self.parts]
        if self.join == ALL:
            return all(parts)
        return any(parts) if self.join == ANY else not any(parts)


def take_apart(when: Mapping[str, Any]) -> Condition:
    """A filter as a tree of conditions.

    >>> whole = take_apart({"a.b": {"$gte": 1, "$lt": 3}, "$or": [{"c": 1}, {"d": 2}]})
    >>> [one.path for one in whole.comparisons()]
    ['a.b', 'a.b', 'c', 'd']
    """
    parts: list[Condition] = []
    for key, value in when.items():
        if key in _JOINS:
            joined = tuple(take_apart(one) for one in value)
            # A list of one, or a join within the same join, is no step of its own.
            parts += joined if _JOINS[key] == ALL else [Condition(_JOINS[key], joined)]
        elif isinstance(value, Mapping) and len(value) > 1 and _APART.issuperset(value):
            parts += [Condition(path=key, said={operator: said}) for operator, said in value.items()]
        else:
            parts.append(Condition(path=key, said=value))
    return parts[0] if len(parts) == 1 else Condition(ALL, tuple(parts))


def in_words(said: Any, today: date) -> str:
    """What a comparison wants, with the days that its date words mean.

    >>> in_words({"$lte": "today+90d"}, date(2026, 11, 23))
    '≤ 2027-02-21 (today+90d)'
    """
    if not isinstance(said, Mapping):
        return _one(said, today)
    return " , ".join(
        f"{_SIGNS.get(operator, operator.removeprefix('$'))} {_one(value, today)}"
        for operator, value in said.items()
    )


def _one(value: Any, today: date) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {in_words(one, today)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_one(one, today) for one in value) + "]"
    word = parse_word(value) if isinstance(value, str) else None
    if word is not None:
        return f"{word.on(today).isoformat()} ({value})"
    return str(value).lower() if isinstance(value, bool) else str(value)
