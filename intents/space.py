"""Where embeddings are compared: raw ones of strangers lie so close that likeness says little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intents.embeddings import SIZE, Matrix, Vector

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Space:
    """Where embeddings are compared: centred, and turned by ``spread`` (384 by as many as are kept).

    Raw multilingual-e5 vectors all lie close together (cosines of 0.8 and more between strangers); in
    this space strangers are near 0. It is learned in training and holds for matters not yet known.
    """

    centre: Vector
    spread: Matrix

    @classmethod
    def plain(cls) -> Space:
        """The space as it comes."""
        return cls(np.zeros(SIZE, np.float32), np.eye(SIZE, dtype=np.float32))

    @classmethod
    def learn(cls, rows: Matrix, groups: Ints, *, shrink: float = 0.3) -> Space:
        """From embeddings and the group (matter) that each belongs to: the spread within evened out."""
        centre = rows.mean(axis=0)
        within = np.concatenate(
            [rows[groups == g] - rows[groups == g].mean(axis=0) for g in np.unique(groups)]
        )
        covariance = within.T @ within / max(len(within) - 1, 1)
        level = np.trace(covariance) / len(covariance)
        values, vectors = np.linalg.eigh((1 - shrink) * covariance + shrink * level * np.eye(len(covariance)))
        spread = vectors @ np.diag(np.maximum(values, 1e-9) ** -0.5) @ vectors.T
        return cls(centre.astype(np.float32), (spread * np.sqrt(level)).astype(np.float32))

    @classmethod
    def principal(cls, rows: Matrix, *, keep: int) -> Space:
        """Centred, and only the directions in which embeddings differ most: the others tell little."""
        centre = rows.mean(axis=0)
        moved = (rows - centre).astype(np.float64)
        vectors = np.linalg.eigh(moved.T @ moved)[1]
        return cls(centre.astype(np.float32), np.ascontiguousarray(vectors[:, -keep:], dtype=np.float32))

    def place(self, rows: Matrix) -> Matrix:
        """Unit-length rows in this space."""
        moved = (rows - self.centre) @ self.spread
        lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
        placed: Matrix = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
        return placed

    def place_one(self, row: Vector) -> Vector:
        """The same for one row, in this thread alone: on a busy machine BLAS' threads wait for each other."""
        moved = np.einsum("d,de->e", row - self.centre, self.spread)
        placed: Vector = (moved / max(float(np.linalg.norm(moved)), 1e-9)).astype(np.float32)
        return placed
