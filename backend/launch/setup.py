"""Make the Python environments, each from its pinned requirement file.

    python3 -m backend.launch.setup backend bot

Standard library only. What is already installed is left alone: a stamp holds the digest of the
requirement file that an environment was made from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from backend.launch.checks import require_python, require_space
from backend.launch.places import LaunchError, Places

PYTHON_OF_THE_PRODUCT = "3.11"


@dataclass(frozen=True)
class Requirements:
    """One requirement file, the environment it goes into, and the disk that it may take."""

    name: str
    environment: str
    gigabytes: float


SETS = {
    entry.name: entry
    for entry in (
        Requirements("backend", "backend", 1),
        Requirements("bot", "bot", 6),
        Requirements("test", "backend", 1),
        Requirements("bot-test", "bot", 6),
    )
}


class Setup:
    """Makes what is missing and says what it does."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.uv = places.boot / "bin" / "uv"

    def prepare(self, names: list[str]) -> None:
        """Install the named requirement sets where their stamp is missing or old."""
        missing = [SETS[name] for name in names if not self.is_installed(SETS[name])]
        if not missing:
            return
        require_space(self.places.home, max(entry.gigabytes for entry in missing))
        self.places.home.mkdir(parents=True, exist_ok=True)
        self.install_uv()
        for entry in missing:
            self.install(entry)

    def is_installed(self, entry: Requirements) -> bool:
        """Whether the environment was made from exactly today's requirement file."""
        stamp = self.stamp(entry)
        python = self.places.home / entry.environment / "bin" / "python"
        return stamp.is_file() and python.exists() and stamp.read_text() == self.digest(entry.name)

    def install_uv(self) -> None:
        """Bring the installer into a small environment of its own."""
        stamp = self.places.boot / ".installed-boot"
        if self.uv.exists() and stamp.is_file() and stamp.read_text() == self.digest("boot"):
            return
        shutil.rmtree(self.places.boot, ignore_errors=True)
        self._run("the installer", [sys.executable, "-m", "venv", str(self.places.boot)], NO_VENV)
        pip = [str(self.places.boot / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(self._file("boot"))]
        self._run("uv", pip, NO_NETWORK)
        stamp.write_text(self.digest("boot"))

    def install(self, entry: Requirements) -> None:
        """Install one requirement file into its environment, and stamp it."""
        environment = self.places.home / entry.environment
        if not (environment / "bin" / "python").exists():
            make = [str(self.uv), "venv", "--quiet", "--clear", "--python", PYTHON_OF_THE_PRODUCT]
            self._run(f"Python {PYTHON_OF_THE_PRODUCT} for {entry.environment}", [*make, str(environment)])
        # The files hold the whole resolution, so nothing is resolved anew: Rasa's own upper bounds
        # (Python < 3.11, older dask) would refuse what `requirements/bot-overrides.txt` settled.
        command = [str(self.uv), "pip", "install", "--python", str(environment / "bin" / "python")]
        command += ["--no-deps", "--require-hashes", "-r", str(self._file(entry.name))]
        if not sys.stderr.isatty():
            command.append("--quiet")
        self._run(f"packages of {entry.name}", command, NO_NETWORK)
        self.stamp(entry).write_text(self.digest(entry.name))

    def stamp(self, entry: Requirements) -> Path:
        """The file that says what an environment was made from."""
        return self.places.home / entry.environment / f".installed-{entry.name}"

    def digest(self, name: str) -> str:
        """The digest of a requirement file."""
        return hashlib.sha256(self._file(name).read_bytes()).hexdigest()

    def _file(self, name: str) -> Path:
        return self.places.requirements / f"{name}.txt"

    def _run(self, what: str, command: list[str], advice: str = "") -> None:
        print(f"  setting up {what} …", flush=True)
        began = time.monotonic()
        environment = {
            "UV_CACHE_DIR": str(self.places.home / "cache"),
            "UV_PYTHON_INSTALL_DIR": str(self.places.home / "python"),
            **os.environ,
        }
        try:
            code = subprocess.run(command, env=environment, check=False).returncode
        except OSError as error:
            raise LaunchError(f"Setting up {what} failed: {error}") from error
        if code != 0:
            raise LaunchError(f"Setting up {what} failed (exit {code}); the lines above say why.\n{advice}")
        print(f"  {what}: done in {time.monotonic() - began:.1f} s", flush=True)


NO_VENV = (
    "Where Python comes without the venv module, install it, "
    "on Debian or Ubuntu:  apt-get install python3-venv"
)
NO_NETWORK = (
    "The packages come from the Python package index that is set up on this machine: is it reachable?"
)


def main(names: list[str]) -> int:
    """Prepare the named sets (default: backend and bot)."""
    try:
        require_python()
        unknown = [name for name in names if name not in SETS]
        if unknown:
            raise LaunchError(f"Unknown set {', '.join(unknown)}; there are {', '.join(SETS)}.")
        Setup(Places.find()).prepare(names or ["backend", "bot"])
    except LaunchError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
