"""Every way of naming a matter, searchable by n-grams and by meaning; and what a sentence shares with each.

The index is built from the files at every start and whenever they change. Nothing of it is frozen in
the trained model, so a new matter's file counts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.components.embeddings import Embedder, Vector, about
from bot.components.lexical import GramWeights, topic_grams
from bot.components.matter_votes import (
    GRAM_SHARE,
    NOBODY,
    Electorate,
    MatterVotes,
    Voter,
    places_of,
)
from bot.components.ridge import likeness, shares
from bot.components.sentences import Sentences
from bot.components.wording import squeeze, tokens, topic
from intents.space import Space

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SHORTLIST = 20
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
    "votes",
    "votes_lead",
    "votes_over_none",
    "votes_chance",
)
# Without votes nothing speaks for anybody.
NO_VOTE = -1.0


@dataclass(frozen=True)
class Candidates:
    """The matters worth a look, and what speaks for each (one row of ``FEATURES`` a matter)."""

    matters: Ints
    features: Floats


@dataclass(frozen=True)
class Query:
    """A sentence as the index compares it: its likeness to each entry and then to all other talk.

    ``votes`` are what is voted for each matter of the index, and at last for none.
    """

    text: str
    meaning: Floats
    alike: Floats
    columns: npt.NDArray[np.int32]
    unknown: int
    votes: Floats


class MatterIndex:
    """The catalogue's names, aliases and example sentences, and the other talk to tell them from.

    With the ``votes`` of a training; sentences that came after it vote too.
    """

    def __init__(
        self, sentences: Sentences, embedder: Embedder, space: Space, votes: MatterVotes | None = None
    ) -> None:
        self.matters: list[str] = sorted(sentences.matters)
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
        self.vectors = about(embedder.vectors([*self.texts, *(text for _, text in self.talk)]))
        self.move(space)
        self._weigh()
        self._remember(sentences)
        self.take_votes(votes)

    def move(self, space: Space) -> None:
        """Compare meanings in this space from now on."""
        self.space, self.placed = space, space.place(self.vectors)

    def _weigh(self) -> None:
        talk = [text for _, text in self.talk]
        cut = [topic_grams(text) for text in self.texts]
        bags = [{gram for row in rows if row < len(cut) for gram in cut[row]} for rows in self.rows]
        # Weights tell matters apart, so a matter counts once however many sentences it has.
        self.weights = GramWeights.learn([*bags, {gram for text in talk for gram in topic_grams(text)}])
        self.grams = self.weights.matrix([*self.texts, *talk], topic_grams)
        self._postings = self.grams.tocsc()
        named = np.flatnonzero(self.is_name)
        heavy = csr_matrix(self.grams[named] > 0).multiply(self.weights.weights).tocsr()
        totals = np.maximum(np.asarray(heavy.sum(axis=1)).ravel(), 1e-9)
        self._named = named
        self._name_parts: csr_matrix = csr_matrix(heavy.multiply(1 / totals[:, None]))
        self.heaviest = float(self.weights.weights.max()) if len(self.weights.weights) else 1.0

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

    def voters(self) -> list[Voter]:
        """Who may vote: every entry for its matter, and then all other talk for nobody."""
        entries = [(self.matters[at], text) for at, text in zip(self.owner, self.texts, strict=True)]
        return [*entries, *((NOBODY, text) for _, text in self.talk)]

    def electorate(self, places: Ints) -> Electorate:
        """The voters at these places."""
        nobody = np.full(len(self.talk), len(self.matters), dtype=np.int64)
        owners = np.concatenate([self.owner, nobody])
        return Electorate(self.placed[places], self.grams[places], owners[places], len(self.matters) + 1)

    def take_votes(self, votes: MatterVotes | None) -> None:
        """Let these votes count from now on; who was removed votes no more, who is new is taken in."""
        self.warmth = votes.warmth if votes else 0.0
        self._votes = np.zeros((0, 0), dtype=np.float32)
        if votes is None:
            return
        place, column = places_of(self.voters()), {matter: at for at, matter in enumerate(votes.matters)}
        columns = np.array([column.get(matter, -1) for matter in self.matters] + [len(votes.matters)])
        known = columns >= 0
        self._votes = np.zeros((len(self.placed), len(columns)), dtype=np.float32)
        for voter, own in zip(votes.voters, votes.votes, strict=True):
            if voter in place:
                self._votes[place[voter], known] = own[columns[known]]
        new = np.array([at for voter, at in place.items() if voter not in votes.known], dtype=np.int64)
        new = new[new < len(self.owner)]
        if len(new):
            comers = self.electorate(new)
            before = comers.scores_by(self.electorate(np.arange(len(self._votes))), self._votes)
            before[:, ~known] = NO_VOTE
            self._votes[new] = comers.correct(before)

    def query(self, text: str, vector: Vector) -> Query:
        """A sentence with its embedding, ready to be compared."""
        return self.compare(text, self.space.place(about(vector.reshape(1, -1)))[0])

    def compare(self, text: str, placed: Vector, scores: Floats | None = None) -> Query:
        """The same for an embedding that is already placed, whose votes may be known already."""
        found = topic_grams(text)
        columns, values = self.weights.row(found)
        meaning: Floats = self.placed @ placed
        alike = self._alike(columns, values)
        if scores is None and len(self._votes):
            scores = likeness(meaning, alike, GRAM_SHARE) @ self._votes
        elif scores is None:
            scores = np.full(len(self.matters) + 1, NO_VOTE, dtype=np.float32)
        return Query(text, meaning, alike, columns, len(set(found)) - len(columns), scores)

    def _alike(self, columns: npt.NDArray[np.int32], values: Floats) -> Floats:
        """The likeness in n-grams to everything: only what shares one is looked at."""
        alike = np.zeros(self.grams.shape[0], dtype=np.float32)
        for column, value in zip(columns, values, strict=True):
            start, end = self._postings.indptr[column : column + 2]
            alike[self._postings.indices[start:end]] += value * self._postings.data[start:end]
        return alike

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
        near = self._of(self.rows, query.meaning, hidden)
        grams = self._of(self.rows, query.alike, hidden)
        filled = (near > ABSENT).any(axis=1)
        best = near.max(axis=1) + grams.max(axis=1) + query.votes[:-1]
        order = np.argsort(np.where(filled, -best, np.inf), kind="stable")[:SHORTLIST]
        order = order[filled[order]]
        if always is not None and filled[always] and always not in order:
            order = np.append(order[:-1], always)
        measures = self._measure(query, near[order], grams[order], self.rows[order], hidden)
        talk = self._talk(query, hidden_talk)
        features = _with_leads(measures, talk, np.log1p(len(tokens(query.text))))
        return Candidates(order, np.hstack([features, self._elected(query.votes, order)]))

    def _elected(self, votes: Floats, order: Ints) -> Floats:
        """What the votes say of these matters."""
        share = shares(votes, self.warmth) if self.warmth else np.zeros_like(votes)
        best = np.sort(votes[:-1])[::-1][:2]
        other = np.where(votes[order] >= best[0], best[-1], best[0])
        columns = (votes[order], votes[order] - other, votes[order] - votes[-1], share[order])
        return np.column_stack(columns).astype(np.float32)

    def _of(self, rows: Ints, values: Floats, hidden: Ints | None) -> Floats:
        """A value of each entry of some matters, one row a matter; what is not there is absent."""
        there = np.append(values[: len(self.owner)], np.float32(ABSENT))
        if hidden is not None:
            there[hidden] = ABSENT
        found: Floats = there[rows]
        return found

    def _measure(self, query: Query, near: Floats, grams: Floats, rows: Ints, hidden: Ints | None) -> Floats:
        """``MEASURES`` for some matters, from the likeness to their entries."""
        nearest, near_top, near_all = _best(near)
        gram, gram_top, _ = _best(grams)
        names = np.zeros(len(self.owner), dtype=np.float32)
        present = np.zeros(len(self.weights.vocabulary), dtype=np.float32)
        present[query.columns] = 1.0
        names[self._named] = self._name_parts @ present
        weights = self.weights.weights[query.columns]
        covered = self._known(query, rows, hidden) @ weights
        whole = weights.sum() + query.unknown * self.heaviest
        columns = (
            nearest,
            near_top,
            near_all,
            gram,
            gram_top,
            covered / max(whole, 1e-9),
            np.maximum(self._of(rows, names, hidden).max(axis=1), 0.0),
        )
        return np.column_stack(columns).astype(np.float32)

    def _known(self, query: Query, rows: Ints, hidden: Ints | None) -> Mask:
        """Which of the sentence's n-grams any entry of each matter has."""
        has = np.zeros((self.grams.shape[0] + 1, len(query.columns)), dtype=np.bool_)
        for at, column in enumerate(query.columns):
            start, end = self._postings.indptr[column : column + 2]
            has[self._postings.indices[start:end], at] = True
        # Past the last entry comes other talk: a matter without so many entries has none of it.
        has[len(self.owner)] = False
        if hidden is not None:
            has[hidden] = False
        known: Mask = has[rows].any(axis=1)
        return known

    def _talk(self, query: Query, hidden: Ints | None) -> tuple[float, float]:
        if not self.rival.any():
            return 0.0, 0.0
        meaning, grams = query.meaning[len(self.owner) :], query.alike[len(self.owner) :]
        counts = self.rival.copy()
        if hidden is not None:
            counts[hidden] = False
        return float(meaning[counts].max(initial=ABSENT)), float(grams[counts].max(initial=ABSENT))

    def is_outside(self, query: Query) -> bool:
        """Whether what means most nearly the same, of all other talk, is something we do not do."""
        if not self.talk:
            return False
        return self.talk[int(np.argmax(query.meaning[len(self.owner) :]))][0] == OUTSIDE


def _rows_of(owner: Ints, matters: int) -> Ints:
    """The entries of each matter, one row a matter, filled up with the row past the last entry."""
    counts = np.bincount(owner, minlength=matters)
    rows = np.full((matters, max(int(counts.max(initial=0)), 1)), len(owner), dtype=np.int64)
    for matter in range(matters):
        rows[matter, : counts[matter]] = np.flatnonzero(owner == matter)
    return rows


def _best(likeness: Floats) -> tuple[Floats, Floats, Floats]:
    """For each row: the best, the mean of the best three, the mean of all."""
    there = likeness > ABSENT
    counts: Ints = there.sum(axis=1)
    few = likeness if likeness.shape[1] <= 3 else -np.partition(-likeness, 2, axis=1)[:, :3]
    ranked = -np.sort(-few, axis=1)
    tops = np.where(ranked > ABSENT, ranked, 0.0)
    top = tops.sum(axis=1) / np.maximum((ranked > ABSENT).sum(axis=1), 1)
    whole = np.where(there, likeness, 0.0).sum(axis=1) / np.maximum(counts, 1)
    return np.where(counts == 0, 0.0, tops[:, 0]), top, whole


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
