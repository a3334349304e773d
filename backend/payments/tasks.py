"""Celery's side of payments."""

from datetime import timedelta
from typing import Any

from backend.applications.states import State
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.payments import paying, store

# Longer than a notice may be late, so that the next comparison sees what this one missed.
LOOK_BACK = timedelta(hours=2)


@celery.task(name="payments.give_back", queue="filing")
def give_back(payload: dict[str, Any]) -> str:
    """Give a fee back when an application ended without what was paid for."""
    if State(payload["state"]) not in paying.NOTHING_CAME | paying.UNDONE:
        return "kept"
    return paying.give_back_if_nothing_came(house(), payload["application"])


@celery.task(name="payments.watch", queue="upkeep", expires=50)
def watch() -> int:
    """Refunds to be tried again, orders that nobody paid."""
    return paying.watch(house())


@celery.task(name="payments.reconcile", queue="upkeep", expires=250)
def reconcile() -> int:
    """Compare with the company's statement; how many orders a lost notice had left behind."""
    place, now = house(), house().clock.now()
    since = min(now, store.last_reconciled(place) or now) - LOOK_BACK
    return len(paying.reconcile(place, since, now)["mended"])


subscribe("application.changed", "payments.give_back")
