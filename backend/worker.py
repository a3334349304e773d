"""The Celery process: `celery -A backend.worker worker` and `… beat`. Imports every feature's tasks."""

from typing import Any

from celery.signals import setup_logging, task_postrun, task_prerun, worker_process_init

import backend.subscriptions  # noqa: F401
from backend.core.events import sweep
from backend.core.house import close_house, house
from backend.core.jobs import celery
from backend.core.logs import bind, set_up_logs, unbind
from backend.core.settings import load_settings

__all__ = ["celery"]


@celery.task(name="outbox.sweep", queue="upkeep", expires=10)
def sweep_outbox() -> int:
    """Relay events that a crash or a silent broker left behind."""
    return sweep(house())


celery.conf.beat_schedule = {
    "outbox.sweep": {"task": "outbox.sweep", "schedule": 2.0, "options": {"expires": 10}},
    "applications.file_waiting": {
        "task": "applications.file_waiting",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "applications.watch": {"task": "applications.watch", "schedule": 15.0, "options": {"expires": 14}},
    "delivery.send_waiting": {"task": "delivery.send_waiting", "schedule": 30.0, "options": {"expires": 25}},
    "operator.watch_versions": {
        "task": "operator.watch_versions",
        "schedule": 20.0,
        "options": {"expires": 15},
    },
    "payments.watch": {"task": "payments.watch", "schedule": 30.0, "options": {"expires": 25}},
    "payments.reconcile": {"task": "payments.reconcile", "schedule": 300.0, "options": {"expires": 250}},
    "handoff.watch": {"task": "handoff.watch", "schedule": 10.0, "options": {"expires": 9}},
    "figures.roll_up": {"task": "figures.roll_up", "schedule": 3600.0, "options": {"expires": 900}},
    "insight.roll_up": {"task": "insight.roll_up", "schedule": 3600.0, "options": {"expires": 900}},
    "sharing.remind_late": {"task": "sharing.remind_late", "schedule": 3600.0, "options": {"expires": 1800}},
    "files.clean": {"task": "files.clean", "schedule": 3600.0, "options": {"expires": 3000}},
    "troubles.watch": {"task": "troubles.watch", "schedule": 120.0, "options": {"expires": 110}},
    "inbox.collect": {"task": "inbox.collect", "schedule": 30.0, "options": {"expires": 25}},
    "inbox.group": {"task": "inbox.group", "schedule": 120.0, "options": {"expires": 110}},
    "prompts.daily_sweep": {"task": "prompts.daily_sweep", "schedule": 600.0, "options": {"expires": 300}},
    "prompts.show_waiting": {"task": "prompts.show_waiting", "schedule": 60.0, "options": {"expires": 50}},
}


@setup_logging.connect
def _logs(**_: Any) -> None:
    set_up_logs("worker", load_settings().log_level)


@worker_process_init.connect
def _fresh_house(**_: Any) -> None:
    # A forked child must not share its parent's sockets.
    close_house()


@task_prerun.connect
def _begin(task: Any = None, **_: Any) -> None:
    if task is not None:
        bind(request_id=(task.request.headers or {}).get("request_id", "") or task.request.id, task=task.name)


@task_postrun.connect
def _end(**_: Any) -> None:
    unbind()
