"""How much each measure of the search counts, learned from the sentences and the development searches.

Every example and alias is searched for with itself hidden, every development search as it is; the weights
are those under which the right matter is likeliest (a softmax over all matters).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import yaml

from backend.matters.ranking import MEANINGS, MEASURES, WEIGHTS_FILE, Ranking
from intents.embeddings import Embedder
from intents.searches import SearchCase

SENTENCES = 1500
SEARCH_COUNTS = 5.0
SHRINK, STEPS, STRIDE = 0.002, 1500, 0.1
HEADER = """# How much each measure of ranking.py counts: with the query's embedding, and without; and
# the least sum that is a match at all. Made by `python -m backend.matters calibrate`.
"""
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lessons:
    """Measured queries, the right matter of each, and how much each query counts."""

    measured: Doubles
    right: npt.NDArray[np.int64]
    counts: Doubles


def calibrate(ranking: Ranking, embedder: Embedder, searches: Sequence[SearchCase], *, seed: int = 7) -> str:
    """The text of the weights file."""
    lessons = gather(ranking, embedder, searches, seed=seed)
    lexical = np.array([at < len(MEASURES) - MEANINGS for at in range(len(MEASURES))])
    found = {"whole": learn(lessons, np.ones(len(MEASURES), np.bool_)), "lexical": learn(lessons, lexical)}
    taken = lessons.counts == SEARCH_COUNTS
    least = {kind: _least(lessons.measured[taken] @ weights) for kind, weights in found.items()}
    told = {
        kind: {name: round(float(one), 2) for name, one in zip(MEASURES, weights, strict=True)}
        for kind, weights in found.items()
    }
    return HEADER + yaml.safe_dump(told | {"least": least}, sort_keys=False)


def gather(ranking: Ranking, embedder: Embedder, searches: Sequence[SearchCase], *, seed: int) -> Lessons:
    """Measure some of the catalogue's own texts, each with itself hidden, and the searches."""
    rows = Random(seed).sample(range(len(ranking.texts)), k=min(SENTENCES, len(ranking.texts)))
    queries: list[tuple[str, int, list[int]]] = [
        (ranking.texts[row], int(ranking.owner[row]), [row]) for row in rows
    ]
    at = {one.matter.id: place for place, one in enumerate(ranking.findables)}
    queries += [(one.q, at[min(one.right)], []) for one in searches if min(one.right) in at]
    measured = []
    for text, _, hidden in queries:
        query = ranking.vocabulary.reword(text)
        measured.append(ranking.measure(query, embedder.vector(query.text), hidden))
    counts = [1.0 if hidden else SEARCH_COUNTS for _, _, hidden in queries]
    right = np.array([owner for _, owner, _ in queries], dtype=np.int64)
    return Lessons(np.array(measured, dtype=np.float64), right, np.array(counts))


def learn(lessons: Lessons, used: npt.NDArray[np.bool_]) -> Doubles:
    """Weights of the measures ``used``, the others 0 (Adam over the likelihood, shrunk a little)."""
    x, right, counts = lessons.measured, lessons.right, lessons.counts
    weights, mean, square = (np.zeros(x.shape[2]) for _ in range(3))
    for step in range(1, STEPS + 1):
        scores = x @ weights
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        odds[np.arange(len(right)), right] -= 1
        slope = np.einsum("qm,qmf->f", odds * counts[:, None], x) / counts.sum() + SHRINK * weights
        slope *= used
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights -= STRIDE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
    return weights


def _least(scores: Doubles) -> float:
    """A little under what nearly every real search reaches."""
    return round(float(np.quantile(scores.max(axis=1), 0.01)) * 0.9, 2)


def write_weights(text: str, file: Path = WEIGHTS_FILE) -> None:
    """Put the weights where the search reads them."""
    file.write_text(text, "utf-8")
