"""Sentences grouped by meaning, and what a group is called."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from intents.embeddings import Matrix
from intents.wording import normalise

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

# On average this alike, in the space that a training learns, sentences are about one thing.
ALIKE = 0.25
_FAR = -4.0  # below any likeness
_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z][a-z'-]{2,}")
_PLACEHOLDER = re.compile(r"⟦[a-z_-]+⟧")
_LONGEST_WORD = 4


def group(rows: Matrix, *, alike: float = ALIKE) -> Ints:
    """A number for each unit-length row; the rows of one group are on average at least ``alike``.

    Average linkage by chains of nearest neighbours: the result depends on the rows alone, and a row that
    is like no other stays alone.
    """
    labels: Ints = np.arange(len(rows))
    likeness: Floats = (rows @ rows.T).astype(np.float32)
    np.fill_diagonal(likeness, _FAR)
    sizes = np.ones(len(rows), dtype=np.float32)
    open_ones = np.ones(len(rows), dtype=np.bool_)
    chain: list[int] = []
    while open_ones.any():
        if not chain:
            chain.append(int(np.argmax(open_ones)))
        last = chain[-1]
        row = np.where(open_ones, likeness[last], _FAR)
        nearest = int(np.argmax(row))
        if row[nearest] < alike:
            # Whatever the others become together, on average they come no nearer.
            open_ones[chain.pop()] = False
        elif len(chain) > 1 and row[chain[-2]] >= row[nearest]:
            chain.pop()
            into = chain.pop()
            shares = sizes[[into, last]] / (sizes[into] + sizes[last])
            likeness[into] = likeness[:, into] = shares[0] * likeness[into] + shares[1] * likeness[last]
            likeness[into, into] = _FAR
            sizes[into] += sizes[last]
            open_ones[last] = False
            labels[labels == last] = into
        else:
            chain.append(nearest)
    return labels


def halves(rows: Matrix, *, rounds: int = 20) -> Ints:
    """0 or 1 for each row: two groups around the two rows that are least alike."""
    moved = rows - rows.mean(axis=0)
    likeness = moved @ moved.T
    first = int(np.argmax(np.diag(likeness)))
    centres = np.stack([moved[first], moved[int(np.argmin(likeness[first]))]])
    sides: Ints = np.zeros(len(rows), dtype=np.int64)
    for _ in range(rounds):
        distances = ((moved[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        found: Ints = np.argmin(distances, axis=1)
        if (found == sides).all() or len(np.unique(found)) < len(centres):
            break
        sides = found
        centres = np.stack([moved[sides == side].mean(axis=0) for side in (0, 1)])
    return sides


def most_central(rows: Matrix, weights: Sequence[float]) -> int:
    """The row that is most like all the others, each as often as it was said."""
    centre = np.average(rows, axis=0, weights=np.asarray(weights, dtype=np.float32))
    return int(np.argmax(rows @ centre))


def count_words(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each piece stands that could be a word."""
    return Counter(word for text in texts for word in _words(text))


def telling_words(texts: Iterable[str], everywhere: Mapping[str, int], *, most: int = 4) -> list[str]:
    """Words that many of the texts have, and few of all that were counted.

    >>> telling_words(["养狗要办证吗", "给狗办证"], count_words(["养老金怎么领", "护照怎么办", "狗"]), most=1)
    ['办证']
    """
    own = [_words(text) for text in texts]
    counts = Counter(word for words in own for word in words)
    total = sum(everywhere.values()) + 1
    enough = max(min(2, len(own)), math.ceil(len(own) * 0.25))
    weights = {
        word: count / len(own) * math.log(total / (1 + everywhere.get(word, 0))) * len(word) ** 0.5
        for word, count in counts.items()
        if count >= enough
    }
    chosen: list[str] = []
    for word in sorted(weights, key=lambda one: (-weights[one], one)):
        # Pieces that overlap are cuttings of the same words.
        if not any(set(word) & set(other) for other in chosen):
            chosen.append(word)
    return chosen[:most]


def _words(text: str) -> set[str]:
    """The pieces of a text that could be words: two to four Han characters, or a Latin word."""
    found: set[str] = set()
    for run in _RUN.findall(_PLACEHOLDER.sub(" ", normalise(text))):
        if run[0].isascii():
            found.add(run)
            continue
        for size in range(2, _LONGEST_WORD + 1):
            found.update(run[at : at + size] for at in range(len(run) - size + 1))
    return found
