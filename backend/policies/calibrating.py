"""How much each measure of the retrieval counts, and when a find is sure enough to be told.

The weights are those under which the right passage is likeliest, over the development questions and over
each article's own questions with themselves hidden. The certainty is then learned from the development
questions that nothing answers and from what the speech acts call out of scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from backend.policies.asked import read_question
from backend.policies.measuring import MEANINGS, MEASURES, Measured
from backend.policies.retrieval import SIGNS, Reading, Retrieval
from backend.policies.wording import look_up
from intents.sentences import INTENTS
from intents.wording import normalise

DEVELOPMENT = Path(__file__).with_name("development.yml")
OUT_OF_SCOPE = INTENTS / "speech_acts" / "out_of_scope.yml"
# On this day all development questions are asked: their right sources must hold then.
DAY = date(2026, 11, 22)
OWN_QUESTIONS, STRANGERS, FOLLOW_UPS = 500, 300, 120
OWN_COUNTS, OTHER_COUNTS, STRANGER_COUNTS = 0.5, 0.3, 0.1
SHRINK, STEPS, STRIDE = 0.003, 1200, 0.1
# The share of unanswerable development questions that must be declined; by words alone, which is only
# until the texts are embedded for the first time, nearly all.
CAUGHT = {"whole": 0.82, "lexical": 0.96}
HEADER = """# What each measure of measuring.py counts, with the question's embedding (whole) and without
# (lexical); what each sign of certainty counts, and the least certainty at which a find is told.
# Made by `python -m backend.policies calibrate`.
"""
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """A question, and the sources of which each answers it rightly; none when nothing does."""

    text: str
    right: frozenset[str]
    matter: str | None = None


def read_questions(file: Path) -> list[Question]:
    """The questions of a file of ``{q, any}`` and ``{q, none}``, some with the ``matter`` talked about."""
    raw: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
    return [Question(str(one["q"]), frozenset(one.get("any", [])), one.get("matter")) for one in raw]


@dataclass(frozen=True)
class _Lesson:
    measured: Measured
    right: npt.NDArray[np.bool_]
    counts: float
    development: bool

    @property
    def answerable(self) -> bool:
        return bool(self.right.any())


def calibrate(retrieval: Retrieval, *, seed: int = 7) -> str:
    """The text of the weights file."""
    lessons = _gather(retrieval, seed)
    told = {}
    for kind, used in (("whole", len(MEASURES)), ("lexical", len(MEASURES) - MEANINGS)):
        mask = np.arange(len(MEASURES)) < used
        weights = _learn_measures(lessons, mask)
        signs, bias, least = _learn_certainty(retrieval, lessons, weights, mask, caught=CAUGHT[kind])
        told[kind] = {
            "measures": _rounded(MEASURES, weights),
            "signs": _rounded(SIGNS, signs),
            "bias": round(bias, 3),
            "least": round(least, 3),
        }
    return HEADER + yaml.safe_dump(told, sort_keys=False)


def _gather(retrieval: Retrieval, seed: int) -> list[_Lesson]:
    force = np.array([one.in_force(DAY) for one in retrieval.passages], np.bool_)
    sources = np.array([one.source for one in retrieval.passages])
    lessons, chance = [], Random(seed)
    matters = sorted({matter for one in retrieval.passages for matter in one.matters})
    for one in read_questions(DEVELOPMENT):
        right = np.isin(sources, list(one.right)) & force
        lessons.append(
            _lesson(retrieval, one.text, right, 1.0, (), development=True, force=force, matter=one.matter)
        )
        if not one.right:
            continue
        # The same while something else is talked about: a new question is not taken for a follow-up.
        other = chance.choice(matters)
        again = _lesson(
            retrieval, one.text, right, OTHER_COUNTS, (), development=False, force=force, matter=other
        )
        lessons.append(again)
    measuring = retrieval.measuring
    rows = [
        row for row, at in enumerate(measuring.owner) if force[at] and len(retrieval.passages[at].asks) > 1
    ]
    for row in Random(seed).sample(rows, k=min(OWN_QUESTIONS, len(rows))):
        right = np.arange(len(sources)) == measuring.owner[row]
        text = measuring.asks[row]
        lessons.append(_lesson(retrieval, text, right, OWN_COUNTS, [row], development=False, force=force))
    lessons += _follow_ups(retrieval, force, seed)
    strangers = [str(one) for one in yaml.safe_load(OUT_OF_SCOPE.read_text("utf-8"))["examples"]]
    nothing = np.zeros(len(sources), np.bool_)
    for text in Random(seed).sample(strangers, k=min(STRANGERS, len(strangers))):
        lessons.append(_lesson(retrieval, text, nothing, STRANGER_COUNTS, (), development=False, force=force))
    return lessons


def _follow_ups(retrieval: Retrieval, force: npt.NDArray[np.bool_], seed: int) -> list[_Lesson]:
    """「要多少钱」 after a matter was talked about: its guide's own passage is right."""
    said = look_up("aspects")
    places = [at for at, one in enumerate(retrieval.passages) if one.aspect is not None]
    lessons = []
    for at in Random(seed).sample(places, k=min(FOLLOW_UPS, len(places))):
        one = retrieval.passages[at]
        text = Random(at).choice(said[str(one.aspect)])
        right = np.arange(len(retrieval.passages)) == at
        lessons.append(
            _lesson(
                retrieval, text, right, OWN_COUNTS, (), development=False, force=force, matter=one.matters[0]
            )
        )
    return lessons


