"""Yes and no in all their colours, and what only sounds like them.

Strict where it matters: a yes with a condition, a yes that asks, 「晓得了」 and 「不是不行」 are none.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from backend.values.wording import EDGES, plain

ASSENT_FILE = Path(__file__).with_name("assent.yml")


class Assent(StrEnum):
    """What a short answer says to a question of yes or no."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    CONDITIONAL = "conditional"  # 「好的，不过…」: to be settled first
    QUESTION = "question"  # 「嗯？」
    HEARD = "heard"  # 「晓得了」, 「随便」: no decision
    DOUBLED = "doubled"  # 「不是不行」
    MIXED = "mixed"  # yes and no in one breath
    NONE = "none"  # nothing of the kind


@dataclass(frozen=True)
class Words:
    """The words of ``assent.yml``, and what a text of nothing but these looks like."""

    kinds: dict[Assent, frozenset[str]]
    shapes: dict[Assent, re.Pattern[str]]
    opening: re.Pattern[str]
    conditions: re.Pattern[str]
    questions: re.Pattern[str]
    doubled: re.Pattern[str]


_KINDS = {Assent.YES: "assent", Assent.NO: "refusal", Assent.LATER: "later", Assent.HEARD: "heard"}
_GLUE = r"[\s,，.。!！~～、;；…\-]*"
_FEW = 6
_ASKING = re.compile(
    r"^(?:嗯|那|就)*(?:[是对行好可以成中]+)(?:吧|不|伐|吗|么|嘛不)$(?<!好吧)(?<!行吧)(?<!可以吧)(?<!成吧)(?<!中吧)"
)


@lru_cache(maxsize=1)
def words() -> Words:
    """The words, read once a process."""
    raw = yaml.safe_load(ASSENT_FILE.read_text("utf-8"))
    shapes = {}
    for kind, name in _KINDS.items():
        # 「好的，知道了」 is heard and 「好，以后再说」 later, so a yes counts for nothing beside these.
        beside = raw["assent"] if kind in (Assent.LATER, Assent.HEARD) else []
        fillers = _any_of([*raw["fillers"], *beside])
        word = _any_of([one for one in raw[name] if one not in raw["fillers"] or kind is Assent.YES])
        shapes[kind] = re.compile(
            rf"{_GLUE}(?:{fillers}{_GLUE})*?(?:{word}{_GLUE})(?:(?:{word}|{fillers}){_GLUE})*"
        )
    return Words(
        kinds={kind: frozenset(raw[name]) for kind, name in _KINDS.items()},
        shapes=shapes,
        opening=re.compile(rf"{_GLUE}(?:{_any_of(raw['fillers'])}{_GLUE})*?{_any_of(raw['assent'])}"),
        conditions=re.compile(_any_of(raw["conditions"])),
        questions=re.compile(_any_of(raw["questions"])),
        doubled=re.compile(_any_of(raw["doubled"])),
    )


@lru_cache(maxsize=4096)
def read_assent(text: str) -> Assent:
    """What a text says to a question of yes or no.

    >>> [read_assent(one).value for one in ("得嘞", "不用了谢谢", "晓得了", "嗯？", "不是不行")]
    ['yes', 'no', 'heard', 'question', 'doubled']
    >>> read_assent("好的不过电话改一下").value
    'conditional'
    """
    raw = plain(text)
    said = raw.strip(EDGES)
    known = words()
    if known.doubled.search(said):
        return Assent.DOUBLED
    if "?" in raw or _ASKING.search(said):
        return Assent.QUESTION
    for kind in (Assent.LATER, Assent.HEARD, Assent.NO, Assent.YES):
        if said in known.kinds[kind]:
            return kind
    fits = [kind for kind, shape in known.shapes.items() if shape.fullmatch(said)]
    if fits:
        return _one_of(fits)
    return _longer(said, known)


def is_yes(text: str) -> bool:
    """Whether a text is a plain yes and nothing else: what may set something going."""
    return read_assent(text) is Assent.YES


def is_no(text: str) -> bool:
    """Whether a text is a plain no."""
    return read_assent(text) is Assent.NO


def _one_of(fits: list[Assent]) -> Assent:
    """The one a text fits; one that also fits a stronger kind is that: 「好的，以后再说」 is later."""
    for kind in (Assent.LATER, Assent.HEARD, Assent.NO, Assent.YES):
        if kind in fits:
            return kind
    return Assent.NONE


def _longer(said: str, known: Words) -> Assent:
    """A yes with more behind it: a condition, a question, a no; or no short answer at all."""
    opening = known.opening.match(said)
    if opening is None:
        return _in_parts(said, known)
    if known.questions.search(said) and len(said) <= opening.end() + _FEW:
        return Assent.QUESTION
    if known.conditions.search(said, opening.end()):
        return Assent.CONDITIONAL
    return _in_parts(said, known)


def _in_parts(said: str, known: Words) -> Assent:
    """「不用改，提交吧」, 「好，以后再说」: each part a short answer of its own."""
    parts = [part for part in re.split(r"[,，.。!！;；\s]+", said) if part]
    if len(parts) < 2:
        return Assent.NONE
    kinds = {
        next(
            (
                kind
                for kind in (Assent.LATER, Assent.HEARD, Assent.NO, Assent.YES)
                if known.shapes[kind].fullmatch(part)
            ),
            None,
        )
        for part in parts
    }
    if None in kinds:
        return Assent.NONE
    for kind in (Assent.LATER, Assent.HEARD):
        if kind in kinds:
            return kind
    return Assent.MIXED if len(kinds) > 1 else next(iter(kinds - {None})) or Assent.NONE


def _any_of(phrases: list[str]) -> str:
    """A pattern of any of the phrases, the longest first; Latin ones as whole words."""
    ordered = sorted((str(one) for one in phrases), key=len, reverse=True)
    return (
        "(?:"
        + "|".join(
            rf"(?<![a-z]){re.escape(one)}(?![a-z])" if one.isascii() else re.escape(one) for one in ordered
        )
        + ")"
    )
