"""What speaks for each matter when somebody searches, and how much each of it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from rapidfuzz import fuzz, process

from backend.matters.reading import Findable
from backend.matters.rewording import Reworded, Vocabulary
from backend.matters.sounds import HAN, blurred, initials, letters
from backend.matters.weighing import Bags
from intents.space import Space
from intents.wording import normalise

Floats = npt.NDArray[np.float32]

WEIGHTS_FILE = Path(__file__).with_name("search_weights.yml")
# What is measured of a matter, each in 0..1. The last three need the query's embedding.
MEASURES = (
    "name", "name_typed", "named", "sentence", "sentences", "covered", "guide", "fuzzy", "sounds",
    "sounds_name", "initials", "bundle", "meaning", "meanings", "meaning_name",
)  # fmt: skip
MEANINGS = 3
ABSENT = -2.0  # below any likeness


def pieces(text: str) -> list[str]:
    """Han characters, words and numbers, their runs up to three, and the letter trigrams of long words.

    >>> pieces("换证 id")
    ['换', '证', 'id', '换证', '证id', '换证id']
    """
    units: list[str] = []
    word = ""
    for character in normalise(text):
        if HAN.match(character):
            units += [word, character] if word else [character]
            word = ""
        elif character.isalnum():
            word += character
        elif word:
            units.append(word)
            word = ""
    units += [word] if word else []
    found = ["".join(units[at : at + size]) for size in (1, 2, 3) for at in range(len(units) - size + 1)]
    return found + [
        part for unit in units if len(unit) > 4 and unit.isascii() for part in _triples(f"<{unit}>")
    ]


def heard(text: str) -> list[str]:
    """The letter runs of three and four of how a text sounds."""
    spelt = f"^{blurred(letters(normalise(text)))}$"
    if len(spelt) <= 2:
        return []
    return _triples(spelt) + [spelt[at : at + 4] for at in range(len(spelt) - 3)]


def _triples(text: str) -> list[str]:
    return [text[at : at + 3] for at in range(len(text) - 2)]


@dataclass(frozen=True)
class Weights:
    """How much each measure counts, with the query's embedding and without, and the least that is a match."""

    whole: Floats
    lexical: Floats
    least: float = 0.0
    least_lexical: float = 0.0

    @classmethod
    @lru_cache
    def load(cls, file: Path = WEIGHTS_FILE) -> "Weights":
        """The weights that were calibrated; see calibrating.py."""
        raw = yaml.safe_load(file.read_text("utf-8"))
        whole, lexical = (
            np.array([raw[kind][name] for name in MEASURES], np.float32) for kind in ("whole", "lexical")
        )
        return cls(whole, lexical, raw["least"]["whole"], raw["least"]["lexical"])


