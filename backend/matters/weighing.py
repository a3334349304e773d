"""Texts as weighted bags of pieces, compared by cosine through an inverted index."""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Cut = Callable[[str], list[str]]


@dataclass(frozen=True)
class Bag:
    """A query's known pieces with their unit-length weights; ``unknown`` is the weight of the others."""

    pieces: tuple[int, ...]
    values: Floats
    weights: Floats
    unknown: float


class Bags:
    """The bags of many texts. ``groups`` says to whom each text belongs: rarity is counted among owners."""

    def __init__(self, texts: Sequence[str], groups: Sequence[int], cut: Cut) -> None:
        self.cut = cut
        self.size = len(texts)
        self._vocabulary: dict[str, int] = {}
        # Straight into flat arrays: a counter a text would cost three times what is kept, and for good.
        numbers, counts, sizes = array("q"), array("f"), array("q")
        for text in texts:
            bag = Counter(cut(text))
            numbers.extend(self._number(piece) for piece in bag)
            counts.extend(bag.values())
            sizes.append(len(bag))
        pieces, often = np.array(numbers, np.int64), np.array(counts, np.float32)
        rows = np.repeat(np.arange(self.size, dtype=np.int32), np.array(sizes, np.int64))
        known, owner = np.unique(np.array(groups, np.int64), return_inverse=True)
        total = len(known)
        owned = np.unique(pieces * max(total, 1) + owner[rows]) // max(total, 1)
        among = np.bincount(owned, minlength=len(self._vocabulary))
        self.weights: Floats = (np.log((1 + total) / (1 + among)) + 1).astype(np.float32)
        self._rarest = math.log(1 + total) + 1
        self._post(pieces, often, rows)

    def _number(self, piece: str) -> int:
        return self._vocabulary.setdefault(piece, len(self._vocabulary))

    def _post(self, pieces: npt.NDArray[np.int64], often: Floats, rows: Ints) -> None:
        """For each piece the texts that have it, with its share of each."""
        values = self.weights[pieces] * (1 + np.log(often))
        lengths = np.sqrt(np.bincount(rows, values * values, minlength=self.size))
        values = (values / np.maximum(lengths[rows], 1e-9)).astype(np.float32)
        order = np.argsort(pieces, kind="stable")
        self._rows, self._values = rows[order], values[order]
        self._ends = np.cumsum(np.bincount(pieces, minlength=len(self._vocabulary))).tolist()

    def query(self, text: str) -> Bag:
        """A text cut and weighed."""
        return self._weigh(self.cut(text))

    def likeness(self, bag: Bag) -> Floats:
        """The cosine of every text with a query."""
        scores = np.zeros(self.size, dtype=np.float32)
        for piece, value in zip(bag.pieces, bag.values.tolist(), strict=True):
            some = self._posted(piece)
            scores[self._rows[some]] += self._values[some] * value
        return scores

    def rows_with(self, piece: int) -> Ints:
        """Which texts have a piece."""
        return self._rows[self._posted(piece)]

    def _posted(self, piece: int) -> slice:
        return slice(self._ends[piece - 1] if piece else 0, self._ends[piece])

    def _weigh(self, pieces: Iterable[str]) -> Bag:
        counts = Counter(pieces)
        known = [(self._vocabulary[one], count) for one, count in counts.items() if one in self._vocabulary]
        at = tuple(piece for piece, _ in known)
        weights = self.weights[list(at)]
        values = weights * (1 + np.log(np.array([count for _, count in known], dtype=np.float32)))
        strangers = len(counts) - len(known)
        # What nobody says counts against a query, though less than what somebody does.
        length = math.sqrt(float(values @ values) + strangers * (self._rarest / 2) ** 2) or 1.0
        return Bag(at, (values / length).astype(np.float32), weights, strangers * self._rarest)
