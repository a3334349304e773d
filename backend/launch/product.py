"""The whole product on this machine: started in the right order, healthy, and stopped again."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from honcho.environ import parse_procfile

from backend.launch.environment import Ports, compose
from backend.launch.health import probes
from backend.launch.keys import load_keys
from backend.launch.places import LaunchError, Places
from backend.launch.servers import chosen_servers, mongo_answers, redis_answers, require_answer
from backend.launch.supervisor import Supervisor

ASSISTANT = ("bot", "actions")
STORES = ("db", "broker")
STOP_ORDER = (("web", "beat", "bot", "actions"), ("worker", "departments"), ("broker",), ("db",))
DATABASE_PATIENCE = 60
START_PATIENCE = 180
LOOK_EVERY = 0.1

Say = Callable[[str], None]


class Product:
    """Every process of the Procfile, under one supervisor; ``without`` names those that stay away."""

    def __init__(
        self,
        places: Places,
        given: Mapping[str, str],
        ports: Ports,
        say: Say,
        *,
        without: Container[str] = (),
    ) -> None:
        self.places = places
        self.say = say
        servers = chosen_servers(given)
        for folder in ("db", "broker", "beat", "logs"):
            (places.data / folder).mkdir(parents=True, exist_ok=True)
        places.models.mkdir(parents=True, exist_ok=True)
        keys = load_keys(given, places.data / "secrets.json")
        self.environment = compose(places, given, ports, keys, servers)
        self.ours = {"db": "MONGO_URL" in servers, "broker": "REDIS_URL" in servers}
        for address, server in servers.items():
            say(f"{server.program.name} {server.origin} ({address} is not set)")
        commands = read_procfile(places.procfile)
        wanted = {name: line for name, line in commands.items() if name not in without}
        kept = {name: line for name, line in wanted.items() if self.ours.get(name, True)}
        self.supervisor = Supervisor(kept, self.environment, places.root, places.logs, say)
        self.probes = probes(self.environment, lambda name: self.supervisor.pid(name) is not None)
        self.began = time.monotonic()

    @property
    def names(self) -> list[str]:
        """The processes that are ours, in the Procfile's order."""
        return list(self.supervisor.programs)

    def start(self) -> None:
        """Start everything; return when each process is ready."""
        self.began = time.monotonic()
        self._start_stores()
        # Costs nothing when nothing changed. The bot takes longest to start, so it goes before all else.
        if "bot" in self.names:
            self._step("the assistant's model", "training", "bot.preparing", self.places.bot)
        self._start(name for name in ASSISTANT if name in self.names)
        self.await_ready(name for name in STORES if self.ours[name])
        self._start(name for name in self.names if name not in STORES and name != "departments")
        self._seed("simulated departments' registries", "seed-departments", "integrations.departments.seed")
        self._start(["departments"])
        self.await_ready(["departments", "web"])
        self._seed("demo citizens", "seed", "backend.seed")
        self.await_ready(name for name in self.names if name not in {*STORES, "departments", "web"})

    def stop(self) -> None:
        """Stop everything, whoever takes new work first and the database last."""
        for names in STOP_ORDER:
            self.supervisor.stop(names, DATABASE_PATIENCE if "db" in names else 10)

    def await_ready(self, names: Iterable[str], seconds: float = START_PATIENCE) -> None:
        """Wait until each named process is ready, saying so as each becomes it."""
        waiting = list(names)
        until = time.monotonic() + seconds
        while waiting:
            self.supervisor.revive()
            for name in [name for name in waiting if self.probes[name]()]:
                waiting.remove(name)
                self._tell(f"{name} ready")
            if waiting and time.monotonic() > until:
                late = waiting[0]
                words = self.supervisor.last_words(late)
                raise LaunchError(f"{late} is not ready after {seconds:.0f} s. {words}")
            if waiting:
                time.sleep(LOOK_EVERY)

    def _start_stores(self) -> None:
        self._start(name for name in STORES if self.ours[name])
        if not self.ours["db"]:
            require_answer("MONGO_URL", lambda: mongo_answers(self.environment["MONGO_URL"]))
        if not self.ours["broker"]:
            require_answer("REDIS_URL", lambda: redis_answers(self.environment["REDIS_URL"]))

    def _start(self, names: Iterable[str]) -> None:
        for name in names:
            self.supervisor.start(name)

    def _seed(self, what: str, name: str, module: str) -> None:
        if self.environment["SUIBAN_ENV"] != "production":  # nobody is made up there
            self._step(what, name, module)

    def _step(self, what: str, name: str, module: str, home: Path | None = None) -> None:
        python = (home or self.places.backend) / "bin" / "python"
        self._tell(f"preparing {what} …")
        with self._timed(what):
            self.supervisor.run(name, f"{shlex.quote(str(python))} -m {module}")

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._tell(f"{what}: {time.monotonic() - began:.1f} s")

    def _tell(self, what: str) -> None:
        self.say(f"{time.monotonic() - self.began:5.1f} s  {what}")


def read_procfile(file: Path) -> dict[str, str]:
    """The processes of a Procfile: name and command."""
    return dict(parse_procfile(file.read_text()).processes)
