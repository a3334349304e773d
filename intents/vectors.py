"""The operators' tools' embedder: what the assistant embedded is not embedded again, nor what they did."""

from collections.abc import Iterable
from pathlib import Path

from backend.launch.places import Places
from intents.embeddings import Embedder, load_engine

KEPT = 80_000
OF_THE_ASSISTANT = "embeddings.npz"
OWN = "operators.npz"


def open_embedder(models: Path | None = None) -> Embedder:
    """An embedder that knows all that is on disk. Opens the engine: some 70 MB."""
    folder = models or Places.find().models
    embedder = Embedder(load_engine(), kept=KEPT)
    embedder.load(folder / OF_THE_ASSISTANT)
    embedder.load(folder / OWN)
    return embedder


def keep(embedder: Embedder, texts: Iterable[str], models: Path | None = None) -> None:
    """Keep these sentences' vectors for the next time, if any was embedded now."""
    if embedder.embedded:
        embedder.save((models or Places.find().models) / OWN, texts)
