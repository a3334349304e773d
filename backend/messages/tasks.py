"""Celery's side of messages."""

from typing import Any

import redis
from pymongo.errors import ConnectionFailure

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.messages import telling

RETRY: dict[str, Any] = {
    "autoretry_for": (ConnectionFailure, redis.ConnectionError, redis.TimeoutError),
    "retry_backoff": True,
    "max_retries": 8,
}


@celery.task(name="messages.tell_change", queue="telling", **RETRY)
def tell_change(payload: dict[str, Any]) -> str | None:
    """Tell a citizen that an application moved."""
    return telling.tell_change(house(), payload)


@celery.task(name="messages.tell_notice", queue="telling", **RETRY)
def tell_notice(payload: dict[str, Any]) -> str | None:
    """Tell a citizen what is no state: a deadline that comes near, more time, another department."""
    return telling.tell_notice(house(), payload)


@celery.task(name="messages.tell_prompt", queue="telling", **RETRY)
def tell_prompt(payload: dict[str, Any]) -> str | None:
    """Tell a citizen of a prompt."""
    return telling.tell_prompt(house(), payload)


@celery.task(name="messages.tell_correction", queue="telling", **RETRY)
def tell_correction(payload: dict[str, Any]) -> str | None:
    """Confirm a data correction."""
    return telling.tell_correction(house(), payload)


subscribe("application.changed", "messages.tell_change")
subscribe("application.noticed", "messages.tell_notice")
subscribe("prompt.shown", "messages.tell_prompt")
subscribe("correction.opened", "messages.tell_correction")
