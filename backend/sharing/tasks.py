"""Celery's side of data sharing: requests whose answer is late."""

from backend.core.house import house
from backend.core.jobs import celery
from backend.sharing import requesting


@celery.task(name="sharing.remind_late", queue="upkeep", expires=1800)
def remind_late() -> int:
    """Mark the requests that nobody answered in time."""
    return requesting.remind_late(house())
