"""How well the assistant understands: one model's readings of the frozen sets, beside plain Rasa's.

Every sentence is read alone, outside any dialogue. What counts:

- speech acts: the act that stands in the end, against the sets' act;
- matters: the linker's ranking, whether or not the assistant would have gone on with it;
- out of scope: *caught* is a sentence that is declined: read as out of scope or chit-chat, or as wanting a
  matter that the linker names none for; a *false refusal* is a matter's sentence that is declined;
- calibration: over the matters' and the out-of-scope sentences together, how far the first matter's
  probability is from how often it is right.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from intents import judges
from intents.languages import is_english
from intents.measures import (
    Judged,
    abstention,
    accuracy,
    by_label,
    calibration_error,
    confusions,
    macro_f1,
    middle_ms,
    reliability,
    share,
)
from intents.sentences import Sentence, read_matters, read_speech_acts

OUTSIDE = "out_of_scope"
DECLINING = (OUTSIDE, "chitchat")
WANTING = ("do_matter", "ask_matter")
MOST_REFUSED = 0.03


@dataclass(frozen=True)
class Readings:
    """What one reader made of a set, sorted into what each measure asks."""

    acts: Sequence[Judged]
    matters: Sequence[Judged]
    outside: Sequence[Judged]

    @property
    def all_matters(self) -> list[Judged]:
        """Sentences about a matter and about none."""
        return [*self.matters, *self.outside]

    @property
    def english(self) -> list[Judged]:
        """Sentences about a matter in English."""
        return [one for one in self.matters if is_english(one.text)]


@dataclass(frozen=True)
class Column:
    """One figure of the table. ``target`` is what is asked of ours, or None."""

    name: str
    of: Callable[[Readings], float]
    target: float | None = None
    lower_is_better: bool = False

    def reached(self, value: float) -> bool:
        """Whether ours is as good as is asked."""
        if self.target is None:
            return True
        return value <= self.target if self.lower_is_better else value >= self.target

    def ahead(self, ours: float, theirs: float) -> bool:
        """Whether ours is the better one."""
        return ours < theirs if self.lower_is_better else ours > theirs


COLUMNS = (
    Column("speech acts, accuracy", lambda found: accuracy(found.acts)),
    Column("speech acts, macro F1", lambda found: macro_f1(found.acts)),
    Column("matters, first", lambda found: accuracy(found.matters), 0.93),
    Column("matters, among three", lambda found: accuracy(found.matters, 3), 0.985),
    Column("matters, macro F1", lambda found: macro_f1(found.matters)),
    Column("matters in English, first", lambda found: accuracy(found.english)),
    Column("out of scope, caught", lambda found: share(one.refused for one in found.outside), 0.90),
    Column(
        "matters, falsely refused",
        lambda found: share(one.refused for one in found.matters),
        MOST_REFUSED,
        lower_is_better=True,
    ),
    Column("calibration error", lambda found: calibration_error(found.all_matters), 0.05, True),
)
SLOWEST_MS = 15.0


def ours(model: Path, sentences: Sequence[Sentence]) -> Readings:
    """What a model of ours makes of a set. Raises ``judges.JudgeError``."""
    return sort_readings(sentences, judges.read_with(model, [one.text for one in sentences]))


def sort_readings(sentences: Sequence[Sentence], read: Sequence[Mapping[str, Any]]) -> Readings:
    """What was read of each sentence, for the measures that ask for it."""
    pairs = list(zip(sentences, read, strict=True))
    return Readings(
        acts=[_act(one, [(raw["act"], raw["confidence"])], raw["ms"]) for one, raw in pairs if is_act(one)],
        matters=[_matter(one, raw) for one, raw in pairs if one.matter],
        outside=[_matter(one, raw) for one, raw in pairs if one.act == OUTSIDE],
    )


def plain(sentences: Sequence[Sentence]) -> Readings:
    """What plain Rasa makes of a set, trained on the same sentences. Raises ``judges.JudgeError``.

    One intent for every act and every matter, as a Rasa project has them. It refuses a matter less likely
    than the share of false refusals that is allowed leaves: its best threshold, found on the set itself.
    """
    acts, wishes = read_speech_acts(), read_matters()
    read = judges.read_plainly(judges.intents_to_learn(acts, wishes), [one.text for one in sentences])
    matters = {one.matter for one in wishes if one.matter}
    pairs = list(zip(sentences, read, strict=True))
    about = [(one, _plain_matter(one, raw, matters)) for one, raw in pairs if not is_act(one)]
    least = _threshold([judged for one, judged in about if one.matter])
    judged = [(one, replace(found, refused=_likelihood(found) < least)) for one, found in about]
    return Readings(
        acts=[_act(one, raw["ranking"], raw["ms"]) for one, raw in pairs if is_act(one)],
        matters=[found for one, found in judged if one.matter],
        outside=[found for one, found in judged if not one.matter],
    )


def is_act(one: Sentence) -> bool:
    """Whether a sentence is one of the speech acts' own: about no matter, and not out of scope."""
    return one.matter is None and one.act != OUTSIDE


