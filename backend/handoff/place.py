"""Places in the queue, and how long they take; pure.

A place is a moment: priority is a head start that no later arrival outwaits. So one index sorts the
queue, and a position is a count of what stands before.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import IntEnum
from math import ceil
from statistics import median

from backend.handoff.states import Reason

# Telecom practice: from this age on the hotline puts one through at once.
ELDER_FROM = 65
HEAD_START = timedelta(days=1000)
FEWEST_HANDLED = 3


class Rank(IntEnum):
    """Who comes before whom; a higher one first."""

    ANYBODY = 0
    ELDER = 1
    URGENT = 2  # danger and distress, and those whose agent disappeared


def rank_of(reason: Reason, *, elder: bool) -> Rank:
    """How somebody ranks who asks for a person.

    >>> rank_of(Reason.DISTRESS, elder=False).name, rank_of(Reason.ASKED, elder=True).name
    ('URGENT', 'ELDER')
    """
    if reason in (Reason.DANGER, Reason.DISTRESS):
        return Rank.URGENT
    return Rank.ELDER if elder else Rank.ANYBODY


def place_in_line(rank: Rank, since: datetime) -> datetime:
    """The place of somebody who stands in line since a moment."""
    return since - int(rank) * HEAD_START


def is_elder(born: date | None, today: date) -> bool:
    """Whether somebody is 65 or older.

    >>> is_elder(date(1961, 11, 23), date(2026, 11, 23)), is_elder(date(1961, 11, 24), date(2026, 11, 23))
    (True, False)
    """
    if born is None:
        return False
    before_birthday = (today.month, today.day) < (born.month, born.day)
    return today.year - born.year - before_birthday >= ELDER_FROM


def expected_minutes(
    position: int, *, handled_seconds: Sequence[float], on_duty: int, busy: int
) -> int | None:
    """Minutes until somebody's turn, from what the last conversations took; None when nobody can say.

    >>> expected_minutes(3, handled_seconds=[240, 300, 360], on_duty=2, busy=2)
    10
    >>> expected_minutes(1, handled_seconds=[], on_duty=1, busy=0)
    1
    """
    if on_duty < 1:
        return None
    free = max(0, on_duty - busy)
    if position <= free:
        return 1
    if len(handled_seconds) < FEWEST_HANDLED:
        return None
    rounds = ceil((position - free) / on_duty)
    return max(1, ceil(median(handled_seconds) * rounds / 60))
