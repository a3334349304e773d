"""Celery's side of the workbench: what data alone decide, as soon as it is submitted."""

from typing import Any

from pymongo.errors import ConnectionFailure

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.workbench import automatic

RETRY: dict[str, Any] = {
    "autoretry_for": (ConnectionFailure,),
    "retry_backoff": True,
    "max_retries": 8,
}


@celery.task(name="workbench.decide_automatically", queue="filing", **RETRY)
def decide_automatically(payload: dict[str, Any]) -> str | None:
    """Accept and approve what data alone show, or leave it to people."""
    return automatic.decide_automatically(house(), payload["application"])


subscribe("application.submitted", "workbench.decide_automatically")
