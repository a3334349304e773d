"""Kernel ridge regression over sentences: every example has votes, counted by likeness to what is said.

Likeness is of meaning (embeddings, centred) and of n-grams. Fitting is one linear system of all examples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import spotri
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from bot.components.embeddings import Matrix

# How fast likeness falls with distance in meaning, and how much noise the examples have. Chosen by
# leave-one-out over the examples; the test sets had no part in it.
SHARPNESS = 2.0
RIDGE = 0.3
# How much the examples of rare labels weigh up those of common ones: 0 not at all, 1 entirely.
EVENING = 0.75
# So many rows are compared at once, to keep what is needed meanwhile small.
STRIP = 256

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def likeness(meaning: Floats, grams: Floats, gram_share: float) -> Floats:
    """How alike sentences are, from the cosines of their meanings and of their n-grams."""
    alike: Floats = np.exp(SHARPNESS * (meaning - 1)) + gram_share * grams
    return alike


def between(rows: Matrix, grams: csr_matrix, others: Matrix, other_grams: csr_matrix, share: float) -> Floats:
    """The likeness of each row to each of the others."""
    return likeness(rows @ others.T, (grams @ other_grams.T).toarray(), share)


def strips(places: Ints) -> Iterator[Ints]:
    """Places, so many at a time."""
    return (places[start : start + STRIP] for start in range(0, len(places), STRIP))


class System:
    """The linear system of examples; it takes four bytes for every pair of them."""

    def __init__(self, rows: Matrix, grams: csr_matrix, noise: Floats | float, *, share: float) -> None:
        # Column by column in memory, as the solver works in place; the matrix is its own transpose.
        alike = np.empty((len(rows), len(rows)), dtype=np.float32, order="F")
        for some in strips(np.arange(len(rows))):
            alike[:, some] = between(rows[some], grams[some], rows, grams, share).T
        alike[np.diag_indices(len(rows))] += noise
        self._factor = cho_factor(alike, lower=True, overwrite_a=True, check_finite=False)[0]

    def votes(self, wanted: Floats) -> Floats:
        """The votes by which each example would come near to what is wanted of it."""
        found: Floats = cho_solve((self._factor, True), wanted, check_finite=False)
        return found

    def without_last(self, count: int, wanted: Floats, votes: Floats) -> Floats:
        """The scores of the last examples by the votes of all before them.

        The lower right corner of the factor belongs to the inverse's corner inverted, and that times
        these examples' votes is what the others leave to be wanted of them.
        """
        first = len(wanted) - count
        corner = np.tril(self._factor[first:, first:])
        scores: Floats = wanted[first:] - corner @ (corner.T @ votes[first:])
        return scores

    def left_out(self, wanted: Floats, votes: Floats) -> Floats:
        """The scores of each example by the votes of all the others; the system is used up."""
        inverse, failed = spotri(self._factor, lower=True, overwrite_c=True)
        if failed:
            raise ArithmeticError("the examples' likeness has no inverse")
        scores: Floats = wanted - votes / np.diag(inverse)[:, None]
        return scores


def wanted_of(labels: Ints, columns: int) -> Floats:
    """1 for an example's own label, -1 for all others."""
    wanted: Floats = np.full((len(labels), columns), -1.0, dtype=np.float32)
    wanted[np.arange(len(labels)), labels] = 1.0
    return wanted


def noise_of(labels: Ints, columns: int) -> Floats:
    """How much noise to expect of each example: less where its label has few, but not so little that a
    rare label swallows the common ones."""
    counts = np.bincount(labels, minlength=columns)
    noise: Floats = (RIDGE * (columns * counts[labels] / len(labels)) ** EVENING).astype(np.float32)
    return noise


def shares(scores: npt.NDArray[np.floating[npt.NBitBase]], warmth: float) -> npt.NDArray[np.float64]:
    """Scores as probabilities that sum to one, over the last axis."""
    raised = np.exp((scores.astype(np.float64) - scores.max(axis=-1, keepdims=True)) / warmth)
    parts: npt.NDArray[np.float64] = raised / raised.sum(axis=-1, keepdims=True)
    return parts


def warmth_of(scores: Floats, labels: Ints) -> float:
    """How warm scores must be to be probabilities on sentences not seen."""
    if not len(scores) or scores.shape[1] < 2:
        return 1.0
    own = np.arange(len(labels)), labels

    def surprise(warmth: float) -> float:
        return float(-np.log(shares(scores, warmth)[own] + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.02, 2.0), method="bounded").x)
