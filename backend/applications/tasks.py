"""Celery's side of applications: filing, the clocks, and the sweeps for what was left behind."""

from typing import Any

from backend.applications import applicant, bundling, filing, watching
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery


@celery.task(name="applications.file", queue="filing")
def file_submitted(payload: dict[str, Any]) -> str:
    """Hand over what just came to wait for the department: a filing, a supplement, a decision, an end."""
    return filing.file_application(house(), payload["application"])


@celery.task(name="applications.file_waiting", queue="filing", expires=30)
def file_waiting() -> int:
    """Hand over what a crash or a silent department left waiting."""
    return filing.file_waiting(house())


@celery.task(name="applications.advance_bundle", queue="filing")
def advance_bundle(payload: dict[str, Any]) -> str:
    """See what of a bundle can start now that one of its parts moved."""
    return bundling.advance(house(), payload["bundle"])


@celery.task(name="applications.watch", queue="upkeep", expires=30)
def watch() -> int:
    """Do what came due on the applications' clocks."""
    return watching.watch(house())


@celery.task(name="applications.show_to_heads", queue="upkeep")
def show_to_heads(payload: dict[str, Any]) -> int:
    """Let an organisation's applications stand in the lists of who answers for it from now on."""
    return applicant.show_to_heads(house(), payload["organisation"])


subscribe("application.submitted", "applications.file")
subscribe("application.decided", "applications.file")
subscribe("part.changed", "applications.advance_bundle")
subscribe("membership.registered", "applications.show_to_heads")
subscribe("membership.accepted", "applications.show_to_heads")
subscribe("membership.ended", "applications.show_to_heads")
