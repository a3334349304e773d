"""The sweep: agents who vanished, the end of office hours, offers nobody took up.

All of it stands in the database, so that a process that dies loses nothing: the next sweep goes on.
"""

from collections.abc import Callable
from datetime import timedelta

from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.mongo import Document
from backend.handoff import attending, line, presence, store
from backend.handoff.states import Move, State
from backend.handoff.telling import told_closed

# An offer to leave a message stands for so long.
OFFER_STANDS = timedelta(minutes=30)


def watch(house: House) -> dict[str, int]:
    """One look at everything; how many were dropped, closed and lapsed."""
    lost = {"seen_at": {"$lt": presence.lost_since(house)}}
    old = {"offered_at": {"$lt": house.clock.now() - OFFER_STANDS}}
    closing = [] if line.is_open(house) else store.in_state(house, [State.WAITING])
    return {
        "dropped": _each(attending.drop, house, store.in_state(house, [State.ATTENDED], **lost)),
        "closed": _each(_close, house, closing),
        "lapsed": _each(_lapse, house, store.in_state(house, [State.OFFERED, State.WRITING], **old)),
    }


def _each(work: Callable[[House, Document], bool], house: House, found: list[Document]) -> int:
    done = 0
    for one in found:
        try:
            done += work(house, one)
        except Problem:  # it moved meanwhile: the next look sees where it is
            continue
    return done


def _close(house: House, handoff: Document) -> bool:
    """The office closed before anybody came: offer to take a message."""

    def work(unit: Unit) -> bool:
        offered = store.move(house, unit, handoff, Move.CLOSE, offered_at=unit.now)
        attending.say(house, unit, offered, told_closed(house, offered["lang"], "closing"))
        return True

    return commit(house, work)


def _lapse(house: House, handoff: Document) -> bool:
    def work(unit: Unit) -> bool:
        store.move(house, unit, handoff, Move.LAPSE, ended_at=unit.now)
        return True

    return commit(house, work)
