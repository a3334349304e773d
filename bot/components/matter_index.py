"""Every way of naming a matter, searchable by n-grams and by meaning; and what a sentence shares with each.

The index is built from the files at every start and whenever they change. Nothing of it is frozen in
the trained model, so a new matter's file counts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix

from bot.components.embeddings import Embedder, Vector
from bot.components.lexical import GramWeights, topic_grams
from bot.components.sentences import Sentences
from bot.components.wording import squeeze, tokens, topic
from intents.space import Space

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SHORTLIST = 12
ABSENT = -2.0  # below any likeness
OUTSIDE = "out_of_scope"
MATTER_ACTS = frozenset({"do_matter", "ask_matter"})
# Acts whose examples may name a matter; all others are talk that is about none.
NAMING_ACTS = frozenset({
    "ask_progress", "supply_value", "correct", "cancel", "resume", "withdraw", "wrong_data", "why_me",
    "stop_prompts", "ask_prompts", "ask_licences", "complain", "rate",
})  # fmt: skip
MEASURES = ("meaning", "meaning_top", "meaning_all", "grams", "grams_top", "covered", "named")
FEATURES = (
    *MEASURES,
    *(f"{name}_lead" for name in MEASURES),
    "meaning_over_other_talk",
    "grams_over_other_talk",
    "length",
)


@dataclass(frozen=True)
class Candidates:
    """The matters worth a look, and what speaks for each (one row of ``FEATURES`` a matter)."""

    matters: Ints
    features: Floats


@dataclass(frozen=True)
class Query:
    """A sentence as the index compares it."""

    text: str
    placed: Vector
    columns: npt.NDArray[np.int32]
    values: Floats
    unknown: int


class MatterIndex:
    """The catalogue's names, aliases and example sentences, and the other talk to tell them from."""

    def __init__(self, sentences: Sentences, embedder: Embedder, space: Space) -> None:
        self.matters: list[str] = sorted(sentences.matters)
        self.space = space
        entries = [
            (at, text, is_name)
            for at, matter in enumerate(self.matters)
            for text, is_name in _entries(sentences, matter)
        ]
        self.texts = [text for _, text, _ in entries]
        self.owner: Ints = np.array([at for at, _, _ in entries], dtype=np.int64)
        self.is_name: Mask = np.array([is_name for _, _, is_name in entries], dtype=np.bool_)
        self.rows = _rows_of(self.owner, len(self.matters))
        self.talk = [
            (act.act, text)
            for act in sentences.acts.values()
            if act.act not in NAMING_ACTS
            for text in act.examples
        ]
        # A sentence like 「要带什么材料」 goes with any matter, so it speaks against none.
        self.rival: Mask = np.array([act not in MATTER_ACTS for act, _ in self.talk], dtype=np.bool_)
        self._weigh()
        self._embed(embedder)
        self._remember(sentences)

    def _weigh(self) -> None:
        cut = [topic_grams(text) for text in self.texts]
        bags = [{gram for row in rows if row < len(cut) for gram in cut[row]} for rows in self.rows]
        talk = [topic_grams(text) for _, text in self.talk]
        # Weights tell matters apart, so a matter counts once however many sentences it has.
        self.weights = GramWeights.learn([*bags, {gram for grams in talk for gram in grams}])
        self.grams = self.weights.matrix(self.texts, topic_grams)
        self.talk_grams = self.weights.matrix([text for _, text in self.talk], topic_grams)
        self.has: csc_matrix = (self.grams > 0).tocsc()
        heavy = csr_matrix(self.grams > 0).multiply(self.weights.weights).tocsr()
        totals = np.maximum(np.asarray(heavy.sum(axis=1)).ravel(), 1e-9)
        self.name_parts: csr_matrix = csr_matrix(heavy.multiply(1 / totals[:, None]))
        self.heaviest = float(self.weights.weights.max()) if len(self.weights.weights) else 1.0

    def _embed(self, embedder: Embedder) -> None:
        rows = embedder.vectors([*self.texts, *(text for _, text in self.talk)])
        self.vectors = rows[: len(self.texts)]
        self.placed = self.space.place(self.vectors)
        talk = rows[len(self.texts) :]
        self.talk_placed = self.space.place(talk)
        centred = talk - self.space.centre
        self.talk_centred = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)

    def _remember(self, sentences: Sentences) -> None:
        self.exact: dict[str, set[str]] = {}
        self.named: dict[str, set[str]] = {}
        self.ambiguous: dict[str, list[str]] = {}
        for at, text, is_name in zip(self.owner, self.texts, self.is_name, strict=True):
            self.exact.setdefault(squeeze(text), set()).add(self.matters[at])
            if is_name and topic(text):
                self.named.setdefault(topic(text), set()).add(self.matters[at])
        for matter in sentences.matters.values():
            for word in matter.ambiguous:
                self.ambiguous.setdefault(squeeze(word), []).append(matter.matter)

    def query(self, text: str, vector: Vector) -> Query:
        """A sentence with its embedding, ready to be compared."""
        return self.compare(text, self.space.place(vector.reshape(1, -1))[0])

    def compare(self, text: str, placed: Vector) -> Query:
        """The same for an embedding that is already placed in this index's space."""
        found = topic_grams(text)
        columns, values = self.weights.row(found)
        return Query(text, placed, columns, values, unknown=len(set(found)) - len(columns))

    def candidates(
        self,
        query: Query,
        *,
        hidden: Ints | None = None,
        hidden_talk: Ints | None = None,
        always: int | None = None,
    ) -> Candidates:
        """The likeliest matters with their features.

        Training hides entries (the sentence itself) and always wants the right matter among them.
        """
        if not len(self.owner):
            return Candidates(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32))
        dense = np.zeros(len(self.weights.vocabulary), dtype=np.float32)
        dense[query.columns] = query.values
        measures, filled = self._measure(query, dense, hidden)
        best = measures[:, 0] + measures[:, 3]
        order = np.argsort(np.where(filled, -best, np.inf), kind="stable")[:SHORTLIST]
        order = order[filled[order]]
        if always is not None and filled[always] and always not in order:
            order = np.append(order[:-1], always)
        talk = self._talk(query, dense, hidden_talk)
        features = _with_leads(measures[order], talk, np.log1p(len(tokens(query.text))))
        return Candidates(order, features)

    def _measure(self, query: Query, dense: Floats, hidden: Ints | None) -> tuple[Floats, Mask]:
        """``MEASURES`` for every matter, and which matters have any entry to be measured by."""
        meaning: Floats = np.append(self.placed @ query.placed, ABSENT)
        alike: Floats = np.append(self.grams @ dense, ABSENT)
        present = (dense > 0).astype(np.float32)
        names: Floats = np.append(np.where(self.is_name, self.name_parts @ present, 0.0), 0.0)
        known = self._known(query)
        if hidden is not None:
            meaning[hidden] = alike[hidden] = ABSENT
            names[hidden] = 0.0
            known[hidden] = 0.0
        near, near_top, near_all, counts = _best(meaning[self.rows])
        gram, gram_top, _, _ = _best(alike[self.rows])
        covered = known[self.rows].max(axis=1) @ self.weights.weights[query.columns]
        whole = self.weights.weights[query.columns].sum() + query.unknown * self.heaviest
        columns = (
            near,
            near_top,
            near_all,
            gram,
            gram_top,
            covered / max(whole, 1e-9),
            names[self.rows].max(axis=1),
        )
        return np.column_stack(columns).astype(np.float32), counts > 0

    def _known(self, query: Query) -> Floats:
        """Which of the sentence's n-grams each entry has; the last row is of no entry."""
        known = np.zeros((len(self.owner) + 1, len(query.columns)), dtype=np.float32)
        for at, column in enumerate(query.columns):
            known[self.has.indices[self.has.indptr[column] : self.has.indptr[column + 1]], at] = 1.0
        return known

    def _talk(self, query: Query, dense: Floats, hidden: Ints | None) -> tuple[float, float]:
        if not self.rival.any():
            return 0.0, 0.0
        meaning, grams = self.talk_placed @ query.placed, self.talk_grams @ dense
        if hidden is not None:
            meaning[hidden] = grams[hidden] = ABSENT
        return float(meaning[self.rival].max()), float(grams[self.rival].max())

    def is_outside(self, query: Query, vector: Vector) -> bool:
        """Whether what means most nearly the same, however it is measured, is something we do not do."""
        if not self.talk:
            return False
        moved = vector - self.space.centre
        nearest = np.argmax(self.talk_placed @ query.placed), np.argmax(self.talk_centred @ moved)
        return all(self.talk[int(at)][0] == OUTSIDE for at in nearest)


