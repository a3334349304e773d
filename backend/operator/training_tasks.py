"""Celery's side of versions: trainings are started, and what fell between is found."""

from contextlib import suppress
from typing import Any

from pymongo.errors import ConnectionFailure

from backend.core.errors import Problem
from backend.core.events import subscribe
from backend.core.house import house
from backend.core.jobs import celery
from intents import publishing, serving, training

RETRY: dict[str, Any] = {"autoretry_for": (ConnectionFailure,), "retry_backoff": True, "max_retries": 3}


@celery.task(name="operator.start_training", queue="upkeep", **RETRY)
def start_training(payload: dict[str, Any]) -> None:
    """Start the trainer; it takes minutes and is none of the worker's."""
    training.start_trainer(house(), payload["version"])


@celery.task(name="operator.watch_versions", queue="upkeep", expires=15)
def watch_versions() -> int:
    """Take up trainings that nobody has in hand; see that what is published is what answers."""
    place = house()
    serving.adopt(place)
    if serving.find_serving(place) is not None:
        with suppress(Problem):  # somebody published meanwhile: the next look sees it
            publishing.confirm(place)
    training.forget_files(place)
    return training.take_up_abandoned(place)


subscribe("assistant.training-asked", "operator.start_training")
