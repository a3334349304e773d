"""The environment that every process is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.launch import ports
from backend.launch.places import Places
from backend.launch.servers import Server, own_mongo_url, own_redis_url

PUBLIC_PORT = 8000
INTERNAL_PORTS = {
    "DB_PORT": 27117,
    "BROKER_PORT": 6479,
    "DEPARTMENTS_PORT": 8010,
    "ACTIONS_PORT": 8055,
    "BOT_PORT": 8005,
}
SWITCHES = {
    "SUIBAN_ENV": "development",
    "DATABASE": "suiban",
    "HOST": "127.0.0.1",
    "DEPARTMENT_PACE": "2.0",
    "LOG_LEVEL": "INFO",
    "WEB_WORKERS": "2",
    "WORKER_CONCURRENCY": "2",
    "DB_CACHE_GB": "0.5",
    # For the libraries below us.
    "PYTHONUNBUFFERED": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_HOST": "127.0.0.1",  # the action server would listen on every interface
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


@dataclass(frozen=True)
class Ports:
    """The port of every process that has one, by its variable's name."""

    by_name: Mapping[str, int]

    @classmethod
    def choose(cls, given: Mapping[str, str]) -> Ports:
        """As given; else internal ports move out of the way of what is running, the public one never."""
        chosen = {"PORT": int(given.get("PORT") or PUBLIC_PORT)}
        for name, default in INTERNAL_PORTS.items():
            chosen[name] = int(given.get(name) or 0) or ports.choose(default, chosen.values())
        return cls(chosen)

    @classmethod
    def free(cls) -> Ports:
        """Free ports for all of them, so that several copies run side by side."""
        chosen: dict[str, int] = {}
        for name in ("PORT", *INTERNAL_PORTS):
            chosen[name] = ports.any_free(chosen.values())
        return cls(chosen)

    def __getitem__(self, name: str) -> int:
        return self.by_name[name]


def compose(
    places: Places,
    given: Mapping[str, str],
    ports: Ports,
    keys: Mapping[str, str],
    servers: Mapping[str, Server],
) -> dict[str, str]:
    """Every variable of the contract: as given from outside, else derived or by default.

    ``servers`` are those that we start ourselves, under the variable that would name another's address.
    """
    addresses = {
        "API_URL": f"http://127.0.0.1:{ports['PORT']}",
        "DEPARTMENTS_URL": f"http://127.0.0.1:{ports['DEPARTMENTS_PORT']}",
        "ACTIONS_URL": f"http://127.0.0.1:{ports['ACTIONS_PORT']}",
        "BOT_URL": f"http://127.0.0.1:{ports['BOT_PORT']}",
        "MONGO_URL": own_mongo_url(ports["DB_PORT"]),
        "REDIS_URL": own_redis_url(ports["BROKER_PORT"]),
        "CATALOGUE_DIRS": str(places.root / "backend" / "matters" / "catalogue"),
        "INTENTS_DIRS": str(places.root / "intents" / "matters"),
    }
    programs = {
        "MONGOD": str(servers["MONGO_URL"].program) if "MONGO_URL" in servers else "",
        "VALKEY_SERVER": str(servers["REDIS_URL"].program) if "REDIS_URL" in servers else "",
    }
    fixed = {
        "SUIBAN_HOME": str(places.home),
        "DATA_DIR": str(places.data),
        "MODELS_DIR": str(places.models),
        "BACKEND_ENV": str(places.backend),
        "BOT_ENV": str(places.bot),
        "PYTHONPATH": str(places.root),
        **{name: str(port) for name, port in ports.by_name.items()},
        **keys,
        **programs,
    }
    outside = {name: value for name, value in given.items() if value}
    return {**SWITCHES, **addresses, **outside, **fixed}
