"""The speech-act model: kernel ridge regression whose confidence can be trusted.

A sentence is compared with every example, by meaning and by n-grams; each example has a vote for its
act. Fitting is one linear system, so a training takes a second, and what the model would say of an
example it had never seen follows from the same system: that is what its confidence is fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from bot.components.embeddings import Matrix, Vector
from bot.components.lexical import GramWeights, act_grams
from bot.components.wording import squeeze

# Chosen by leave-one-out over the examples; the test sets had no part in it.
SHARPNESS = 2.0
GRAM_SHARE = 0.12
RIDGE = 0.3
# How much the examples of rare acts weigh up those of common ones: 0 not at all, 1 entirely.
EVENING = 0.75
# An act's examples beyond these, evenly apart: a large catalogue must not drown all other talk.
MOST_OF_AN_ACT = 2000
BY_HEART = 0.99

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ActModel:
    """The examples as vectors and n-grams, their votes, and the sentences known by heart."""

    acts: tuple[str, ...]
    centre: Vector
    rows: Matrix
    grams: csr_matrix
    votes: npt.NDArray[np.float32]
    warmth: float
    weights: GramWeights
    by_heart: dict[str, str]

    def rank(self, text: str, vector: Vector) -> list[tuple[str, float]]:
        """Every act with its probability, likeliest first."""
        chances = self._chances(text, vector)
        known = self.by_heart.get(squeeze(text))
        if known is not None:
            chances = chances * (1 - BY_HEART)
            chances[self.acts.index(known)] += BY_HEART
        order = np.argsort(-chances, kind="stable")
        return [(self.acts[at], float(chances[at])) for at in order]

    def _chances(self, text: str, vector: Vector) -> Floats:
        columns, values = self.weights.row(act_grams(text))
        said = np.zeros(len(self.weights.vocabulary), dtype=np.float32)
        said[columns] = values
        meaning = self.rows @ _centred(vector.reshape(1, -1), self.centre)[0]
        alike = np.exp(SHARPNESS * (meaning - 1)) + GRAM_SHARE * (self.grams @ said)
        chances: Floats = _softmax((alike @ self.votes / self.warmth).reshape(1, -1).astype(np.float64))[0]
        return chances

    def save(self, file: Path) -> None:
        """Keep it as plain arrays: nothing in the file is code."""
        np.savez_compressed(
            file,
            acts=np.array(self.acts),
            centre=self.centre,
            rows=self.rows,
            grams_data=self.grams.data,
            grams_indices=self.grams.indices,
            grams_indptr=self.grams.indptr,
            votes=self.votes,
            warmth=np.array(self.warmth),
            vocabulary=np.array(list(self.weights.vocabulary), dtype=np.str_),
            gram_weights=self.weights.weights,
            heart_texts=np.array(list(self.by_heart), dtype=np.str_),
            heart_acts=np.array(list(self.by_heart.values()), dtype=np.str_),
        )

    @classmethod
    def load(cls, file: Path) -> ActModel:
        """From what ``save`` kept."""
        with np.load(file) as kept:
            vocabulary = {str(gram): at for at, gram in enumerate(kept["vocabulary"])}
            hearts = zip(kept["heart_texts"].tolist(), kept["heart_acts"].tolist(), strict=True)
            rows = kept["rows"]
            parts = (kept["grams_data"], kept["grams_indices"], kept["grams_indptr"])
            return cls(
                acts=tuple(str(act) for act in kept["acts"]),
                centre=kept["centre"],
                rows=rows,
                grams=csr_matrix(parts, shape=(len(rows), len(vocabulary))),
                votes=kept["votes"],
                warmth=float(kept["warmth"]),
                weights=GramWeights(vocabulary, kept["gram_weights"]),
                by_heart=dict(hearts),
            )


def learn_acts(texts: Sequence[str], acts: Sequence[str], vectors: Sequence[Vector]) -> ActModel:
    """Fit the votes, and how warm the scores must be to be probabilities on sentences not seen."""
    by_heart = _by_heart(texts, acts)
    kept = _thinned(acts)
    texts, acts, vectors = ([given[at] for at in kept] for given in (texts, acts, vectors))  # type: ignore[misc]
    names = tuple(sorted(set(acts)))
    labels = np.array([names.index(act) for act in acts])
    raw: Matrix = np.stack(vectors)
    centre: Vector = raw.mean(axis=0)
    rows = _centred(raw, centre)
    weights = GramWeights.learn((act_grams(text) for text in texts), at_least=2)
    grams = weights.matrix(texts, act_grams)
    alike = np.exp(SHARPNESS * (rows @ rows.T - 1)) + GRAM_SHARE * (grams @ grams.T).toarray()
    votes, held_out = _solve(alike.astype(np.float64), labels, acts=len(names))
    return ActModel(
        acts=names,
        centre=centre,
        rows=rows,
        grams=grams,
        votes=votes.astype(np.float32),
        warmth=_warmth(held_out, labels),
        weights=weights,
        by_heart=by_heart,
    )


def _thinned(acts: Sequence[str]) -> list[int]:
    """The places of the examples to learn from, of each act at most so many."""
    places: dict[str, list[int]] = {}
    for at, act in enumerate(acts):
        places.setdefault(act, []).append(at)
    kept: list[int] = []
    for own in places.values():
        chosen = np.linspace(0, len(own) - 1, min(len(own), MOST_OF_AN_ACT)).astype(int)
        kept += [own[int(at)] for at in chosen]
    return sorted(kept)


def _solve(alike: Floats, labels: npt.NDArray[np.int_], *, acts: int) -> tuple[Floats, Floats]:
    """The votes, and each example's scores as if it had been left out."""
    counts = np.bincount(labels, minlength=acts)
    # Acts with few examples count for more, but not so much that a rare act swallows the common ones.
    importance = (len(labels) / (acts * counts[labels])) ** EVENING
    wanted = np.eye(acts)[labels] * 2 - 1
    inverse = np.linalg.inv(alike + RIDGE * np.diag(1 / importance))
    votes = inverse @ wanted
    return votes, wanted - votes / np.diag(inverse)[:, None]


def _warmth(held_out: Floats, labels: npt.NDArray[np.int_]) -> float:
    if held_out.shape[1] < 2:
        return 1.0

    def surprise(warmth: float) -> float:
        chances = _softmax(held_out / warmth)
        return float(-np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.02, 2.0), method="bounded").x)


def _centred(rows: Matrix, centre: Vector) -> Matrix:
    moved = rows - centre
    placed: Matrix = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return placed


def _by_heart(texts: Sequence[str], acts: Sequence[str]) -> dict[str, str]:
    """Sentences that were given for exactly one act."""
    meant: dict[str, set[str]] = {}
    for text, act in zip(texts, acts, strict=True):
        meant.setdefault(squeeze(text), set()).add(act)
    return {text: meant_acts.pop() for text, meant_acts in meant.items() if text and len(meant_acts) == 1}


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=1, keepdims=True)
    return chances
