"""Search over the catalogue: by words, by sound and by meaning, whichever way somebody types."""

import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

from backend.core.logs import logger
from backend.core.settings import load_settings
from backend.matters.catalogue import Catalogue, catalogue
from backend.matters.ranking import Ranking, Weights, pieces
from backend.matters.reading import Findable, intents_folders, read_findable
from backend.matters.rewording import Reworded
from backend.matters.schema import Matter
from backend.matters.sounds import HAN
from backend.matters.suggesting import Suggestions
from intents.embeddings import Embedder, load_engine
from intents.wording import normalise

KEPT_ANSWERS = 1024
MOST_FOUND = 30
# A matter whose odds against the best one are below this is no answer to the query.
LEAST_ODDS = 0.004
AT_A_TIME, PAUSE = 4, 0.005
# How long, in seconds, the assistant is given to embed the catalogue first, and what is no work at all.
PATIENCE, LOOK_EVERY, FEW_MISSING = 240.0, 3.0, 200
NAME_FIRST, ALIAS_FIRST = 100.0, 3.0  # an alias typed exactly says much, the name everything


class Found(NamedTuple):
    """A matter that matches. ``score`` is 1 for the best, ``highlight`` are places in its name."""

    matter: Matter
    score: float
    highlight: list[list[int]] = []
    matched: str | None = None


class Search:
    """An index over one catalogue; made once, read by every request.

    It answers by words and sounds at once, and by meaning as soon as ``learn_meanings`` is done.
    """

    def __init__(self, source: Catalogue, folders: list[Path] | None = None) -> None:
        self._findables = read_findable(source, intents_folders() if folders is None else folders)
        self.ranking = Ranking(self._findables)
        self._weights = Weights.load()
        self._embedder: Embedder | None = None
        self._exact: dict[str, dict[int, float]] = {}
        for at, one in enumerate(self._findables):
            for name in reversed(one.names):
                first = NAME_FIRST if name == one.matter.name else ALIAS_FIRST
                self._exact.setdefault(_bare(name), {})[at] = first
        self.suggestions = Suggestions(self._findables)
        self._answer = lru_cache(maxsize=KEPT_ANSWERS)(self._find)

    @property
    def knows_meanings(self) -> bool:
        """Whether queries are compared by meaning, too."""
        return self._embedder is not None

    def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """How like in meaning a text is to each of the others, at most 1; 0 before meanings are known."""
        if self._embedder is None:
            return [0.0] * len(others)
        own, *rest = self._embedder.vectors([normalise(text), *map(normalise, others)])
        return [float(row @ own) for row in rest]

    @property
    def embedder(self) -> Embedder | None:
        """What queries are embedded with, for others that compare them; None until meanings are known."""
        return self._embedder

    def texts(self) -> list[str]:
        """What has to be embedded."""
        return self.ranking.texts

    def learn_meanings(self, embedder: Embedder, *, rest: Callable[[], None] = lambda: None) -> None:
        """Embed every text, resting after every few that are new, then compare by meaning, too."""
        for start in range(0, len(self.texts()), AT_A_TIME):
            before = embedder.embedded
            embedder.vectors(self.texts()[start : start + AT_A_TIME])
            if embedder.embedded > before:
                rest()
        self.ranking.learn_meanings(embedder.vectors(self.texts()))
        self._embedder = embedder
        self._answer.cache_clear()

    def find(self, query: str) -> list[Found]:
        """Matters that match, best first; none for what is about nothing."""
        return list(self._answer(normalise(query)))

    def _find(self, typed: str) -> tuple[Found, ...]:
        if not pieces(typed):
            return ()
        query = self.ranking.vocabulary.reword(typed)
        vector = self._embedder.vector(query.text) if self._embedder else None
        measures = self.ranking.measure(query, vector)
        weights = self._weights.lexical if vector is None else self._weights.whole
        scores = measures @ weights
        exact = self._exact.get(_bare(typed), {})
        for at, first in exact.items():
            scores[at] += first
        if not exact and scores.max() < (
            self._weights.least_lexical if vector is None else self._weights.least
        ):
            return ()
        odds = np.exp(np.minimum(scores - scores.max(), 0.0))
        order = sorted(np.flatnonzero(odds >= LEAST_ODDS), key=lambda at: (-scores[at], at))[:MOST_FOUND]
        return tuple(self._told(int(at), float(odds[at]), query) for at in order)

    def _told(self, at: int, odds: float, query: Reworded) -> Found:
        one = self._findables[at]
        return Found(one.matter, round(odds, 3), highlight(one.matter.name, query.text), _matched(one, query))


def highlight(name: str, text: str) -> list[list[int]]:
    """Where the query's words stand in a name: two Han characters or more, or a whole word.

    >>> highlight("居住证申领", "我想申领居住证")
    [[0, 5]]
    """
    lowered = name.lower()
    marked = [False] * len(name)
    parts = {part for run in HAN.findall(text) for part in _pairs(run)}
    parts |= {word for word in text.split() if word.isascii() and len(word) > 1}
    for part in parts:
        at = lowered.find(part)
        while at >= 0:
            marked[at : at + len(part)] = [True] * len(part)
            at = lowered.find(part, at + 1)
    edges = [
        at for at in range(len(name) + 1) if (at < len(name) and marked[at]) != (at > 0 and marked[at - 1])
    ]
    return [[start, end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _matched(one: Findable, query: Reworded) -> str | None:
    """The alias that the query is nearest to, where it is nearer than the name."""
    best = max(one.names, key=lambda name: max(_nearness(name, query.text), _nearness(name, query.typed)))
    near = max(_nearness(best, query.text), _nearness(best, query.typed))
    return best if best != one.matter.name and near >= 50 else None


def _nearness(name: str, text: str) -> float:
    return fuzz.ratio(name.lower(), text)


def _bare(text: str) -> str:
    return "".join(character for character in normalise(text) if character.isalnum())


@lru_cache
def search() -> Search:
    """This process's index."""
    return Search(catalogue())


def likeness(text: str, others: Sequence[str]) -> list[float]:
    """How like in meaning a text is to each of the others."""
    return search().likeness(text, others)


def learn_meanings_aside(_: object = None) -> None:
    """Teach this process's index what its texts mean, beside the requests; once a process."""
    _begin_learning()


@lru_cache
def _begin_learning() -> None:
    Thread(target=_learn, name="search-meanings", daemon=True).start()


def _learn() -> None:
    began = time.perf_counter()
    index, embedder = search(), Embedder(load_engine())
    _await_embedded(embedder, index.texts(), load_settings().models_dir / "embeddings.npz")
    # Under gevent this thread is a greenlet: the pause is when requests are answered.
    index.learn_meanings(embedder, rest=lambda: time.sleep(PAUSE))
    seconds = round(time.perf_counter() - began, 1)
    logger().info("search.knows-meanings", new=embedder.embedded, texts=len(index.texts()), seconds=seconds)


def _await_embedded(embedder: Embedder, texts: list[str], file: Path) -> None:
    """Take in what the assistant embedded; while it is still at it, wait instead of doing the same work."""
    seen, until = 0.0, time.monotonic() + PATIENCE
    while True:
        written = file.stat().st_mtime if file.exists() else 0.0
        if written != seen:
            seen = written
            embedder.load(file)
            if embedder.missing(texts) <= FEW_MISSING:
                return
        if time.monotonic() > until:
            return
        time.sleep(LOOK_EVERY)
