"""Celery's side of the conversation: what comes into it unasked."""

from typing import Any

import redis
from celery import Task

from backend.assistant.speaking import say_ended, say_prompt
from backend.core.errors import Problem
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery


@celery.task(name="assistant.say_prompt", queue="telling", bind=True, max_retries=5, default_retry_delay=5)
def say_shown_prompt(self: "Task[Any, Any]", payload: dict[str, Any]) -> bool:
    """Bring a prompt that was just shown into the conversation."""
    try:
        return say_prompt(house(), payload["citizen"], payload["prompt"])
    except (Problem, redis.RedisError) as error:
        raise self.retry(exc=error) from error


@celery.task(name="assistant.say_ended", queue="telling", bind=True, max_retries=5, default_retry_delay=5)
def say_ended_application(self: "Task[Any, Any]", payload: dict[str, Any]) -> bool:
    """Tell in the conversation that an application ended, and ask how it was."""
    try:
        return say_ended(house(), payload["application"])
    except (Problem, redis.RedisError) as error:
        raise self.retry(exc=error) from error


subscribe("prompt.shown", "assistant.say_prompt")
subscribe("application.changed", "assistant.say_ended")
