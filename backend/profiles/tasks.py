"""Celery's side of profiles: asking the registries when something may have changed."""

from typing import Any

from pymongo.errors import ConnectionFailure

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.profiles import consumers, facts
from integrations.gateways.departments import DepartmentUnavailable


@celery.task(
    name="profiles.gather",
    queue="prompting",
    autoretry_for=(DepartmentUnavailable,),
    retry_backoff=2,
    retry_backoff_max=30,
    max_retries=8,
)
def gather(payload: dict[str, Any]) -> list[str]:
    """Gather a citizen's facts, from the departments named or from all."""
    return facts.gather(house(), payload["citizen"], departments=payload.get("departments"))


@celery.task(
    name="profiles.tell_consumers",
    queue="upkeep",
    autoretry_for=(ConnectionFailure,),
    retry_backoff=True,
    max_retries=8,
)
def tell_consumers(payload: dict[str, Any]) -> int:
    """Tell the applications and prompts that used a disputed value."""
    return consumers.tell_consumers(house(), payload["correction"])


subscribe("correction.opened", "profiles.tell_consumers")
subscribe("correction.answered", "profiles.tell_consumers")
subscribe("citizen.identified", "profiles.gather")
subscribe("facts.noticed", "profiles.gather")
