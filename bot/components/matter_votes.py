"""Every sentence has a vote for its matter: kernel ridge regression over the whole catalogue.

Likeness to single sentences tells much, but a new person's sentence is like none; the votes weigh all
sentences at once, for a matter and against its neighbours. Sentences that came after the training are
taken in at once, by a second, small system over what the first gets wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from bot.components.embeddings import Matrix
from bot.components.ridge import (
    RIDGE,
    Floats,
    Ints,
    System,
    between,
    noise_of,
    strips,
    wanted_of,
    warmth_of,
)

# How much n-grams count beside meaning. Chosen on sentences of writers who had no part in the others.
GRAM_SHARE = 0.3
# Whose sentence is about none of the matters.
NOBODY = ""
Voter = tuple[str, str]  # a matter, or nobody, and the sentence


@dataclass(frozen=True)
class MatterVotes:
    """The votes of each voter, one column a matter and the last for none; and who was known to the training.

    Known are more than vote: a matter with very many sentences sends some of them.
    """

    matters: tuple[str, ...]
    voters: tuple[Voter, ...]
    votes: Floats
    warmth: float
    known: frozenset[Voter]

    def save(self, file: Path) -> None:
        """Keep it as plain arrays: nothing in the file is code."""
        known = sorted(self.known)
        np.savez(
            file,
            matters=np.array(self.matters, dtype=np.str_),
            voters=np.array(self.voters, dtype=np.str_),
            votes=self.votes,
            warmth=np.array(self.warmth),
            known=np.array(known, dtype=np.str_),
        )

    @classmethod
    def load(cls, file: Path) -> MatterVotes:
        """From what ``save`` kept."""
        with np.load(file) as kept:
            return cls(
                matters=tuple(kept["matters"].tolist()),
                voters=tuple((matter, text) for matter, text in kept["voters"].tolist()),
                votes=kept["votes"],
                warmth=float(kept["warmth"]),
                known=frozenset((matter, text) for matter, text in kept["known"].tolist()),
            )


@dataclass(frozen=True)
class Electorate:
    """Sentences as vectors and n-grams, and the column that each is for."""

    rows: Matrix
    grams: csr_matrix
    owners: Ints
    columns: int

    def of(self, places: Ints) -> Electorate:
        """A part of it."""
        return Electorate(self.rows[places], self.grams[places], self.owners[places], self.columns)

    def scores_by(self, others: Electorate, votes: Floats) -> Floats:
        """What the votes of others say of these sentences."""
        found = [
            between(self.rows[some], self.grams[some], others.rows, others.grams, GRAM_SHARE) @ votes
            for some in strips(np.arange(len(self.rows)))
        ]
        return np.vstack([np.zeros((0, votes.shape[1]), np.float32), *found])

    def elect(self, last: int) -> tuple[Floats, Floats]:
        """The votes of each; what is said of so many at the end by the votes of all before them.

        Costs four bytes for every pair of sentences.
        """
        noise = noise_of(self.owners, self.columns)
        wanted = wanted_of(self.owners, self.columns)
        system = System(self.rows, self.grams, noise, share=GRAM_SHARE)
        votes = system.votes(wanted)
        return votes, system.without_last(last, wanted, votes)

    def correct(self, before: Floats) -> Floats:
        """The votes that bring each to what is wanted of it from what the votes of others say."""
        wanted = wanted_of(self.owners, self.columns) - before
        return System(self.rows, self.grams, RIDGE, share=GRAM_SHARE).votes(wanted)


def learn_votes(everybody: Electorate, held_out: Ints) -> tuple[Floats, Floats, float]:
    """The votes; the scores of some sentences by the votes of all others; how warm scores are chances."""
    others = np.setdiff1d(np.arange(len(everybody.rows)), held_out)
    order = np.concatenate([others, held_out])
    votes, scores = everybody.of(order).elect(len(held_out))
    return votes[np.argsort(order)], scores, warmth_of(scores, everybody.owners[held_out])


def places_of(voters: Sequence[Voter]) -> dict[Voter, int]:
    """Where each voter stands."""
    return {voter: at for at, voter in enumerate(voters)}
