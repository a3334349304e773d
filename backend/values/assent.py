"""Yes and no in all their colours, and what only sounds like them.

Strict where it matters: a yes with a condition, a yes that asks, 「晓得了」 and 「不是不行」 are none.
"""

import re
from collections.abc import Iterable
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
    """The words of ``assent.yml``, and what a text of nothing but these is made of."""

    kinds: dict[Assent, frozenset[str]]
    fillers: frozenset[str]
    beside: dict[Assent, re.Pattern[str]]  # a kind's words and what may stand beside them
    conditions: re.Pattern[str]
    questions: re.Pattern[str]
    doubled: re.Pattern[str]


_KINDS = {Assent.LATER: "later", Assent.HEARD: "heard", Assent.NO: "refusal", Assent.YES: "assent"}
_GLUE = re.compile(r"[\s,，.。!！~～、;；…\-]*")
_FEW = 6
_LONGEST = 60
_ASKING = re.compile(
    r"^(?:嗯|那|就)*(?:[是对行好可以成中]+)(?:吧|不|伐|吗|么|嘛不)$(?<!好吧)(?<!行吧)(?<!可以吧)(?<!成吧)(?<!中吧)"
)


@lru_cache(maxsize=1)
def words() -> Words:
    """The words, read once a process."""
    raw = yaml.safe_load(ASSENT_FILE.read_text("utf-8"))
    fillers = frozenset(raw["fillers"])
    kinds = {kind: frozenset(raw[name]) for kind, name in _KINDS.items()}
    # 「好的，知道了」 is heard and 「好，以后再说」 later, so a yes counts for nothing beside these.
    yes_beside = {Assent.LATER, Assent.HEARD}
    return Words(
        kinds=kinds,
        fillers=fillers,
        beside={
            kind: _any_of(own | fillers | (kinds[Assent.YES] if kind in yes_beside else frozenset()))
            for kind, own in kinds.items()
        },
        conditions=_any_of(raw["conditions"]),
        questions=_any_of(raw["questions"]),
        doubled=_any_of(raw["doubled"]),
    )


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
    if len(said) > _LONGEST:
        return Assent.NONE
    if known.doubled.search(said):
        return Assent.DOUBLED
    if "?" in raw or _ASKING.search(said):
        return Assent.QUESTION
    whole = next((kind for kind, own in known.kinds.items() if said in own), None)
    return whole or _kind_of(said, known) or _longer(said, known)


def is_yes(text: str) -> bool:
    """Whether a text is a plain yes and nothing else: what may set something going."""
    return read_assent(text) is Assent.YES


def is_no(text: str) -> bool:
    """Whether a text is a plain no."""
    return read_assent(text) is Assent.NO


def _kind_of(said: str, known: Words) -> Assent | None:
    """The kind of a text of nothing but short answers; the stronger where it fits two."""
    for kind in known.kinds:
        end, has_own = _run_of(kind, said, known)
        if has_own and end == len(said):
            return kind
    return None


def _longer(said: str, known: Words) -> Assent:
    """A yes with more behind it: a condition, a question, a no; or no short answer at all."""
    end, has_yes = _run_of(Assent.YES, said, known)
    if has_yes and known.questions.search(said) and len(said) <= end + _FEW:
        return Assent.QUESTION
    if has_yes and known.conditions.search(said):
        return Assent.CONDITIONAL
    parts = [part for part in re.split(r"[,，.。!！;；\s]+", said) if part]
    kinds = {_kind_of(part, known) for part in parts}
    if len(parts) < 2 or None in kinds:
        return Assent.NONE
    decided = next((kind for kind in (Assent.LATER, Assent.HEARD) if kind in kinds), None)
    return decided or Assent.MIXED


def _run_of(kind: Assent, said: str, known: Words) -> tuple[int, bool]:
    """How far a text goes on with a kind's words and what stands beside them, and whether one was its own.

    Word by word, the longest first and never back: whatever is typed, it is read in one go. A filler
    that is heard when it stands alone (哦) means nothing beside others.
    """
    own = known.kinds[kind] if kind is Assent.YES else known.kinds[kind] - known.fillers
    at, has_own = 0, False
    while at < len(said):
        glue = _GLUE.match(said, at)
        at = glue.end() if glue else at
        word = known.beside[kind].match(said, at)
        if word is None:
            break
        has_own = has_own or word[0] in own
        at = word.end()
    return at, has_own


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases, the longest first; Latin ones as whole words."""
    ordered = sorted(map(str, phrases), key=lambda one: (-len(one), one))
    return re.compile(
        "|".join(
            rf"(?<![a-z]){re.escape(one)}(?![a-z])" if one.isascii() else re.escape(one) for one in ordered
        )
    )
