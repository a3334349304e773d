"""`make run`: start the product, show where it is, keep it running until Ctrl-C."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from backend.launch.environment import Ports
from backend.launch.places import LaunchError, Places
from backend.launch.ports import require_free
from backend.launch.product import Product

SHOWN_CITIZENS = 12
# What commands on the server's shell need to find the same database and files.
DESCRIBED = (
    "MONGO_URL", "REDIS_URL", "DATABASE", "SUIBAN_ENV", "SUIBAN_HOME", "CATALOGUE_DIRS", "INTENTS_DIRS",
    "API_URL", "BOT_URL", "LOG_LEVEL",
)  # fmt: skip
console = Console(highlight=False)


def say(line: str) -> None:
    """One line of progress."""
    console.print(f"  {line}", markup=False, soft_wrap=True)


@contextmanager
def only_one(places: Places) -> Iterator[Path]:
    """Hold the data folder, so that two products never write to it; yield the file that describes us."""
    places.data.mkdir(parents=True, exist_ok=True)
    with (places.data / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LaunchError(
                f"Suiban runs already with {places.data}.\n"
                "Stop it with Ctrl-C there, or use another folder:  DATA_DIR=… PORT=8001 make run"
            ) from error
        description = places.data / "run.json"
        try:
            yield description
        finally:
            description.unlink(missing_ok=True)


def demo_citizens(api_url: str) -> list[dict[str, Any]]:
    """The made-up people whose stories show something, as the API lists them."""
    try:
        answer = httpx.get(f"{api_url}/api/v1/development/citizens", timeout=5, trust_env=False)
        body = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return []
    return list(body["items"] if isinstance(body, dict) else body)


def welcome(api_url: str, seconds: float) -> Panel:
    """The box that says what is where."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row("API", f"{api_url}/api/v1")
    grid.add_row("Docs", f"{api_url}/api/docs")
    grid.add_row("Talk", "make chat          (in another terminal; AS=1 picks the first citizen below)")
    grid.add_row("Logs", "make logs")
    grid.add_row("Stop", "Ctrl-C")
    citizens = demo_citizens(api_url)[:SHOWN_CITIZENS]
    if citizens:
        grid.add_row("", "")
        grid.add_row("Citizens", "made up, each with a story:")
    for number, citizen in enumerate(citizens, 1):
        grid.add_row("", f"{number:>2}  {citizen['name']}  {citizen['phone']}  {citizen.get('story', '')}")
    return Panel(grid, title=f"随办 Suiban is ready ({seconds:.0f} s)", expand=False)


def main() -> int:
    """Run until a signal comes; 0 after an orderly stop."""
    _stop_on_signals()
    places = Places.find()
    given = dict(os.environ)
    try:
        with only_one(places) as description:
            ports = Ports.choose(given)
            require_free(ports["PORT"])
            return _run(Product(places, given, ports, say), description)
    except LaunchError as error:
        Console(stderr=True, highlight=False).print(f"\n{error}\n", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 0


def _run(product: Product, description: Path) -> int:
    began = time.monotonic()
    api_url = product.environment["API_URL"]
    try:
        product.start()
        _describe(description, product.environment)
        console.print(welcome(api_url, time.monotonic() - began))
        while True:
            product.supervisor.revive()
            time.sleep(0.25)
    except KeyboardInterrupt:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not cut the database short
        say("stopping …")
        product.stop()
        say("stopped; your data is kept")


def _describe(description: Path, environment: Mapping[str, str]) -> None:
    """Tell where we are. For our own user only: an address given from outside may hold a password."""
    told = {name: environment[name] for name in DESCRIBED if name in environment}
    with open(os.open(description, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:  # noqa: PTH123
        json.dump({"pid": os.getpid(), "api_url": environment["API_URL"], "environment": told}, out)


def _stop_on_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


if __name__ == "__main__":
    sys.exit(main())
