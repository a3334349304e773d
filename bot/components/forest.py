"""Boosted trees as plain numbers: fitted with scikit-learn in training, read with NumPy while serving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

TREES = 100
LEAVES = 12
SMALLEST_LEAF = 60
SHRINKAGE = 0.08
LEAF = -1
Floats = npt.NDArray[np.float64]
Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Forest:
    """A row of nodes a tree: the feature asked for (-1: a leaf), its threshold, where to go, the score."""

    baseline: float
    feature: Table
    threshold: Table
    left: Table
    right: Table
    score: Table

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Forest:
        """From plain JSON."""
        tables = {
            name: tuple(tuple(row) for row in raw[name])
            for name in ("feature", "threshold", "left", "right", "score")
        }
        return cls(float(raw["baseline"]), **tables)

    @cached_property
    def _nodes(self) -> tuple[npt.NDArray[Any], ...]:
        whole = (np.array(table, dtype=np.int64) for table in (self.feature, self.left, self.right))
        feature, left, right = whole
        return feature, left, right, np.array(self.threshold), np.array(self.score)

    def scores(self, rows: npt.NDArray[np.floating[Any]]) -> Floats:
        """For each row, the log-odds that it is right."""
        feature, left, right, threshold, score = self._nodes
        trees = np.arange(len(feature))[None, :]
        at = np.zeros((len(rows), len(feature)), dtype=np.int64)
        line = np.arange(len(rows))[:, None]
        for _ in range(feature.shape[1]):
            asked = feature[trees, at]
            inside = asked != LEAF
            if not inside.any():
                break
            lower = rows[line, np.maximum(asked, 0)] <= threshold[trees, at]
            at = np.where(inside, np.where(lower, left[trees, at], right[trees, at]), at)
        summed: Floats = self.baseline + score[trees, at].sum(axis=1)
        return summed


def grow(
    rows: npt.NDArray[np.floating[Any]], right: npt.NDArray[np.bool_], weights: Floats, *, seed: int
) -> Forest:
    """Fit a forest. The same rows give the same one."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  (only for training)
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=SHRINKAGE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=SMALLEST_LEAF,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    # Its threads spin for each other: on cores that others use too, one alone is the fastest.
    with threadpool_limits(limits=1):
        model.fit(rows, right, sample_weight=weights)
    trees = [step[0].nodes for step in model._predictors]
    return _as_tables(trees, baseline=float(np.ravel(model._baseline_prediction)[0]))


def _as_tables(trees: list[npt.NDArray[Any]], *, baseline: float) -> Forest:
    most = max((len(nodes) for nodes in trees), default=1)

    def table(name: str, fill: float) -> Table:
        rows = []
        for nodes in trees:
            known = [LEAF if name == "feature_idx" and node["is_leaf"] else node[name] for node in nodes]
            padded = [*known, *([fill] * (most - len(nodes)))]
            rows.append(tuple(round(float(value), 6) for value in padded))
        return tuple(rows)

    return Forest(
        baseline=baseline,
        feature=table("feature_idx", LEAF),
        threshold=table("num_threshold", 0.0),
        left=table("left", 0.0),
        right=table("right", 0.0),
        score=table("value", 0.0),
    )