def _rows_of(owner: Ints, matters: int) -> Ints:
    """The entries of each matter, one row a matter, filled up with the row past the last entry."""
    counts = np.bincount(owner, minlength=matters)
    rows = np.full((matters, max(int(counts.max(initial=0)), 1)), len(owner), dtype=np.int64)
    for matter in range(matters):
        rows[matter, : counts[matter]] = np.flatnonzero(owner == matter)
    return rows


def _best(likeness: Floats) -> tuple[Floats, Floats, Floats, Ints]:
    """For each row: the best, the mean of the best three, the mean of all, and how many there are."""
    there = likeness > ABSENT
    counts: Ints = there.sum(axis=1)
    none = counts == 0
    few = likeness if likeness.shape[1] <= 3 else -np.partition(-likeness, 2, axis=1)[:, :3]
    ranked = -np.sort(-few, axis=1)
    tops = np.where(ranked > ABSENT, ranked, 0.0)
    top = tops.sum(axis=1) / np.maximum((ranked > ABSENT).sum(axis=1), 1)
    whole = np.where(there, likeness, 0.0).sum(axis=1) / np.maximum(counts, 1)
    return np.where(none, 0.0, tops[:, 0]), top, whole, counts


def _entries(sentences: Sentences, matter: str) -> Sequence[tuple[str, bool]]:
    known = sentences.matters[matter]
    return [*((name, True) for name in known.names), *((example.text, False) for example in known.examples)]


def _with_leads(measures: Floats, talk: tuple[float, float], length: float) -> Floats:
    """Add to each measure its lead over the best other candidate, and over other talk."""
    count = len(measures)
    leads = np.zeros_like(measures)
    if count > 1:
        ranked = np.sort(measures, axis=0)[::-1]
        best_other = np.where(measures >= ranked[0], ranked[1], ranked[0])
        leads = measures - best_other
    meaning, grams = talk
    others = np.column_stack([
        measures[:, 0] - meaning, measures[:, 3] - grams, np.full(count, length, dtype=np.float32)
    ])  # fmt: skip
    features: Floats = np.concatenate([measures, leads, others], axis=1).astype(np.float32)
    return features
