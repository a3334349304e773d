"""Standing in line for a person: asking, how long it takes, and leaving again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.core.prepare import at_start
from backend.handoff import store
from backend.handoff.hours import OfficeHours, opening_words, parse_hours
from backend.handoff.place import expected_minutes, is_elder, place_in_line, rank_of
from backend.handoff.presence import on_duty
from backend.handoff.states import Move, Reason, State
from backend.handoff.wording import words
from backend.profiles import facts

HOTLINE = "12345"
# Older conversations say little of how it goes now.
LOOK_BACK = timedelta(hours=4)
LONG_MINUTES = 30


@dataclass(frozen=True)
class Request:
    """Somebody asks for a person: in which language, why, and the number called for in danger."""

    lang: str
    reason: Reason = Reason.ASKED
    number: str = ""


@dataclass(frozen=True)
class Pace:
    """How fast the queue goes: what the last conversations took, and how many agents are there and busy."""

    handled_seconds: tuple[float, ...]
    on_duty: int
    busy: int

    def minutes(self, position: int) -> int | None:
        """In how many minutes it is somebody's turn, if that can be said."""
        return expected_minutes(
            position, handled_seconds=self.handled_seconds, on_duty=self.on_duty, busy=self.busy
        )

    def words(self, minutes: int | None, lang: str) -> str:
        """The same as people say it, honestly: a rough word where nothing is known."""
        if minutes is None:
            return words(lang, "unknown" if self.on_duty else "nobody")
        if minutes <= 1:
            return words(lang, "soon")
        return words(lang, "long") if minutes >= LONG_MINUTES else words(lang, "minutes", minutes=minutes)


def ask_for_person(house: House, citizen: str, request: Request) -> Document:
    """Put the citizen in the queue, or offer to take a message while nobody is there.

    Who stands in it already stays where they are, or moves up when they are in danger now.
    """
    current = store.find_open(house, citizen)
    if current is None:
        try:
            return commit(house, lambda unit: _create(house, unit, citizen, request))
        except DuplicateKeyError:  # asked twice at once
            current = store.find_open(house, citizen)
    if current is None:
        raise Problem("conflict", store.CHANGED)
    state = State(current["state"])
    if state is State.WAITING:
        return _moved_up(house, current, request)
    if state is not State.ATTENDED and is_open(house):
        return commit(house, lambda unit: _join(house, unit, current, request))
    return current


def leave(house: House, handoff: Document) -> Document:
    """The citizen no longer wants a person; the assistant has the conversation at once."""

    def work(unit: Unit) -> Document:
        # Read anew: whether an agent came meanwhile or not, they leave.
        found = store.find(house, handoff["_id"], unit.session)
        return store.move(house, unit, found, Move.LEAVE, ended_at=unit.now)

    left = commit(house, work)
    logger().info("handoff.left", handoff=handoff["_id"], citizen=handoff["citizen"], was=handoff["state"])
    return left


def pace_of(house: House) -> Pace:
    """How the queue goes at this moment."""
    there = {agent["_id"] for agent in on_duty(house)}
    attended = store.count_attended(house)
    return Pace(
        handled_seconds=tuple(store.handled_seconds(house, since=house.clock.now() - LOOK_BACK)),
        on_duty=len(there),
        busy=sum(agent in attended for agent in there),
    )


def office_hours(house: House) -> OfficeHours | None:
    """When agents are there; None: always."""
    return parse_hours(house.settings.handoff_hours)


def is_open(house: House) -> bool:
    """Whether agents are there now, by the calendar."""
    hours = office_hours(house)
    return hours is None or hours.is_open(house.clock.now())


def opening(house: House, lang: str) -> str:
    """When agents are there again, as people say it; empty while they are."""
    hours, now = office_hours(house), house.clock.now()
    if hours is None or hours.is_open(now):
        return ""
    return opening_words(hours.next_opening(now), now, lang)


def _create(house: House, unit: Unit, citizen: str, request: Request) -> Document:
    elder = _is_elder(house, citizen, unit.now)
    rank = rank_of(request.reason, elder=elder)
    waits = is_open(house)
    handoff: Document = {
        "_id": house.new_id(),
        "citizen": citizen,
        "state": (State.WAITING if waits else State.OFFERED).value,
        "open": True,
        "version": 1,
        "reason": request.reason.value,
        "number": request.number,
        "lang": request.lang,
        "elder": elder,
        "rank": int(rank),
        "place": place_in_line(rank, unit.now),
        "in_hours": waits,
        "asked_at": unit.now,
        "queued_at": unit.now if waits else None,
        "offered_at": None if waits else unit.now,
        "agent": None,
        "taken_at": None,
        "seen_at": None,
        "said_at": None,
        "ended_at": None,
        "dropped": 0,
        "transfers": [],
        "notes": [],
        "readers": [],
        "rating": None,
    }
    store.insert(house, unit, handoff)
    store.tell_changed(unit, handoff)
    logger().info(
        "handoff.asked",
        handoff=handoff["_id"],
        citizen=citizen,
        reason=request.reason.value,
        elder=elder,
        state=handoff["state"],
    )
    return handoff


def _join(house: House, unit: Unit, handoff: Document, request: Request) -> Document:
    """The office opened, and the citizen asks again."""
    rank = rank_of(request.reason, elder=handoff["elder"])
    place = place_in_line(rank, unit.now)
    return store.move(
        house, unit, handoff, Move.JOIN, rank=int(rank), place=place, queued_at=unit.now, in_hours=True
    )


def _moved_up(house: House, handoff: Document, request: Request) -> Document:
    """Whoever waits and now speaks of danger comes first."""
    rank = rank_of(request.reason, elder=handoff["elder"])
    if rank <= handoff["rank"]:
        return handoff
    place = place_in_line(rank, handoff["queued_at"])
    sets = {"rank": int(rank), "place": place, "reason": request.reason.value, "number": request.number}
    where = {"state": State.WAITING.value, "version": handoff["version"]}
    changed = store.set_fields(house, handoff["_id"], where, {"$set": sets, "$inc": {"version": 1}})
    return changed or store.find(house, handoff["_id"])


def _is_elder(house: House, citizen: str, now: datetime) -> bool:
    population: dict[str, Any] = facts.get_profile(house, citizen).get("population") or {}
    born = population.get("born")
    return is_elder(city_date(born) if isinstance(born, datetime) else None, city_date(now))


def _check_hours(house: House) -> None:
    """Office hours that cannot be read stop the start, not the first citizen who asks."""
    office_hours(house)


at_start(_check_hours)