def _lesson(
    retrieval: Retrieval,
    text: str,
    right: npt.NDArray[np.bool_],
    counts: float,
    hidden: Sequence[int],
    *,
    development: bool,
    force: npt.NDArray[np.bool_],
    matter: str | None = None,
) -> _Lesson:
    asked = read_question(normalise(text), DAY)
    vector = retrieval.embed(asked.text)
    meant = retrieval.meant(asked.text)
    measured = retrieval.measuring.measure(asked, vector, meant, matter, hidden)
    measured.rows[~force] = -1.0  # what does not hold is no rival
    return _Lesson(measured, right, counts, development)


def _learn_measures(lessons: Sequence[_Lesson], used: npt.NDArray[np.bool_]) -> Doubles:
    """Weights under which some right passage is likeliest (Adam over the likelihood, shrunk a little)."""
    taken = [one for one in lessons if one.answerable]
    total = sum(one.counts for one in taken)
    weights = np.where(used, 1.0, 0.0)
    mean, square = np.zeros(len(used)), np.zeros(len(used))
    for step in range(1, STEPS // 8 + 1):
        slope = SHRINK * weights
        for one in taken:
            scores = one.measured.rows @ weights
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            share = np.where(one.right, odds, 0.0)
            share /= max(share.sum(), 1e-12)
            slope = slope + one.counts / total * ((odds - share) @ one.measured.rows)
        slope = slope * used
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights = weights - 4 * STRIDE * (mean / (1 - 0.9**step)) / (
            np.sqrt(square / (1 - 0.99**step)) + 1e-9
        )
    return weights


def _learn_certainty(
    retrieval: Retrieval,
    lessons: Sequence[_Lesson],
    weights: Doubles,
    used: npt.NDArray[np.bool_],
    *,
    caught: float,
) -> tuple[Doubles, float, float]:
    """What each sign counts, the bias, and the least certainty that declines enough of what none answers."""
    signs, good, counts, nothing = [], [], [], []
    plain = weights.astype(np.float32)
    for one in (one for one in lessons if one.development or not one.answerable):
        rows = np.where(used, one.measured.rows, 0.0).astype(np.float32)
        scores = rows @ plain
        force = one.measured.rows[:, 0] >= 0
        at = int(np.where(force, scores, -np.inf).argmax())
        signs.append(retrieval.signs(at, Reading(rows, scores, force, one.measured.strange)))
        good.append(bool(one.right[at]))
        counts.append(one.counts)
        nothing.append(one.development and not one.answerable)
    x, n = np.array(signs), np.array(counts)
    w, bias = _learn_odds(x, np.array(good, dtype=float), n / n.sum())
    sure = 1 / (1 + np.exp(-(x @ w + bias)))
    return w, bias, float(np.quantile(sure[np.array(nothing)], caught))


def _learn_odds(x: Doubles, y: Doubles, shares: Doubles) -> tuple[Doubles, float]:
    """A logistic regression over signs evened out in spread, told in the signs' own terms."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    even = (x - centre) / spread
    w, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(STEPS * 3):
        off = (1 / (1 + np.exp(-(even @ w + bias))) - y) * shares
        w = w - 0.5 * (even.T @ off + 3 * SHRINK * w)
        bias -= 0.5 * float(off.sum())
    w = w / spread
    return w, bias - float(w @ centre)


def _rounded(names: Sequence[str], values: Doubles) -> dict[str, float]:
    return {name: round(float(one), 3) for name, one in zip(names, values, strict=True)}
