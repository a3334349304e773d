"""Which intents a sentence might have: those whose examples mean most nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.components.sentences import Sentences
from intents.embeddings import Embedder, Matrix
from intents.space import Space

MOST = 3
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reference:
    """Every example of the draft, placed where likeness tells; by the matter and by the act it belongs to."""

    texts: list[str]
    matters: list[str | None]
    acts: list[str]
    placed: Matrix
    space: Space

    @classmethod
    def of(cls, sentences: Sentences, embedder: Embedder) -> Reference:
        """Embeds what is new; the space is learned from the matters' examples."""
        rows: list[tuple[str, str | None, str]] = []
        for matter in sentences.matters.values():
            rows += [(one.text, matter.matter, one.act) for one in matter.examples]
        for act in sentences.acts.values():
            rows += [(text, None, act.act) for text in act.examples]
        texts = [text for text, _, _ in rows]
        vectors = embedder.vectors(texts)
        owners = _numbers([matter for _, matter, _ in rows])
        known = owners >= 0
        several = len(np.unique(owners[known])) > 1
        space = Space.learn(vectors[known], owners[known]) if several else Space.plain()
        return cls(
            texts, [matter for _, matter, _ in rows], [act for _, _, act in rows], space.place(vectors), space
        )

    def suggest(self, vectors: Matrix) -> list[dict[str, Any]]:
        """For each row ``{"matters": [{"id", "likeness", "example"}], "acts": …}``, the likeliest first."""
        likeness = self.space.place(vectors) @ self.placed.T
        return [
            {"matters": self._best(row, self.matters), "acts": self._best(row, self.acts)} for row in likeness
        ]

    def _best(self, likeness: Matrix, labels: list[Any]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for at in np.argsort(-likeness, kind="stable"):
            label = labels[at]
            if label is not None and label not in found:
                found[label] = {
                    "id": label,
                    "likeness": round(float(likeness[at]), 3),
                    "example": self.texts[at],
                }
            if len(found) == MOST:
                break
        return list(found.values())


def _numbers(labels: list[str | None]) -> Ints:
    known = {label: number for number, label in enumerate(sorted({one for one in labels if one}))}
    return np.array([known[label] if label else -1 for label in labels], dtype=np.int64)
