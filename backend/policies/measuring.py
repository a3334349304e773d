"""What speaks for each passage when somebody asks, each measure in about 0..1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.matters.ranking import pieces
from backend.matters.weighing import Bags
from backend.policies.asked import Asked
from backend.policies.passages import Aspect, Passage
from intents.space import Space

Floats = npt.NDArray[np.float32]
# How likely each matter is meant, 1 for the best; made from the catalogue's search.
MattersMeant = Callable[[str], dict[str, float]]

MEASURES = (
    "ask", "ask_covered", "text", "covered", "matter", "in_hand", "aspect", "other_aspect", "summary",
    "policy", "figure", "meaning_ask", "meaning_text",
)  # fmt: skip
MEANINGS = 2
_FIGURES = ("多少", "几", "标准", "额度", "比例", "最高", "最低")


@dataclass(frozen=True)
class Measured:
    """``MEASURES`` of every passage, and how much of the question nobody's text knows."""

    rows: Floats
    strange: float


class Measuring:
    """Every text of every passage, compared with a question at once."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        rows = [(at, ask) for at, one in enumerate(passages) for ask in one.asks]
        self.asks = [ask for _, ask in rows]
        self.owner = np.array([at for at, _ in rows], dtype=np.int64)
        self._starts = np.searchsorted(self.owner, np.arange(len(passages)))
        sources = _numbered([one.source for one in passages])
        of_asks = [sources[at] for at in self.owner]
        self._ask_bags = Bags(self.asks, of_asks, pieces)
        self._text_bags = Bags([f"{one.about} {one.text}" for one in passages], sources, pieces)
        whole = [" ".join([one.about, one.text, *one.asks]) for one in passages]
        self._whole_bags = Bags(whole, sources, pieces)
        self._policy = np.array([one.policy is not None for one in passages], np.float32)
        self._summary = np.array([one.aspect is Aspect.SUMMARY for one in passages], np.float32)
        self._figures = np.array([any(sign.isdigit() for sign in one.text) for one in passages], np.float32)
        # What a guide says of one aspect is asked for in one way: its text says no more.
        self._told = np.array([at for at, one in enumerate(passages) if one.aspect is None], dtype=np.int64)
        self.placed_asks: Floats | None = None
        self._placed_texts: Floats | None = None
        self._space = Space.plain()

    def texts(self) -> list[str]:
        """What has to be embedded."""
        return [*self.asks, *(self.passages[at].text for at in self._told)]

    def learn_meanings(self, vectors: Floats) -> None:
        """Take in the embeddings of ``texts``."""
        asks, texts = vectors[: len(self.asks)], vectors[len(self.asks) :]
        groups = np.concatenate([self.owner, self._told])
        self._space = Space.learn(vectors, groups)
        self.placed_asks, self._placed_texts = self._space.place(asks), self._space.place(texts)

    def measure(
        self,
        asked: Asked,
        vector: Floats | None,
        meant: dict[str, float],
        in_hand: str | None,
        hidden: Sequence[int] = (),
    ) -> Measured:
        """Every measure; ``hidden`` asks do not count (a question that is one itself)."""
        likeness = self._ask_bags.likeness(self._ask_bags.query(asked.text))
        likeness[list(hidden)] = 0.0
        covered, strange = self._covered(asked.text)
        columns = [
            self._best(likeness),
            self._best(likeness) * covered,
            self._text_bags.likeness(self._text_bags.query(asked.text)),
            covered,
            np.array([max((meant.get(m, 0.0) for m in one.matters), default=0.0) for one in self.passages]),
            np.array([in_hand in one.matters for one in self.passages]),
            np.array([one.aspect in asked.aspects for one in self.passages]),
            np.array([one.aspect is not None and one.aspect not in asked.aspects for one in self.passages]),
            self._summary,
            self._policy,
            self._figures * float(any(word in asked.text for word in _FIGURES)),
            *self._meanings(vector, hidden),
        ]
        return Measured(np.column_stack(columns).astype(np.float32), strange)

    def _covered(self, text: str) -> tuple[Floats, float]:
        """The share of the question's pieces that each passage has anywhere, and that nobody has."""
        bag = self._whole_bags.query(text)
        whole = float(bag.weights.sum()) + bag.unknown
        found = np.zeros(len(self.passages), np.float32)
        for at, piece in enumerate(bag.pieces):
            found[self._whole_bags.rows_with(piece)] += bag.weights[at]
        return found / max(whole, 1e-6), bag.unknown / max(whole, 1e-6)

    def _meanings(self, vector: Floats | None, hidden: Sequence[int]) -> list[Floats]:
        if vector is None or self.placed_asks is None or self._placed_texts is None:
            return [np.zeros(len(self.passages), np.float32)] * MEANINGS
        place = self._space.place_one(vector)
        asks = np.einsum("rd,d->r", self.placed_asks, place)
        asks[list(hidden)] = -1.0
        texts = np.zeros(len(self.passages), np.float32)
        texts[self._told] = np.einsum("rd,d->r", self._placed_texts, place)
        return [self._best(asks), texts]

    def _best(self, scores: Floats) -> Floats:
        found: Floats = np.maximum.reduceat(scores, self._starts)
        return found


def _numbered(names: Sequence[str]) -> list[int]:
    known = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return [known[name] for name in names]
