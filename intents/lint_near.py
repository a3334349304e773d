"""Sentences that are too near to others to be right where they stand: found by meaning, told as warnings.

Compared in the space that a training learns, where strangers are near 0 and the same said twice is near 1.
Sentences of the frozen sets are told by their place only: nobody tunes on what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.components.edited import Edits
from intents.embeddings import Embedder, Matrix
from intents.lint import FROZEN_SETS, normalised
from intents.lint_draft import with_edits
from intents.sentences import Sentence, read_matters, read_speech_acts, read_test_sets
from intents.space import Space

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
AT_A_TIME = 512


@dataclass(frozen=True)
class Thresholds:
    """How near is too near; shown with the findings."""

    duplicate: float = 0.97
    conflict: float = 0.93
    leak: float = 0.97
    # Astray is what is this near to another intent's example, and by so much nearer than to its own.
    astray: float = 0.6
    astray_by: float = 0.15


@dataclass(frozen=True)
class Near:
    """One finding: which rule, the sentence, what it is near to, and how near."""

    rule: str
    sentence: Sentence
    other: str
    likeness: float

    def __str__(self) -> str:
        said = f"{self.sentence.where}: {self.sentence.text!r} ({self.sentence.label})"
        return f"{self.rule} {self.likeness:.2f}  {said}  ↔  {self.other}"


def check_near(
    embedder: Embedder, edits: Edits | None = None, *, limits: Thresholds | None = None
) -> list[Near]:
    """Near-duplicates, near-conflicts, near-leaks and sentences astray; the nearest first within a rule."""
    limits = limits or Thresholds()
    training = with_edits([*read_speech_acts(), *read_matters()], edits or {})
    frozen = [one for folder in FROZEN_SETS for one in read_test_sets(folder)]
    found = find_near(training, frozen, embedder, limits)
    return sorted(found, key=lambda one: (one.rule, -one.likeness))


def find_near(
    training: Sequence[Sentence], frozen: Sequence[Sentence], embedder: Embedder, limits: Thresholds
) -> Iterator[Near]:
    """The same for sentences in hand."""
    vectors = embedder.vectors([one.text for one in training])
    space = _space(training, vectors)
    placed = space.place(vectors)
    test = space.place(embedder.vectors([one.text for one in frozen]))
    owners = _numbers([one.matter or one.act for one in training])
    for start in range(0, len(training), AT_A_TIME):
        rows = range(start, min(start + AT_A_TIME, len(training)))
        likeness = placed[rows.start : rows.stop] @ placed.T
        yield from _pairs(training, owners, likeness, rows, limits)
        yield from _astray(training, owners, likeness, rows, limits)
        leaks = placed[rows.start : rows.stop] @ test.T if len(test) else np.zeros((len(rows), 0))
        for row, column in zip(*np.nonzero(leaks >= limits.leak), strict=True):
            yield Near("leak", training[start + row], frozen[column].where, float(leaks[row, column]))


def _pairs(
    training: Sequence[Sentence], owners: Ints, likeness: Matrix, rows: range, limits: Thresholds
) -> Iterator[Near]:
    for row, column in zip(*np.nonzero(likeness >= min(limits.duplicate, limits.conflict)), strict=True):
        at = rows.start + row
        if column <= at:
            continue  # each pair once
        alike = float(likeness[row, column])
        one, other = training[at], training[column]
        if normalised(one.text) == normalised(other.text):
            continue  # the exact rules tell these
        same = owners[at] == owners[column]
        if alike >= (limits.duplicate if same else limits.conflict):
            yield Near("duplicate" if same else "conflict", one, f"{other.text!r} ({other.label})", alike)


def _astray(
    training: Sequence[Sentence], owners: Ints, likeness: Matrix, rows: range, limits: Thresholds
) -> Iterator[Near]:
    """Examples that are nearer to another intent's than to any other of their own."""
    for row, at in enumerate(rows):
        own: Mask = owners == owners[at]
        own[at] = False
        others = np.where(owners == owners[at], -2.0, likeness[row])
        nearest = int(np.argmax(others))
        home = float(likeness[row][own].max()) if own.any() else 1.0
        if others[nearest] >= max(limits.astray, home + limits.astray_by):
            other = training[nearest]
            told = f"{other.text!r} ({other.label}); its own are {home:.2f} at most"
            yield Near("astray", training[at], told, float(others[nearest]))


def _space(training: Sequence[Sentence], vectors: Matrix) -> Space:
    """Learned from the matters' sentences, as a training does."""
    rows = [at for at, one in enumerate(training) if one.matter]
    groups = _numbers([training[at].matter or "" for at in rows])
    return Space.learn(vectors[rows], groups) if len(set(groups)) > 1 else Space.plain()


def _numbers(labels: Sequence[str]) -> Ints:
    known = {label: number for number, label in enumerate(sorted(set(labels)))}
    return np.array([known[label] for label in labels], dtype=np.int64)
