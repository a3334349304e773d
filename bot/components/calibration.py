"""From what speaks for a matter to the probability that it is meant, and to a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.components.context import Decision
from bot.components.matter_index import FEATURES, Candidates, Floats, MatterIndex

SEED = 20260101
ASKED_AT_MOST = 4
# How much a sentence counts that is tried with few examples, with the name alone, without its matter.
FEW, NAME_ONLY, LEFT_OUT = 0.5, 0.2, 0.15
# What a citizen gains or loses: right at once; asked, with the right one offered; wrong at once; turned
# away though we do it; asked though we do not.
RIGHT, OFFERED, WRONG, REFUSED, NEEDLESS = 1.0, 0.6, -2.0, -1.0, 0.0


@dataclass(frozen=True)
class Calibration:
    """A logistic model over the index's features, and where its probabilities turn into decisions."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    sure: float = 0.6
    lead: float = 0.25
    ask: float = 0.25

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
        return cls(**{**raw, **lists})

    def dump(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    def probabilities(self, features: Floats) -> npt.NDArray[np.float64]:
        """For each candidate, how probably it is the one that is meant."""
        scaled = (features - np.array(self.mean)) / np.array(self.scale)
        chances: npt.NDArray[np.float64] = 1 / (1 + np.exp(-(scaled @ np.array(self.weights) + self.bias)))
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


def calibrate(index: MatterIndex) -> Calibration:
    """Learn from every sentence of the index, each hidden from itself.

    The catalogue's own sentences are tried whole, with few examples and with the name alone (so that
    a new matter is judged fairly), and with their matter taken away (so that what we do not offer is
    refused); then all other talk.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (slow to load; only for training)

    trials = [trial for trial in _trials(index) if len(trial.candidates.matters)]
    if not any(trial.matter is not None for trial in trials):
        return Calibration.untrained()
    features = np.concatenate([trial.candidates.features for trial in trials])
    right = np.concatenate([trial.candidates.matters == _or_none(trial.matter) for trial in trials])
    weights = np.concatenate([np.full(len(trial.candidates.matters), trial.weight) for trial in trials])
    if right.all() or not right.any():
        return Calibration.untrained()
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=SEED)
    model.fit((features - mean) / scale, right, sample_weight=weights)
    fitted = Calibration(
        tuple(mean.tolist()),
        tuple(scale.tolist()),
        tuple(model.coef_[0].tolist()),
        float(model.intercept_[0]),
    )
    return _with_thresholds(fitted, trials)


def _trials(index: MatterIndex) -> Iterator[Trial]:
    random = np.random.default_rng(SEED)
    rows = np.arange(len(index.owner))
    for at, text in enumerate(index.texts):
        matter = int(index.owner[at])
        query = index.compare(text, index.placed[at])
        own = rows[index.owner == matter]
        same = np.array([row for row in own if index.texts[row] == text], dtype=np.int64)
        few = np.union1d(same, own[random.random(len(own)) < 0.7])
        name_only = np.union1d(same, own[~index.is_name[own]])
        for hidden, weight in ((same, 1.0), (few, FEW), (name_only, NAME_ONLY)):
            if len(hidden) < len(own):
                found = index.candidates(query, hidden=hidden, always=matter)
                yield Trial(found, matter, weight)
        yield Trial(_without(index.candidates(query, hidden=own), matter), None, LEFT_OUT)
    for at, (_, text) in enumerate(index.talk):
        query = index.compare(text, index.talk_placed[at])
        same = np.array([row for row, (_, other) in enumerate(index.talk) if other == text], dtype=np.int64)
        yield Trial(index.candidates(query, hidden_talk=same), None, 1.0)


def _without(found: Candidates, matter: int) -> Candidates:
    kept = found.matters != matter
    return Candidates(found.matters[kept], found.features[kept])


def _or_none(matter: int | None) -> int:
    return -1 if matter is None else matter


def _with_thresholds(fitted: Calibration, trials: Sequence[Trial]) -> Calibration:
    """The thresholds that serve citizens best over all trials."""
    judged = [_judge(fitted, trial) for trial in trials]
    best, second, first_right, offered, refusable, weights = np.array(judged).T
    gains = {}
    for sure, lead, ask in product(
        np.arange(0.4, 0.96, 0.05), (0.1, 0.2, 0.3, 0.4), np.arange(0.1, 0.41, 0.05)
    ):
        silent = best < ask
        certain = ~silent & (best >= sure) & (best - second >= lead)
        gain = np.where(
            silent,
            np.where(refusable, RIGHT, REFUSED),
            np.where(certain, np.where(first_right, RIGHT, WRONG), np.where(offered, OFFERED, NEEDLESS)),
        )
        gains[round(float(sure), 2), lead, round(float(ask), 2)] = float(gain @ weights)
    sure, lead, ask = max(gains, key=lambda tried: gains[tried])
    return replace(fitted, sure=sure, lead=lead, ask=ask)


def _judge(fitted: Calibration, trial: Trial) -> tuple[float, float, bool, bool, bool, float]:
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
