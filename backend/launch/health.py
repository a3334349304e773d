"""Is a process ready to do its work? One probe a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx
from celery import Celery

from backend.launch.servers import make_replica_set, mongo_answers, redis_answers

Probe = Callable[[], bool]


def answers(url: str) -> bool:
    """Whether a GET is answered with a 2xx."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def worker_answers(broker: str) -> bool:
    """Whether a worker answers a ping over the broker."""
    try:
        with Celery(broker=broker, set_as_current=False) as ping:
            ping.conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 2}
            return bool(ping.control.ping(timeout=0.5, limit=1))
    except (OSError, ConnectionError):
        return False


def probes(environment: Mapping[str, str], is_running: Callable[[str], bool]) -> dict[str, Probe]:
    """The probe of every process of the Procfile, by its name."""
    ours = environment["MONGOD"] != ""
    mongo, redis = environment["MONGO_URL"], environment["REDIS_URL"]
    return {
        "db": lambda: make_replica_set(int(environment["DB_PORT"])) if ours else mongo_answers(mongo),
        "broker": lambda: redis_answers(redis),
        "departments": lambda: answers(f"{environment['DEPARTMENTS_URL']}/healthz"),
        "web": lambda: answers(f"http://127.0.0.1:{environment['PORT']}/readyz"),
        "worker": lambda: worker_answers(redis),
        "beat": lambda: is_running("beat"),
        "actions": lambda: answers(f"{environment['ACTIONS_URL']}/health"),
        "bot": lambda: answers(f"{environment['BOT_URL']}/"),
    }
