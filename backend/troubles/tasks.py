"""Celery's side of troubles: the sweep over what is late or stuck."""

from backend.core.house import house
from backend.core.jobs import celery
from backend.troubles import watching


@celery.task(name="troubles.watch", queue="upkeep", expires=110)
def watch() -> int:
    """Raise what came up, settle what came right."""
    return watching.watch(house())