class Ranking:
    """Every text of the catalogue, compared with a query at once. ``meant`` is set when all are embedded."""

    def __init__(self, findables: Sequence[Findable]) -> None:
        self.findables = findables
        rows = [
            (at, text, is_name)
            for at, one in enumerate(findables)
            for texts, is_name in ((one.names, True), (one.examples, False))
            for text in texts
        ]
        self.texts = [text for _, text, _ in rows]
        self.owner = np.array([at for at, _, _ in rows], dtype=np.int64)
        self.is_name = np.array([is_name for _, _, is_name in rows], dtype=np.bool_)
        self._starts = np.searchsorted(self.owner, np.arange(len(findables)))
        self._each = _rows_of_each(self.owner, len(findables))
        self.chars = Bags(self.texts, self.owner.tolist(), pieces)
        self.sounds = Bags(self.texts, self.owner.tolist(), heard)
        guides = [" ".join(one.guide) for one in findables]
        self.guides = Bags(guides, range(len(findables)), pieces)
        self._lower = [normalise(text) for text in self.texts]
        self._name_rows = np.flatnonzero(self.is_name)
        self._name_texts = [self._lower[row] for row in self._name_rows]
        self._initials = [initials(text) if self.is_name[row] else "" for row, text in enumerate(self._lower)]
        self._bundle = np.array([one.matter.is_bundle for one in findables], np.float32)
        self._name_weight = self._weigh_names()
        self.vocabulary = Vocabulary(
            [text for one in findables for text in one.names],
            [text for one in findables for text in one.examples],
        )
        self.placed: Floats | None = None
        self._space = Space.plain()

    def _weigh_names(self) -> Floats:
        totals = np.ones(len(self.texts), np.float32)
        for row in self._name_rows:
            totals[row] = max(float(self.chars.query(self.texts[row]).weights.sum()), 1e-6)
        return totals

    def learn_meanings(self, vectors: Floats) -> None:
        """Take in the embeddings of ``texts``."""
        space = Space.learn(vectors, self.owner)
        self._space, self.placed = space, space.place(vectors)

    def measure(self, query: Reworded, vector: Floats | None, hidden: Sequence[int] = ()) -> Floats:
        """``MEASURES`` of every matter; ``hidden`` texts do not count (a query that is one itself)."""
        bag = self.chars.query(query.text)
        alike, names = self.chars.likeness(bag), np.zeros(len(self.texts), np.float32)
        known = np.zeros((len(self.findables), len(bag.pieces)), np.float32)
        out = set(hidden)
        for at, piece in enumerate(bag.pieces):
            rows = self.chars.rows_with(piece)
            names[rows] += bag.weights[at]
            known[self.owner[[row for row in rows if row not in out] if out else rows], at] = 1.0
        named = np.where(self.is_name, np.minimum(names / self._name_weight, 1.0), 0.0)
        whole = float(bag.weights.sum()) + bag.unknown
        typed = self.chars.likeness(self.chars.query(query.typed)) if query.changed else alike
        sounding = self.sounds.likeness(self.sounds.query(query.typed))
        fuzzy = np.zeros(len(self.texts), np.float32)
        ratios = process.cdist([query.text], self._name_texts, scorer=fuzz.ratio, dtype=np.float32)
        fuzzy[self._name_rows] = ratios[0] / 100
        for column in (alike, typed, named, sounding, fuzzy):
            column[list(hidden)] = 0.0
        named_alike = np.where(self.is_name, alike, 0.0)
        columns = [
            self._best(named_alike),
            self._best(np.where(self.is_name, typed, 0.0)),
            self._best(named),
            self._best(np.where(self.is_name, 0.0, alike)),
            self._few(alike),
            np.einsum("mp,p->m", known, bag.weights) / max(whole, 1e-6),
            self.guides.likeness(self.guides.query(query.text)),
            self._best(fuzzy),
            self._best(sounding),
            self._best(np.where(self.is_name, sounding, 0.0)),
            self._shortened(query),
            self._bundle,
            *self._meant(vector, hidden),
        ]
        return np.column_stack(columns).astype(np.float32)

    def _meant(self, vector: Floats | None, hidden: Sequence[int]) -> list[Floats]:
        if vector is None or self.placed is None:
            return [np.zeros(len(self.findables), np.float32)] * MEANINGS
        meaning = np.einsum("rd,d->r", self.placed, self._space.place_one(vector))
        meaning[list(hidden)] = -1.0
        named = np.where(self.is_name, meaning, -1.0)
        return [self._best(meaning), self._few(meaning), self._best(named)]

    def _shortened(self, query: Reworded) -> Floats:
        """How well the query's initials are those of a name: all of it, its beginning, a part of it."""
        scores = np.zeros(len(self.texts), np.float32)
        for short in query.initials:
            for row in self._name_rows:
                name = self._initials[row]
                if not name or short not in name:
                    continue
                share = len(short) / len(name)
                scores[row] = max(scores[row], (0.7 if name.startswith(short) else 0.4) + 0.3 * share)
        return self._best(scores)

    def _best(self, scores: Floats) -> Floats:
        found: Floats = np.maximum.reduceat(scores, self._starts)
        return found

    def _few(self, scores: Floats) -> Floats:
        """The mean of each matter's best three."""
        each = np.append(scores, ABSENT)[self._each]
        best = -np.partition(-each, min(2, each.shape[1] - 1), axis=1)[:, :3]
        there = best > ABSENT
        found: Floats = np.where(there, best, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        return found


def _rows_of_each(owner: npt.NDArray[np.int64], owners: int) -> npt.NDArray[np.int64]:
    """The texts of each matter, one row a matter, filled up with the row past the last text."""
    counts = np.bincount(owner, minlength=owners)
    rows = np.full((owners, int(counts.max())), len(owner), dtype=np.int64)
    for at in range(owners):
        rows[at, : counts[at]] = np.flatnonzero(owner == at)
    return rows
