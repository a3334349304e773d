"""Celery's side of files."""

from backend.core.house import house
from backend.core.jobs import celery
from backend.files import leftovers


@celery.task(name="files.clean", queue="upkeep", expires=3000)
def clean() -> int:
    """Remove files that nobody has referred to for a day."""
    return leftovers.clean(house())
