"""From one conversation's turns to what is counted of it, and from counts to figures. Pure.

The definitions are in ``docs/insight.md``; the names here are the names there.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Fewer people than this are never told of by themselves.
FEWEST = 5
WISHES = frozenset({"do_matter", "ask_matter"})
# What people say when the answer before was none.
UNHAPPY = frozenset({"deny", "complain", "insult", "ask_person", "repeat", "out_of_scope"})
DECLINED = "out_of_scope"
NO_MATTER = ""
NOT_FIELDS = frozenset({"confirm"})
COUNTS = ("conversations", "turns", "handed_off", "first_answers", "first_right", "repeating", "unanswered")
_SAID = re.compile(r"\w")
# How much of their characters and pairs of them two sentences share to be alike, and to be the same.
_ALIKE, _THE_SAME = 0.35, 0.8

Turn = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What is counted of one conversation on one day."""

    matter: str
    lang: str
    mode: str
    channel: str
    turns: int
    handed_off: bool
    first_answer: bool
    first_right: bool
    repeating: bool
    unanswered: tuple[str, ...]
    left_at: tuple[str, str] | None


def reckon(turns: Sequence[Turn], *, handed_off: bool, still_drafts: Collection[str]) -> Facts:
    """The facts of a conversation's turns, oldest first. ``still_drafts`` are applications not yet filed."""
    spoken = [turn for turn in turns if turn.get("text") is not None or turn.get("choice") is not None]
    first = next((at for at, turn in enumerate(spoken) if _act(turn) in WISHES), None)
    return Facts(
        matter=_matter(spoken),
        lang=str(turns[-1].get("lang") or "zh"),
        mode=str(turns[-1].get("mode") or "standard"),
        channel=str(turns[-1].get("channel") or "chat"),
        turns=len(spoken),
        handed_off=handed_off,
        first_answer=first is not None,
        first_right=first is not None and _went_on(spoken, first),
        repeating=_repeats(spoken),
        unanswered=tuple(str(turn["text"]) for turn in spoken if is_unanswered(turn)),
        left_at=_left_at(turns[-1], still_drafts),
    )


def is_unanswered(turn: Turn) -> bool:
    """Whether a turn was declined: read as none of ours, or as a wish that no matter fits."""
    if not turn.get("text") or not turn.get("answered", True):
        return False
    act = _act(turn)
    return act == DECLINED or (act in WISHES and _reading(turn).get("decision") == "none")


def figures(counts: Mapping[str, int]) -> dict[str, Any]:
    """The figures of some counts; None where there is nothing to divide by."""
    conversations, first = counts["conversations"], counts["first_answers"]
    return {
        "conversations": conversations,
        "turns_mean": _rate(counts["turns"], conversations, 2),
        "containment": _rate(conversations - counts["handed_off"], conversations),
        "handoff_rate": _rate(counts["handed_off"], conversations),
        "first_answer_success": _rate(counts["first_right"], first),
        "repeated_questions": _rate(counts["repeating"], conversations),
        "unanswered": _rate(counts["unanswered"], counts["turns"]),
    }


def concealed(people: Mapping[str, int]) -> set[str]:
    """Which of several rows, whose total is told, must not be told by themselves.

    Every row of fewer than five people; and the next smallest with them, until those hidden together are
    five, so that none is found by subtracting from the total.

    >>> sorted(concealed({"a": 2, "b": 40, "c": 9})), concealed({"a": 5, "b": 40})
    (['a', 'c'], set())
    """
    hidden = {name for name, count in people.items() if count < FEWEST}
    others = sorted((name for name in people if name not in hidden), key=lambda name: people[name])
    while hidden and others and (len(hidden) < 2 or sum(people[name] for name in hidden) < FEWEST):
        hidden.add(others.pop(0))
    return hidden


def gather(texts: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Unanswered sentences ``(who, text)`` by likeness, most people first; fewer than five are none.

    Each group is ``{label, people, times}``; its label is the sentence that is most like all the others.
    """
    groups: list[list[tuple[str, str, frozenset[str]]]] = []
    for who, text in texts:
        grams = _grams(text)
        near = max(groups, key=lambda group: _likeness(group[0][2], grams), default=None)
        if near is not None and _likeness(near[0][2], grams) >= _ALIKE:
            near.append((who, text, grams))
        else:
            groups.append([(who, text, grams)])
    told = [_group(group) for group in groups if len({who for who, _, _ in group}) >= FEWEST]
    return sorted(told, key=lambda one: (-one["people"], one["label"]))


def _group(group: list[tuple[str, str, frozenset[str]]]) -> dict[str, Any]:
    centre = max(group, key=lambda one: sum(_likeness(one[2], other[2]) for other in group))
    return {"label": centre[1], "people": len({who for who, _, _ in group}), "times": len(group)}


def _grams(text: str) -> frozenset[str]:
    said = "".join(_SAID.findall(text.lower()))
    return frozenset(said) | {said[at : at + 2] for at in range(len(said) - 1)}


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _went_on(spoken: Sequence[Turn], first: int) -> bool:
    """Whether the first answer served: not declined, and not met with a no, a complaint or the same again."""
    asked = spoken[first]
    if is_unanswered(asked) or not asked.get("answered", True):
        return False
    if first + 1 == len(spoken):
        return True
    then = spoken[first + 1]
    return _act(then) not in UNHAPPY and not _same(asked, then)


def _repeats(spoken: Sequence[Turn]) -> bool:
    asked = [turn for turn in spoken if _act(turn) in WISHES or _act(turn) == DECLINED]
    return any(_same(one, other) for at, one in enumerate(asked) for other in asked[at + 1 :])


def _same(one: Turn, other: Turn) -> bool:
    if not one.get("text") or not other.get("text"):
        return False
    return _likeness(_grams(str(one["text"])), _grams(str(other["text"]))) >= _THE_SAME


def _left_at(last: Turn, still_drafts: Collection[str]) -> tuple[str, str] | None:
    """The matter's application and the field at which a form was left, if it was."""
    expecting = last.get("expecting") or {}
    application, field = expecting.get("application"), expecting.get("field") or expecting.get("material")
    if application not in still_drafts or not field or field in NOT_FIELDS:
        return None
    return str(application), str(field)


def _matter(spoken: Sequence[Turn]) -> str:
    """What a conversation was about: the first matter that was surely meant."""
    for turn in spoken:
        matters = _reading(turn).get("matters") or []
        if matters and _act(turn) in WISHES and _reading(turn).get("decision") == "sure":
            return str(matters[0]["id"])
    return NO_MATTER


def _act(turn: Turn) -> str:
    return str(_reading(turn).get("act") or "")


def _reading(turn: Turn) -> Mapping[str, Any]:
    return turn.get("reading") or {}


def _rate(part: int, whole: int, digits: int = 4) -> float | None:
    return round(part / whole, digits) if whole else None
