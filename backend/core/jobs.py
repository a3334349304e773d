"""The Celery application: late acknowledgement, short visibility, JSON only, UTC."""

import os

from celery import Celery
from kombu import Queue

from backend.core.settings import Settings

QUEUES = ("filing", "telling", "prompting", "upkeep")


def _make() -> Celery:
    # Not by load_settings: importing a task must not need the process's secrets.
    app = Celery("suiban", broker=os.environ.get("REDIS_URL") or Settings.model_fields["redis_url"].default)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_time_limit=50,
        task_soft_time_limit=40,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
        task_queues=[Queue(name) for name in QUEUES],
        task_default_queue="upkeep",
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
        # A task whose worker was killed comes back after this; every task ends sooner.
        broker_transport_options={
            "visibility_timeout": 60,
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
        },
    )
    return app


celery = _make()
