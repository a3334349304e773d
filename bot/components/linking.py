"""Which matter a sentence is about: sure, worth asking, or none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bot.components.calibration import ASKED_AT_MOST, Calibration
from bot.components.context import Decision
from bot.components.embeddings import Vector
from bot.components.matter_index import MatterIndex
from bot.components.wording import squeeze, topic

CERTAIN = 0.99
WORTH_TELLING = 0.05


@dataclass(frozen=True)
class Link:
    """The matters meant, best first with their probability, and what to do about it."""

    decision: Decision = Decision.NONE
    matters: list[tuple[str, float]] = field(default_factory=list)
    bare_name: bool = False
    about_matters: bool = True


def link(index: MatterIndex, calibration: Calibration, text: str, vector: Vector) -> Link:
    """Find the matter. A word that operators marked as ambiguous is always asked back."""
    query = index.query(text, vector)
    found = index.candidates(query)
    chances = calibration.probabilities(found.features)
    order = np.argsort(-chances, kind="stable")
    ranked = [(index.matters[found.matters[at]], float(chances[at])) for at in order]
    said, about = squeeze(text), topic(text)
    doubtful = index.ambiguous.get(said) or (None if said in index.exact else index.ambiguous.get(about))
    if doubtful:
        return Link(Decision.ASK, _offered(doubtful, ranked), bare_name=True)
    meant = index.exact.get(said) or index.named.get(about)
    if meant:
        return _known(sorted(meant), ranked, bare_name=about in index.named)
    decision = calibration.decide([chance for _, chance in ranked])
    kept = [(matter, round(chance, 3)) for matter, chance in ranked if chance >= WORTH_TELLING]
    nearest = index.nearest_talk(query) if decision is Decision.NONE else None
    return Link(
        decision,
        kept[:ASKED_AT_MOST],
        about_matters=nearest in (None, "do_matter", "ask_matter"),
    )


def _known(meant: list[str], ranked: list[tuple[str, float]], *, bare_name: bool) -> Link:
    if len(meant) == 1:
        others = [(matter, round(min(chance, 1 - CERTAIN), 3)) for matter, chance in ranked if matter != meant[0]]
        return Link(Decision.SURE, [(meant[0], CERTAIN), *others[:1]], bare_name)
    return Link(Decision.ASK, _offered(meant, ranked), bare_name)


def _offered(meant: list[str], ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The matters in doubt, likeliest first; where only one is named, the likeliest others beside it."""
    chances = dict(ranked)
    several = sorted(set(meant), key=lambda matter: -chances.get(matter, 0.0))
    if len(several) == 1:
        several += [matter for matter, chance in ranked if matter not in several and chance >= WORTH_TELLING][:2]
    return [(matter, round(chances.get(matter, 0.0), 3)) for matter in several[:ASKED_AT_MOST]]
