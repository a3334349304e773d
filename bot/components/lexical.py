"""Sentences as weighted bags of character n-grams."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.components.wording import grams, normalise, tokens

Grams = Callable[[str], list[str]]


def topic_grams(text: str) -> list[str]:
    """The n-grams that tell which matter a sentence is about."""
    return grams(tokens(normalise(text)))


def act_grams(text: str) -> list[str]:
    """The n-grams that tell what is done by a sentence: how it begins and ends counts."""
    return grams(["^", *tokens(normalise(text)), "$"])


@dataclass(frozen=True)
class GramWeights:
    """How much each n-gram tells (inverse document frequency), and its column."""

    vocabulary: dict[str, int]
    weights: npt.NDArray[np.float32]

    @classmethod
    def learn(cls, bags: Iterable[Iterable[str]], *, at_least: int = 1) -> GramWeights:
        """From bags of n-grams; what is in fewer than ``at_least`` of them is left out."""
        seen: Counter[str] = Counter()
        total = 0
        for bag in bags:
            seen.update(set(bag))
            total += 1
        kept = sorted(gram for gram, count in seen.items() if count >= at_least)
        weights = [math.log((1 + total) / (1 + seen[gram])) + 1 for gram in kept]
        return cls({gram: at for at, gram in enumerate(kept)}, np.array(weights, dtype=np.float32))

    def row(self, found: Sequence[str]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Columns and unit-length weights of one sentence's n-grams; unknown ones are left out."""
        counts = Counter(column for gram in found if (column := self.vocabulary.get(gram)) is not None)
        columns = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(often)) * self.weights[columns]
        length = float(np.sqrt(np.dot(values, values)))
        return columns, (values / length if length else values).astype(np.float32)

    def matrix(self, texts: Sequence[str], cut: Grams) -> csr_matrix:
        """One row a sentence."""
        rows = [self.row(cut(text)) for text in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, np.int32)
        values = np.concatenate([values for _, values in rows]) if rows else np.zeros(0, np.float32)
        return csr_matrix(
            (values, columns, starts), shape=(len(rows), len(self.vocabulary)), dtype=np.float32
        )
