"""Celery's side of the stream: committed events, sent on to who listens."""

from typing import Any

import redis

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.stream.publishing import TURN, publish

RETRY: dict[str, Any] = {
    "autoretry_for": (redis.ConnectionError, redis.TimeoutError),
    "retry_backoff": True,
    "max_retries": 3,
}


@celery.task(name="stream.send_application", queue="telling", **RETRY)
def send_application(payload: dict[str, Any]) -> None:
    """An application moved."""
    data = {key: payload[key] for key in ("state", "version", "number")}
    publish(house(), payload["citizen"], "application", {"id": payload["application"]} | data)


@celery.task(name="stream.send_prompt", queue="telling", **RETRY)
def send_prompt(payload: dict[str, Any]) -> None:
    """A prompt was shown."""
    publish(house(), payload["citizen"], "prompt", {"id": payload["prompt"]})


@celery.task(name="stream.send_message", queue="telling", **RETRY)
def send_message(payload: dict[str, Any]) -> None:
    """A message was written."""
    about = {key: payload.get(key) for key in ("subject", "application", "prompt")}
    publish(house(), payload["citizen"], "message", {"id": payload["message"]} | about)


@celery.task(name="stream.send_turn", queue="telling", **RETRY)
def send_turn(payload: dict[str, Any]) -> None:
    """Something was said in the conversation unasked: by an agent, or by the assistant."""
    publish(house(), payload["citizen"], TURN, {"id": payload["turn"], "by": payload["by"]})


subscribe("application.changed", "stream.send_application")
subscribe("prompt.shown", "stream.send_prompt")
subscribe("message.created", "stream.send_message")
subscribe("chat.turn", "stream.send_turn")
