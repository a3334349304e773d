"""Celery's side of hand-offs: the sweep, the queue as apps show it, answers among the messages."""

from typing import Any

import redis

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.handoff import leaving_word, store
from backend.handoff.line import pace_of
from backend.handoff.states import State
from backend.handoff.watching import watch
from backend.stream.publishing import publish

STANDING = "handoff"
# Those farther back learn of their place when they ask, or come nearer.
MOST_TOLD = 50
RETRY: dict[str, Any] = {
    "autoretry_for": (redis.ConnectionError, redis.TimeoutError),
    "retry_backoff": True,
    "max_retries": 3,
}


@celery.task(name="handoff.watch", queue="upkeep", expires=10)
def watch_handoffs() -> dict[str, int]:
    """Who lost their agent, who waits at the end of the day, which offers lapsed."""
    return watch(house())


@celery.task(name="handoff.tell_line", queue="telling", **RETRY)
def tell_line(payload: dict[str, Any]) -> int:
    """Tell the apps of whoever moved, and of those whose place changed by it; returns how many wait."""
    place = house()
    state = {"id": payload["handoff"], "state": payload["state"], "position": None, "wait_minutes": None}
    if payload["state"] != State.WAITING.value:
        publish(place, payload["citizen"], STANDING, state)
    there = store.waiting(place, limit=MOST_TOLD)
    pace = pace_of(place)
    for position, one in enumerate(there, 1):
        where = {"position": position, "wait_minutes": pace.minutes(position)}
        told = {"id": one["_id"], "state": one["state"], **where}
        publish(place, one["citizen"], STANDING, told)
    return len(there)


@celery.task(name="handoff.tell_answer", queue="telling", **RETRY)
def tell_answer(payload: dict[str, Any]) -> str | None:
    """Put the answer to a message among the citizen's messages."""
    return leaving_word.tell_answer(house(), payload["handoff"])


subscribe("handoff.changed", "handoff.tell_line")
subscribe("handoff.answered", "handoff.tell_answer")
