"""Finds the passage that answers a question on a day, and knows when none does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from backend.policies.asked import Asked, When, bare_number, read_question
from backend.policies.measuring import MEASURES, Floats, MattersMeant, Measured, Measuring
from backend.policies.passages import Passage
from backend.policies.schema import Policy
from intents.embeddings import Embedder
from intents.wording import normalise

Mask = npt.NDArray[np.bool_]

WEIGHTS_FILE = Path(__file__).with_name("weights.yml")
MOST_FOUND = 20
AT_A_TIME, PAUSE = 4, 0.005
# How sure one may be of a find: what its score, its lead and its measures are worth.
SIGNS = (
    "score", "lead", "ask", "text", "covered", "matter", "meaning_ask", "meaning_text",
    "strange",
)  # fmt: skip
# How much weaker than today's an old or coming rule may match a question that asks for it.
SLACK = 1.5
# Rules that state the same fact are both looked at when they match about equally well.
NEAR = 2.5
MOST_LEAD = 3.0  # a lead greater than this says no more


@dataclass(frozen=True)
class Weights:
    """What each measure counts and each sign of certainty, and from which certainty on we answer."""

    measures: Floats
    signs: Floats
    bias: float
    least: float

    @classmethod
    @lru_cache
    def load(cls, file: Path = WEIGHTS_FILE) -> dict[str, "Weights"]:
        """With the question's embedding (``whole``) and without (``lexical``); see calibrating.py."""
        raw = yaml.safe_load(file.read_text("utf-8"))
        return {
            kind: cls(
                np.array([one["measures"][name] for name in MEASURES], np.float32),
                np.array([one["signs"][name] for name in SIGNS], np.float32),
                float(one["bias"]),
                float(one["least"]),
            )
            for kind, one in raw.items()
        }


@dataclass(frozen=True)
class Reading:
    """A question's measures, what they sum to, which passages hold, and how strange the question is."""

    rows: Floats
    scores: Floats
    allowed: Mask
    strange: float
    follow_up: bool = False


@dataclass(frozen=True)
class Hit:
    """A passage that may answer; ``sure``, told of the first alone, is how likely it does, 0..1."""

    passage: Passage
    score: float
    sure: float


