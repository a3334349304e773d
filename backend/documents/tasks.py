"""Celery's side of official documents."""

from typing import Any

from pymongo.errors import ConnectionFailure

from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.documents import issuing
from backend.documents.occasions import NOTHING_YET


@celery.task(
    name="documents.issue",
    queue="upkeep",
    autoretry_for=(ConnectionFailure,),
    retry_backoff=True,
    max_retries=8,
)
def issue(payload: dict[str, Any]) -> int:
    """Issue what an application's move calls for; how many documents."""
    if payload["state"] in NOTHING_YET:
        return 0
    return len(issuing.issue(house(), payload["application"]))


subscribe("application.changed", "documents.issue")