def figures(found: Readings) -> dict[str, float]:
    """Every column of one reader."""
    return {column.name: round(column.of(found), 4) for column in COLUMNS}


def speed(found: Readings) -> float:
    """The median of one reading, in milliseconds."""
    return round(middle_ms([*found.acts, *found.all_matters]), 2)


def details(found: Readings) -> dict[str, Any]:
    """What stands behind the figures: by label, the curves, and the sentences of every mistake."""
    return {
        "acts": _part(found.acts),
        "matters": _part(found.matters),
        "asked_back": round(share(one.asked for one in found.matters), 4),
        "sure_and_right": round(
            accuracy([one for one in found.matters if not one.asked and not one.refused]), 4
        ),
        "outside_missed": [_row(one) for one in found.outside if not one.refused],
        "falsely_refused": [_row(one) for one in found.matters if one.refused],
        "reliability": [vars(one) for one in reliability(found.all_matters)],
        "abstention": [vars(one) for one in abstention(found.all_matters)],
        "ms": speed(found),
    }


def declined(reading: Mapping[str, Any]) -> bool:
    """Whether the assistant would say that this is nothing it does."""
    if reading["act"] in DECLINING:
        return True
    return reading["act"] in WANTING and reading["decision"] not in ("sure", "ask")


def _act(one: Sentence, ranking: Sequence[Sequence[Any]], ms: float) -> Judged:
    right = frozenset({one.act}) | one.also
    return Judged(one.text, right, [(label, chance) for label, chance in ranking], ms=ms)


def _matter(one: Sentence, raw: Mapping[str, Any]) -> Judged:
    return Judged(
        one.text,
        _right(one),
        [(matter, chance) for matter, chance in raw["matters"]],
        refused=declined(raw),
        asked=raw["decision"] == "ask",
        ms=raw["ms"],
    )


def _plain_matter(one: Sentence, raw: Mapping[str, Any], matters: Collection[str]) -> Judged:
    ranking = [(label, chance) for label, chance in raw["ranking"] if label in matters]
    return Judged(one.text, _right(one), ranking, ms=raw["ms"])


def _likelihood(judged: Judged) -> float:
    return judged.ranking[0][1] if judged.ranking else 0.0


def _threshold(matters: Sequence[Judged]) -> float:
    """The likelihood below which no more than the allowed share of the matters' sentences lie."""
    return sorted(map(_likelihood, matters))[int(len(matters) * MOST_REFUSED)] if matters else 0.0


def _right(one: Sentence) -> frozenset[str]:
    return frozenset({one.matter}) | one.also if one.matter else frozenset()


def _part(judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "count": len(judged),
        "by_label": [vars(one) for one in by_label(judged)],
        "confusions": [vars(one) for one in confusions(judged)],
    }


def _row(one: Judged) -> dict[str, Any]:
    return {"text": one.text, "right": sorted(one.right), "read": [list(pair) for pair in one.ranking[:3]]}
