"""Celery's side of the figures: the daily rollup."""

from backend.core.house import house
from backend.core.jobs import celery
from backend.figures import telling


@celery.task(name="figures.roll_up", queue="upkeep", expires=900)
def roll_up() -> int:
    """Count today and the last days anew."""
    return telling.roll_up_lately(house())