class Retrieval:
    """An index over policies and guides; made once, read by every request."""

    def __init__(self, passages: Sequence[Passage], meant: MattersMeant) -> None:
        self.passages = list(passages)
        self.measuring = Measuring(self.passages)
        self.meant = meant
        self._embedder: Embedder | None = None
        self._numbers = {bare_number(one.policy.number): one.policy for one in passages if one.policy}
        self._policies = {one.policy.id: one.policy for one in passages if one.policy}

    @property
    def knows_meanings(self) -> bool:
        """Whether questions are compared by meaning, too."""
        return self._embedder is not None

    def learn_meanings(self, embedder: Embedder, *, rest: Callable[[], None] = lambda: None) -> None:
        """Embed every text, resting after every few that are new, then compare by meaning, too."""
        texts = self.measuring.texts()
        for start in range(0, len(texts), AT_A_TIME):
            before = embedder.embedded
            embedder.vectors(texts[start : start + AT_A_TIME])
            if embedder.embedded > before:
                rest()
        self.measuring.learn_meanings(embedder.vectors(texts))
        self._embedder = embedder

    def policy_numbered(self, number: str) -> Policy | None:
        """The policy of a number, however its brackets are typed."""
        bare = bare_number(number)
        return next((one for known, one in self._numbers.items() if bare.endswith(known)), None)

    def find(self, question: str, *, day: date, matter: str | None = None) -> list[Hit]:
        """The best passages, best first; old and coming rules only for who asks for them."""
        asked = read_question(normalise(question), day)
        measured, weights = self.measure(asked, matter)
        scores = measured.rows @ weights.measures
        now = self._in_force(day)
        best = _ordered(scores, now)
        if not best:
            return []
        chosen = self._other_times(asked, scores, best[0], day)
        if chosen is not None:
            best = [chosen, *(at for at in best if self.passages[at].source != self.passages[chosen].source)]
        else:
            best = self._settle(best, scores)
        reading = Reading(measured.rows, scores, now, measured.strange, asked.follow_up)
        sure = self.certainty(best[0], reading, weights)
        return [Hit(self.passages[at], float(scores[at]), sure if at == best[0] else 0.0) for at in best]

    def within(self, policy: Policy, question: str, day: date) -> Hit:
        """The passage of one policy that fits a question best, whether the policy holds or not."""
        asked = read_question(normalise(question), day)
        measured, weights = self.measure(asked, None)
        scores = measured.rows @ weights.measures
        own = np.array([one.source == policy.id for one in self.passages], np.bool_)
        at = _ordered(scores, own)[0]
        return Hit(self.passages[at], float(scores[at]), 1.0)

    def measure(
        self, asked: Asked, matter: str | None, hidden: Sequence[int] = ()
    ) -> tuple[Measured, Weights]:
        """The measures of every passage, and the weights that go with them."""
        vector = self.embed(asked.text)
        measured = self.measuring.measure(asked, vector, self.meant(asked.text), matter, hidden)
        return measured, Weights.load()["lexical" if vector is None else "whole"]

    def embed(self, text: str) -> Floats | None:
        """A question's embedding, once meanings are known."""
        return self._embedder.vector(text) if self._embedder else None

    def least(self) -> float:
        """The certainty from which on a find is given as an answer."""
        return Weights.load()["whole" if self.knows_meanings else "lexical"].least

    def signs(self, at: int, reading: Reading) -> list[float]:
        """``SIGNS`` of a find."""
        others = np.where(reading.allowed, reading.scores, -np.inf)
        others[[one.source == self.passages[at].source for one in self.passages]] = -np.inf
        score = float(reading.scores[at])
        lead = score - float(others.max()) if np.isfinite(others.max()) else 0.0
        measure = dict(zip(MEASURES, reading.rows[at].tolist(), strict=True))
        known = {
            "score": score / 10,
            "lead": min(max(lead, -MOST_LEAD), MOST_LEAD) / MOST_LEAD,
            "strange": reading.strange,
        }
        return [known[name] if name in known else measure[name] for name in SIGNS]

    def certainty(self, at: int, reading: Reading, weights: Weights) -> float:
        """How likely a find answers the question, 0..1."""
        measure = dict(zip(MEASURES, reading.rows[at].tolist(), strict=True))
        if reading.follow_up and measure["in_hand"] and measure["aspect"]:
            return 1.0  # 「要几天」 of the matter in hand: its guide says it, nothing is guessed
        signs = np.array(self.signs(at, reading), np.float32)
        return float(1 / (1 + np.exp(-(signs @ weights.signs + weights.bias))))

    def _in_force(self, day: date) -> Mask:
        return np.array([one.in_force(day) for one in self.passages], np.bool_)

    def _other_times(self, asked: Asked, scores: Floats, best: int, day: date) -> int | None:
        """The old or coming rule that is asked for, if there is one about the same thing."""
        if asked.when is When.NOW:
            return None
        found = _ordered(scores, np.array([_of_time(one, asked, day) for one in self.passages], np.bool_))
        if not found or scores[found[0]] < scores[best] - SLACK:
            return None
        policy, other = self.passages[found[0]].policy, self.passages[best].policy
        related = bool(policy and other and policy.id in self._line_of(other))
        return found[0] if related or scores[found[0]] > scores[best] else None

    def _line_of(self, policy: Policy) -> set[str]:
        """A policy with all that came before and will come after it."""
        line, waiting = {policy.id}, [policy]
        while waiting:
            one = waiting.pop()
            near = [*one.replaces, *filter(None, [one.replaced_by])]
            for key in near:
                if key not in line and key in self._policies:
                    line.add(key)
                    waiting.append(self._policies[key])
        return line

    def _settle(self, best: list[int], scores: Floats) -> list[int]:
        """Of passages that contradict each other the higher, then the newer stays; others are not told."""
        first = best[0]
        near = [at for at in best if scores[at] >= scores[first] - NEAR]
        rivals = [at for at in near if _contradict(self.passages[at], self.passages[first])]
        if not rivals:
            return best
        ruling = max([first, *rivals], key=lambda at: self.passages[at].authority)
        lost = {at for at in (first, *rivals) if at != ruling}
        return [ruling, *(at for at in best if at != ruling and at not in lost)]


def _contradict(one: Passage, other: Passage) -> bool:
    return any(key in other.facts and other.facts[key] != value for key, value in one.facts.items())


def _of_time(passage: Passage, asked: Asked, day: date) -> bool:
    policy = passage.policy
    if policy is None or policy.in_force(day):
        return False
    if asked.when is When.FUTURE:
        return policy.valid_from > day and asked.year in (None, policy.valid_from.year)
    if policy.valid_to is None or policy.valid_to >= day:
        return False
    return asked.year is None or policy.valid_from.year <= asked.year <= policy.valid_to.year


def _ordered(scores: Floats, allowed: Mask) -> list[int]:
    """The best of those allowed, best first."""
    order = [int(at) for at in np.argsort(-scores, kind="stable") if allowed[at]]
    return order[:MOST_FOUND]
