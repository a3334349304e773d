"""The index as the files are now: a daemon thread looks at them every few seconds."""

from __future__ import annotations

import threading
import weakref

import structlog

from bot.components.embeddings import Embedder
from bot.components.matter_index import MatterIndex
from bot.components.matter_votes import MatterVotes
from bot.components.sentences import read_sentences, signature
from bot.places import Places
from intents.space import Space

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 2.0


class LivingIndex:
    """Holds the current index and replaces it, whole, when a file was added, removed or written."""

    def __init__(
        self, places: Places, embedder: Embedder, space: Space, votes: MatterVotes | None = None
    ) -> None:
        self._places = places
        self._embedder = embedder
        self._space = space
        self._votes = votes
        self._signature = signature(places)
        self.current = self._build()

    def refresh(self) -> bool:
        """Look at the files now; whether the index was rebuilt."""
        found = signature(self._places)
        if found == self._signature:
            return False
        self.current = self._build()
        self._signature = found
        log.info("matter_index.rebuilt", matters=len(self.current.matters))
        return True

    def watch(self) -> None:
        """Keep looking, without delaying any turn: the old index answers until the new one is whole."""
        # By a weak reference: the index of a model that serves no longer is let go, and its thread ends.
        watched = weakref.ref(self)
        threading.Thread(target=_keep_looking, args=(watched,), name="matter-index", daemon=True).start()

    def _build(self) -> MatterIndex:
        sentences = read_sentences(self._places)
        index = MatterIndex(sentences, self._embedder, self._space, self._votes)
        self._embedder.save(self._places.embeddings, sentences.texts())
        return index


def _keep_looking(watched: weakref.ref[LivingIndex]) -> None:
    pause = threading.Event()
    while not pause.wait(LOOK_EVERY_SECONDS):
        index = watched()
        if index is None:
            return
        try:
            index.refresh()
        except Exception as error:
            log.error("matter_index.not_rebuilt", reason=type(error).__name__)
        del index
