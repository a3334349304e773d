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
from scipy.sparse import csr_matrix

from bot.components.embeddings import Matrix, Vector
from bot.components.lexical import GramWeights, act_grams
from bot.components.ridge import System, likeness, noise_of, shares, wanted_of, warmth_of
from bot.components.wording import squeeze
from intents.space import Space

# How much n-grams count beside meaning. Chosen by leave-one-out; the test sets had no part in it.
GRAM_SHARE = 0.12
# An act's examples beyond these, evenly apart: a large catalogue must not drown all other talk.
MOST_OF_AN_ACT = 1500
# How many of the directions of the embeddings are kept: what a turn has to read costs it time.
DIRECTIONS = 512
BY_HEART = 0.99

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ActModel:
    """The examples as vectors and n-grams, their votes, and the sentences known by heart."""

    acts: tuple[str, ...]
    space: Space
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
        meaning = self.rows @ self.space.place(vector)
        return shares(likeness(meaning, self.grams @ said, GRAM_SHARE) @ self.votes, self.warmth)

    def save(self, file: Path) -> None:
        """Keep it as plain arrays: nothing in the file is code."""
        np.savez_compressed(
            file,
            acts=np.array(self.acts),
            centre=self.space.centre,
            spread=self.space.spread,
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
                space=Space(kept["centre"], kept["spread"]),
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
    space = Space.principal(raw, keep=DIRECTIONS)
    rows = space.place(raw)
    weights = GramWeights.learn((act_grams(text) for text in texts), at_least=2)
    grams = weights.matrix(texts, act_grams)
    wanted = wanted_of(labels, len(names))
    system = System(rows, grams, noise_of(labels, len(names)), share=GRAM_SHARE)
    votes = system.votes(wanted)
    return ActModel(
        acts=names,
        space=space,
        rows=rows,
        grams=grams,
        votes=votes,
        warmth=warmth_of(system.left_out(wanted, votes), labels),
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


def _by_heart(texts: Sequence[str], acts: Sequence[str]) -> dict[str, str]:
    """Sentences that were given for exactly one act."""
    meant: dict[str, set[str]] = {}
    for text, act in zip(texts, acts, strict=True):
        meant.setdefault(squeeze(text), set()).add(act)
    return {text: meant_acts.pop() for text, meant_acts in meant.items() if text and len(meant_acts) == 1}
