"""Celery's side of prompts: changed facts, the daily sweep, and what waits to be shown."""

from typing import Any

import redis
from pymongo.errors import ConnectionFailure

from backend.core.clock import city_date
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.prompts import offering, store, sweeping

# Only what heals by itself is tried again: a connection that broke, not a document that is wrong.
RETRY: dict[str, Any] = {
    "autoretry_for": (ConnectionFailure, redis.ConnectionError, redis.TimeoutError),
    "retry_backoff": True,
    "max_retries": 8,
}
FILED_STATES = frozenset({"submitted", "received", "accepted"})


@celery.task(name="prompts.check_changed", queue="prompting", **RETRY)
def check_changed(payload: dict[str, Any]) -> int:
    """Try the rules that read what changed in a profile."""
    return len(offering.check_citizen(house(), payload["citizen"], payload["sections"]))


@celery.task(name="prompts.check_all", queue="prompting", **RETRY)
def check_all(payload: dict[str, Any]) -> int:
    """Try every rule for a citizen who wants to hear of a topic again."""
    return len(offering.check_citizen(house(), payload["citizen"]))


@celery.task(name="prompts.note_filed", queue="prompting", **RETRY)
def note_filed(payload: dict[str, Any]) -> int:
    """Count an accepted prompt as filed once its application is."""
    if payload["state"] not in FILED_STATES:
        return 0
    place = house()
    return store.note_filed(place, payload["application"], place.clock.now())


@celery.task(name="prompts.daily_sweep", queue="prompting", expires=600)
def daily_sweep() -> bool:
    """Sweep what today brought; a sweep that ran out of time is taken up again at once."""
    place = house()
    finished = sweeping.sweep(place, city_date(place.clock.now()))
    if not finished:
        daily_sweep.apply_async()
    return finished


@celery.task(name="prompts.show_waiting", queue="prompting", expires=60)
def show_waiting() -> int:
    """Show what waited for daylight or a free place; more than one batch goes on at once."""
    shown = offering.show_waiting(house())
    if shown >= offering.BATCH:
        show_waiting.apply_async()
    return shown


subscribe("profile.changed", "prompts.check_changed")
subscribe("topic.unmuted", "prompts.check_all")
subscribe("consent.granted", "prompts.check_all")
subscribe("application.changed", "prompts.note_filed")
