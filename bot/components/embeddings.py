"""The assistant's one embedder, with what training embedded before."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bot.places import Places
from intents.embeddings import SIZE, Embedder, Engine, Matrix, Vector, idle_cores
from intents.embeddings import load_reading_engine as load_engine

__all__ = [
    "SIZE",
    "Embedder",
    "Engine",
    "Matrix",
    "Vector",
    "about",
    "idle_cores",
    "load_engine",
    "shared_embedder",
]


@lru_cache(maxsize=1)
def shared_embedder() -> Embedder:
    """The one embedder of this process."""
    embedder = Embedder(load_engine())
    embedder.load(Places.find().embeddings)
    return embedder


def about(rows: Matrix) -> Matrix:
    """The part of sentences' vectors that tells what they are about; the rest tells how it is said."""
    return np.ascontiguousarray(rows[..., :SIZE])
