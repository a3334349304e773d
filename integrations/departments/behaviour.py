"""How a department behaves today: well, slowly, not at all, or oddly."""

from dataclasses import dataclass
from enum import StrEnum

from pymongo import ReturnDocument

from integrations.departments.database import Document, Store

SLOW_ANSWER_SECONDS = 3.0
LONGEST_WAIT_SECONDS = 30.0
SLOW_STEPS = 5
LATE_STEPS = 10


class Mode(StrEnum):
    """The ways a department can behave."""

    NORMAL = "normal"
    SLOW = "slow"
    BUSY = "busy"
    DOWN = "down"
    REFUSES = "refuses"
    ASKS_CORRECTION = "asks-correction"
    ANSWERS_TWICE = "answers-twice"
    ANSWERS_LATE = "answers-late"
    SUSPENDS = "suspends"
    EXTENDS = "extends"
    RETURNS = "returns"
    FORWARDS = "forwards"
    SILENT = "silent"
    REVOKES = "revokes"


# These show in how a call is answered; the others in how a filed case goes.
CALL_MODES = frozenset({Mode.SLOW, Mode.BUSY, Mode.DOWN})
CASE_MODES = frozenset(Mode) - CALL_MODES - {Mode.NORMAL}


@dataclass(frozen=True)
class Behaviour:
    """One department's mode, the pace of its steps, and how many calls the mode still lasts."""

    mode: Mode = Mode.NORMAL
    pace: float | None = None
    times: int | None = None

    def step_seconds(self, usual: float) -> float:
        """Seconds between two steps of a case."""
        seconds = usual if self.pace is None else self.pace
        return seconds * SLOW_STEPS if self.mode is Mode.SLOW and self.pace is None else seconds

    @property
    def answer_seconds(self) -> float:
        """Seconds a slow department lets a call wait."""
        return min(self.pace if self.pace is not None else SLOW_ANSWER_SECONDS, LONGEST_WAIT_SECONDS)


class Behaviours:
    """The departments' behaviour, kept in the database so that a restart does not change it."""

    def __init__(self, store: Store) -> None:
        self._behaviours = store["behaviours"]

    def of(self, department: str) -> Behaviour:
        """How a department behaves now."""
        return _behaviour(self._behaviours.find_one({"_id": department}))

    def put(self, department: str, behaviour: Behaviour) -> None:
        """Make a department behave so from now on."""
        self._behaviours.replace_one(
            {"_id": department},
            {"mode": behaviour.mode.value, "pace": behaviour.pace, "times": behaviour.times},
            upsert=True,
        )

    def spend(self, department: str, modes: frozenset[Mode]) -> Behaviour:
        """How to treat this call or filing, using up one of the mode's times.

        A mode that is not one of `modes` is left alone and counts as normal here.
        """
        now = self.of(department)
        if now.mode not in modes:
            return Behaviour(pace=now.pace)
        if now.times is None:
            return now
        taken = self._behaviours.find_one_and_update(
            {"_id": department, "mode": now.mode.value, "times": {"$gt": 0}},
            {"$inc": {"times": -1}},
            return_document=ReturnDocument.BEFORE,
        )
        return Behaviour(pace=now.pace) if taken is None else now

    def is_silent(self, department: str) -> bool:
        """Whether a department keeps silent until it is told to behave otherwise, its times spent or not."""
        found = self._behaviours.find_one({"_id": department})
        return found is not None and found["mode"] == Mode.SILENT.value

    def reset(self) -> None:
        """All departments behave normally again."""
        self._behaviours.delete_many({})


def _behaviour(found: Document | None) -> Behaviour:
    if found is None:
        return Behaviour()
    spent = found["times"] is not None and found["times"] <= 0
    mode = Mode.NORMAL if spent else Mode(found["mode"])
    return Behaviour(mode=mode, pace=found["pace"], times=None if spent else found["times"])
