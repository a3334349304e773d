"""This process's retrieval, and the one that tools and tests open without a running product."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import log
from pathlib import Path
from threading import Thread

from backend.core.logs import logger
from backend.core.settings import load_settings
from backend.matters.catalogue import catalogue, load_catalogue
from backend.matters.documents import SHIPPED as MATTERS
from backend.matters.search import Search, search
from backend.policies.library import SHIPPED, library, load_library
from backend.policies.measuring import MattersMeant
from backend.policies.passages import read_passages
from backend.policies.retrieval import PAUSE, Retrieval
from intents.embeddings import Embedder, load_engine

CACHE = "policies.npz"
LOOK_EVERY = 1.0
MOST_MATTERS = 12
LEAST_SHOWN = 0.004


@lru_cache
def retrieval() -> Retrieval:
    """This process's index; it answers by words until ``learn_meanings_aside`` is done."""
    return Retrieval(read_passages(library(), catalogue()), meant_by(search()))


def meant_by(index: Search) -> MattersMeant:
    """How likely each matter is meant, by the catalogue's search: 1 for the best, near 0 for the last."""

    def meant(text: str) -> dict[str, float]:
        found = index.find(text)[:MOST_MATTERS]
        return {one.matter.id: 1.0 - log(max(one.score, LEAST_SHOWN)) / log(LEAST_SHOWN) for one in found}

    return meant


def open_shipped(cache: Path | None, *known: Path) -> Retrieval:
    """The shipped library's retrieval, knowing meanings.

    ``cache`` keeps what was embedded, ``known`` are others' caches, which are only read.
    """
    embedder = Embedder(load_engine())
    for file in (*known, *([cache] if cache else [])):
        embedder.load(file)
    shipped = load_catalogue([MATTERS])
    index = Search(shipped)
    new = embedder.missing(index.texts())
    index.learn_meanings(embedder)
    found = Retrieval(read_passages(load_library([SHIPPED]), shipped), meant_by(index))
    found.learn_meanings(embedder)
    if cache:
        embedder.save(cache, [*(index.texts() if new else ()), *found.measuring.texts()])
    return found


def learn_meanings_aside(_: object = None) -> None:
    """Make this process's index, then teach it what its texts mean, beside the requests; once a process."""
    retrieval()
    _begin_learning()


@lru_cache
def _begin_learning() -> None:
    Thread(target=_learn, name="policy-meanings", daemon=True).start()


def _learn() -> None:
    while not search().knows_meanings:  # one engine a process: the search's, once it is there
        time.sleep(LOOK_EVERY)
    embedder, index = search().embedder, retrieval()
    if embedder is None or index.knows_meanings:
        return
    began, new = time.perf_counter(), embedder.embedded
    cache = load_settings().models_dir / CACHE
    # The processes of one machine take turns: the first embeds, the others read what it kept.
    with _turn(cache.with_suffix(".lock")):
        embedder.load(cache)
        missing = embedder.missing(index.measuring.texts())
        index.learn_meanings(embedder, rest=lambda: time.sleep(PAUSE))
        if missing:
            embedder.save(cache, index.measuring.texts())
    seconds = round(time.perf_counter() - began, 1)
    logger().info("policies.know-meanings", new=embedder.embedded - new, seconds=seconds)


@contextmanager
def _turn(file: Path) -> Iterator[None]:
    """Hold a lock file; waiting sleeps instead of blocking, so that requests are answered meanwhile."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as held:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(LOOK_EVERY)
        yield
