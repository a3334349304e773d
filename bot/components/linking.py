"""Which matter a sentence is about: sure, worth asking, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from bot.components.calibration import ASKED_AT_MOST, Calibration
from bot.components.context import Decision
from bot.components.embeddings import Vector
from bot.components.matter_index import MATTER_ACTS, NAMING_ACTS, MatterIndex, Query
from bot.components.wording import squeeze, topic

CERTAIN = 0.99
WORTH_TELLING = 0.05
BEYOND_DOUBT = 0.95
RANKED_AT_MOST = 5
# How much of the speech act's evidence counts (the two readings are not independent), and at most.
ACT_SHARE = 0.5
FARTHEST = 1.5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Link:
    """The matters worth telling, best first with their probability, and what to do about it.

    ``ranking`` are the likeliest, worth telling or not.
    """

    decision: Decision = Decision.NONE
    matters: list[tuple[str, float]] = field(default_factory=list)
    bare_name: bool = False
    outside: bool = False
    ranking: list[tuple[str, float]] = field(default_factory=list)


def link(
    index: MatterIndex,
    calibration: Calibration,
    text: str,
    vector: Vector,
    *,
    acts: Mapping[str, float] | None = None,
) -> Link:
    """Find the matter; ``_decide`` says what to do about it.

    ``acts`` are the probabilities of the speech acts: somebody who clearly wants something done speaks
    more probably of a matter than somebody who talks of the weather.
    """
    query = index.query(text, vector)
    found = index.candidates(query)
    chances = _after_act(calibration.probabilities(found.features), acts or {})
    order = np.argsort(-chances, kind="stable")
    ranked = [(index.matters[found.matters[at]], float(chances[at])) for at in order]
    decided = _decide(index, calibration, query, ranked)
    told = [matter for matter, _ in decided.matters]
    others = [(matter, round(chance, 3)) for matter, chance in ranked if matter not in told]
    return replace(decided, ranking=[*decided.matters, *others][:RANKED_AT_MOST])


def _decide(
    index: MatterIndex,
    calibration: Calibration,
    query: Query,
    ranked: list[tuple[str, float]],
) -> Link:
    """Whether to be sure, to ask or to abstain. A word that operators marked as ambiguous is asked back."""
    said, about = squeeze(query.text), topic(query.text)
    if said in index.ambiguous:
        return Link(Decision.ASK, _offered(index.ambiguous[said], ranked), bare_name=True)
    if said not in index.exact and about in index.ambiguous and not _beyond_doubt(ranked):
        return Link(Decision.ASK, _offered(index.ambiguous[about], ranked), bare_name=True)
    meant = index.exact.get(said) or index.named.get(about)
    if meant:
        return _known(sorted(meant), ranked, bare_name=about in index.named)
    decision = calibration.decide([chance for _, chance in ranked])
    kept = [(matter, round(chance, 3)) for matter, chance in ranked if chance >= WORTH_TELLING]
    outside = decision is Decision.NONE and index.is_outside(query)
    return Link(decision, kept[:ASKED_AT_MOST], outside=outside)


def _after_act(chances: Floats, acts: Mapping[str, float]) -> Floats:
    """Odds moved by what the speech act tells; acts that may name a matter or not move nothing."""
    wanting = sum(chance for act, chance in acts.items() if act in MATTER_ACTS)
    other = sum(chance for act, chance in acts.items() if act not in MATTER_ACTS and act not in NAMING_ACTS)
    if not acts:
        return chances
    shift = np.clip(ACT_SHARE * np.log((wanting + 0.02) / (other + 0.02)), -FARTHEST, FARTHEST)
    safe = np.clip(chances, 1e-6, 1 - 1e-6)
    moved: Floats = 1 / (1 + np.exp(-(np.log(safe / (1 - safe)) + shift)))
    return moved


def _beyond_doubt(ranked: list[tuple[str, float]]) -> bool:
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return bool(ranked) and ranked[0][1] >= BEYOND_DOUBT and second < 1 - BEYOND_DOUBT


def _known(meant: list[str], ranked: list[tuple[str, float]], *, bare_name: bool) -> Link:
    if len(meant) == 1:
        others = [
            (matter, round(min(chance, 1 - CERTAIN), 3)) for matter, chance in ranked if matter != meant[0]
        ]
        return Link(Decision.SURE, [(meant[0], CERTAIN), *others[:1]], bare_name)
    return Link(Decision.ASK, _offered(meant, ranked), bare_name)


def _offered(meant: list[str], ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The matters in doubt, likeliest first; where only one is named, the likeliest others beside it."""
    chances = dict(ranked)
    several = sorted(set(meant))
    if len(several) == 1:
        others = [one for one, chance in ranked if one not in several and chance >= WORTH_TELLING]
        several += others[:2]
    several.sort(key=lambda matter: -chances.get(matter, 0.0))
    return [(matter, round(chances.get(matter, 0.0), 3)) for matter in several[:ASKED_AT_MOST]]
