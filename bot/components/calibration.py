"""From what speaks for a matter to the probability that it is meant, and to a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.components.context import Decision
from bot.components.forest import Forest, grow
from bot.components.matter_index import FEATURES, NO_VOTE, Candidates, Floats, Ints, MatterIndex

SEED = 20260101
ASKED_AT_MOST = 4
# How much a sentence counts that is tried with few examples, with the name alone, without its matter.
FEW, NAME_ONLY, LEFT_OUT = 0.5, 0.2, 0.15
# Talk about none of the matters counts as much as talk about all of them, however many there are.
OUTSIDE_SHARE = 1.0
# A matter's sentences are tried up to this many: fifteen tell what a hundred would.
TRIED_OF_A_MATTER = 15
PLENTY_OF_TALK = 1000
# From so many trials on, what speaks for a matter is weighed by trees; few would be learnt by heart.
ENOUGH_FOR_TREES = 2000
FOLDS = 3
# What a citizen gains or loses: right at once; asked, with the right one offered; wrong at once; turned
# away though we do it; asked though we do not.
RIGHT, OFFERED, WRONG, REFUSED, NEEDLESS = 1.0, 0.6, -3.0, -1.0, -0.5
# The share of sentences about a matter of ours that may be turned away, and between what chances that is
# decided.
MOST_REFUSED, LEAST_TO_ASK, MOST_TO_ASK = 0.025, 0.25, 0.45


@dataclass(frozen=True)
class Calibration:
    """A logistic model over the index's features, or a forest, and where chances turn into decisions."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    sure: float = 0.6
    lead: float = 0.25
    ask: float = 0.25
    forest: Forest | None = None

    @classmethod
    def untrained(cls) -> Calibration:
        """Sensible before any training: the mean of the likeness in meaning, in n-grams and in name."""
        weights = [0.0] * len(FEATURES)
        for feature in ("meaning", "grams", "named"):
            weights[FEATURES.index(feature)] = 4.0
        return cls((0.0,) * len(FEATURES), (1.0,) * len(FEATURES), tuple(weights), bias=-6.0)

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Calibration:
        """From what ``dump`` made."""
        lists = {name: tuple(raw[name]) for name in ("mean", "scale", "weights")}
        forest = Forest.parse(raw["forest"]) if raw.get("forest") else None
        return cls(**{**raw, **lists, "forest": forest})

    def dump(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    def probabilities(self, features: Floats) -> npt.NDArray[np.float64]:
        """For each candidate, how probably it is the one that is meant."""
        if self.forest:
            odds = self.forest.scores(features)
        else:
            scaled = (features - np.array(self.mean)) / np.array(self.scale)
            odds = scaled @ np.array(self.weights) + self.bias
        chances: npt.NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return chances

    def decide(self, chances: Sequence[float]) -> Decision:
        """From probabilities, best first."""
        if not chances or chances[0] < self.ask:
            return Decision.NONE
        second = chances[1] if len(chances) > 1 else 0.0
        sure = chances[0] >= self.sure and chances[0] - second >= self.lead
        return Decision.SURE if sure else Decision.ASK


@dataclass(frozen=True)
class Trial:
    """A sentence with the matter it is about (or none), seen as if it were new."""

    candidates: Candidates
    matter: int | None
    weight: float = 1.0
    sentence: int = 0


Judged = tuple[float, float, bool, bool, bool, float]


@dataclass(frozen=True)
class Tried:
    """The places of the sentences that are tried: entries of the index, and other talk."""

    entries: Ints
    talk: Ints

    @classmethod
    def of(cls, index: MatterIndex) -> Tried:
        """Of each matter so many, evenly apart, and all other talk or, where it is plenty, half of it."""
        rows = np.arange(len(index.owner))
        own = [rows[index.owner == matter] for matter in range(len(index.matters))]
        entries = [places[evenly(len(places), TRIED_OF_A_MATTER)] for places in own if len(places)]
        talk = np.flatnonzero(index.rival)
        kept = talk[::2] if len(talk) > PLENTY_OF_TALK else talk
        return cls(np.sort(np.concatenate([np.zeros(0, np.int64), *entries])), kept)


def calibrate(index: MatterIndex, tried: Tried | None = None, scores: Floats | None = None) -> Calibration:
    """Learn from the sentences of the index, each hidden from itself.

    ``scores``: what the votes of all others say of each that is ``tried``, the entries first.

    The catalogue's own sentences are tried whole, with few examples and with the name alone (so that
    a new matter is judged fairly), and with their matter taken away (so that what we do not offer is
    refused); then all other talk.
    """
    tried = tried or Tried.of(index)
    trials = _balanced([trial for trial in _trials(index, tried, scores) if len(trial.candidates.matters)])
    right = [bool((trial.candidates.matters == _or_none(trial.matter)).any()) for trial in trials]
    if not any(right) or all(right):
        return Calibration.untrained()
    if len(trials) < ENOUGH_FOR_TREES:
        fitted = _fit_line(trials)
        return _with_thresholds(fitted, [_judge(fitted, trial) for trial in trials])
    # Trees know what they were grown on too well: thresholds come from trials that they have not seen.
    judged = []
    for fold in range(FOLDS):
        seen = _fit_trees([trial for trial in trials if trial.sentence % FOLDS != fold])
        judged += [_judge(seen, trial) for trial in trials if trial.sentence % FOLDS == fold]
    return _with_thresholds(_fit_trees(trials), judged)


def _balanced(trials: list[Trial]) -> list[Trial]:
    """The talk that is about no matter weighted against all that is about one."""
    inside = sum(trial.weight for trial in trials if trial.matter is not None)
    talk = [trial for trial in trials if trial.matter is None and trial.weight == 1.0]
    factor = max(1.0, OUTSIDE_SHARE * inside / max(len(talk), 1))
    return [
        replace(trial, weight=factor) if trial.matter is None and trial.weight == 1.0 else trial
        for trial in trials
    ]


def _rows(trials: Sequence[Trial]) -> tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """One row a candidate of a trial: its features, whether it is the right one, its weight."""
    features = np.concatenate([trial.candidates.features for trial in trials])
    right = np.concatenate([trial.candidates.matters == _or_none(trial.matter) for trial in trials])
    weights = np.concatenate([np.full(len(trial.candidates.matters), trial.weight) for trial in trials])
    return features, right, weights


def _fit_line(trials: Sequence[Trial]) -> Calibration:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (slow to load; only for training)

    features, right, weights = _rows(trials)
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=SEED)
    model.fit((features - mean) / scale, right, sample_weight=weights)
    return Calibration(
        tuple(mean.tolist()),
        tuple(scale.tolist()),
        tuple(model.coef_[0].tolist()),
        float(model.intercept_[0]),
    )


