"""Celery's side of delivery."""

from typing import Any

from backend.applications.states import TO_DELIVER
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from backend.delivery import sending


@celery.task(name="delivery.send", queue="filing")
def send(payload: dict[str, Any]) -> str:
    """Send a document that was just made, or lay it ready."""
    if payload["state"] not in TO_DELIVER:
        return "nothing"
    return sending.send(house(), payload["application"])


@celery.task(name="delivery.send_waiting", queue="filing", expires=50)
def send_waiting() -> int:
    """Try again what the carrier did not take."""
    return sending.send_waiting(house())


subscribe("application.changed", "delivery.send")
