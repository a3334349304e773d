"""Celery's side of applications: filing, and the sweep for what was left behind."""

from typing import Any

from backend.applications import filing
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery


@celery.task(name="applications.file", queue="filing")
def file_submitted(payload: dict[str, Any]) -> str:
    """File what was just submitted."""
    return filing.file_application(house(), payload["application"])


@celery.task(name="applications.file_waiting", queue="filing", expires=30)
def file_waiting() -> int:
    """File what a crash or a silent department left waiting."""
    return filing.file_waiting(house())


subscribe("application.submitted", "applications.file")
