"""Sentences in, vectors out, on as many cores as the caller gives."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import onnxruntime

from intents.encoder.weights import Floats, Weights

ROOT = Path(__file__).resolve().parents[2]
INPUT = "pieces"
# What the model was trained to see before a sentence that is compared with others.
TASK = "query: "
_ERRORS_ONLY = 3


class Encoder:
    """A sentence at a time on one core, so that its vector never depends on its neighbours.

    May be called from several threads at once, and in a child process after a fork: it has no threads
    of its own.
    """

    def __init__(self) -> None:
        self._weights = Weights.installed()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        self._session = onnxruntime.InferenceSession(
            str(_drawn(self._weights)), options, providers=["CPUExecutionProvider"]
        )
        positions = self._weights.floats("emb.pos").reshape(-1, self._weights.hidden)
        self._places = positions + self._weights.floats("emb.type")[: self._weights.hidden]

    def vectors(self, sentences: Sequence[str], *, cores: int = 1) -> Floats:
        """One row of unit length a sentence, of shape (sentences, 384)."""
        if min(cores, len(sentences)) <= 1:
            return np.stack([self.vector(sentence) for sentence in sentences])
        with ThreadPoolExecutor(cores) as pool:
            return np.stack(list(pool.map(self.vector, sentences)))

    def vector(self, sentence: str) -> Floats:
        """The mean of the pieces' meanings, of unit length."""
        pieces = self._weights.vocabulary.split(TASK + sentence, most=self._weights.positions)
        seen = self._weights.words(pieces) + self._places[: len(pieces)]
        (meanings,) = self._session.run(None, {INPUT: seen[None]})
        mean: Floats = meanings[0].mean(axis=0)
        mean /= np.linalg.norm(mean)
        return mean


def _drawn(weights: Weights) -> Path:
    """The graph's file, drawn when it is not there: reading it takes 80 MB less than drawing it."""
    home = Path(os.environ.get("SUIBAN_HOME") or ROOT / ".suiban")
    code = [Path(__file__).with_name(name).read_bytes() for name in ("graph.py", "weights.py")]
    drawing = hashlib.blake2b(b"".join([*code, str(weights.size).encode()]), digest_size=8).hexdigest()
    file = home / "encoder" / f"graph-{drawing}.onnx"
    if not file.exists():
        from intents.encoder.graph import encoder_graph  # noqa: PLC0415  (needed once an installation)

        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, delete=False) as draft:
            draft.write(encoder_graph(weights, takes=INPUT))
        Path(draft.name).replace(file)
    return file
