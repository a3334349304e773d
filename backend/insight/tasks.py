"""Celery's side of insight: the counting, hourly."""

from backend.core.house import house
from backend.core.jobs import celery
from backend.insight import telling


@celery.task(name="insight.roll_up", queue="upkeep", expires=900)
def roll_up() -> int:
    """Count today and the days before anew."""
    return telling.roll_up_lately(house())