def _fit_trees(trials: Sequence[Trial]) -> Calibration:
    features, right, weights = _rows(trials)
    return replace(Calibration.untrained(), forest=grow(features, right, weights, seed=SEED))


def _trials(index: MatterIndex, tried: Tried, scores: Floats | None) -> Iterator[Trial]:
    random = np.random.default_rng(SEED)
    rows = np.arange(len(index.owner))
    for place, at in enumerate(tried.entries):
        matter, text = int(index.owner[at]), index.texts[at]
        own = rows[index.owner == matter]
        query = index.compare(text, index.placed[at], None if scores is None else scores[place])
        unheard = replace(query, votes=_without_vote(query.votes, matter))
        same = np.array([row for row in own if index.texts[row] == text], dtype=np.int64)
        few = np.union1d(same, own[random.random(len(own)) < 0.7])
        name_only = np.union1d(same, own[~index.is_name[own]])
        tries = ((query, same, 1.0), (unheard, few, FEW), (unheard, name_only, NAME_ONLY))
        for asked, hidden, weight in tries:
            if len(hidden) < len(own):
                found = index.candidates(asked, hidden=hidden, always=matter)
                yield Trial(found, matter, weight, sentence=int(at))
        absent = _without(index.candidates(unheard, hidden=own), matter)
        yield Trial(absent, None, LEFT_OUT, sentence=int(at))
    for place, at in enumerate(tried.talk, start=len(tried.entries)):
        text = index.talk[at][1]
        query = index.compare(
            text, index.placed[len(index.owner) + at], None if scores is None else scores[place]
        )
        same = np.array([row for row, (_, other) in enumerate(index.talk) if other == text], dtype=np.int64)
        yield Trial(index.candidates(query, hidden_talk=same), None, 1.0, sentence=int(at))


def _without_vote(votes: Floats, matter: int) -> Floats:
    silent = votes.copy()
    silent[matter] = NO_VOTE
    return silent


def evenly(count: int, most: int) -> npt.NDArray[np.int64]:
    """Places among ``count``, all of them or ``most`` of them, evenly apart."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _without(found: Candidates, matter: int) -> Candidates:
    kept = found.matters != matter
    return Candidates(found.matters[kept], found.features[kept])


def _or_none(matter: int | None) -> int:
    return -1 if matter is None else matter


def _with_thresholds(fitted: Calibration, judged: Sequence[Judged]) -> Calibration:
    """Below ``ask`` few of our own matters are turned away; the others serve citizens best over all."""
    best, second, first_right, offered, refusable, weights = np.array(judged).T
    whole = best[(refusable == 0) & (weights == 1.0)]
    lowest = float(np.quantile(whole, MOST_REFUSED)) if len(whole) else fitted.ask
    ask = round(min(max(lowest, LEAST_TO_ASK), MOST_TO_ASK), 3)
    gains = {}
    for sure, lead in product(np.arange(0.4, 0.96, 0.05), (0.1, 0.2, 0.3, 0.4)):
        silent = best < ask
        certain = ~silent & (best >= sure) & (best - second >= lead)
        gain = np.where(
            silent,
            np.where(refusable, RIGHT, REFUSED),
            np.where(certain, np.where(first_right, RIGHT, WRONG), np.where(offered, OFFERED, NEEDLESS)),
        )
        gains[round(float(sure), 2), lead] = float(gain @ weights)
    sure, lead = max(gains, key=lambda tried: gains[tried])
    return replace(fitted, sure=sure, lead=lead, ask=ask)


def _judge(fitted: Calibration, trial: Trial) -> Judged:
    """Best and second chance; is the best right, is the right one offered, is there none; the weight."""
    chances = fitted.probabilities(trial.candidates.features)
    order = np.argsort(-chances, kind="stable")[:ASKED_AT_MOST]
    matters = trial.candidates.matters[order].tolist()
    second = float(chances[order[1]]) if len(order) > 1 else 0.0
    right = trial.matter
    return (
        float(chances[order[0]]),
        second,
        matters[0] == right,
        right in matters,
        right is None,
        trial.weight,
    )
