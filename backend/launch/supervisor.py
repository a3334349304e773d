"""Starts programs, keeps their output, brings back those that crash, and stops them in order.

Every program leads a process group of its own, so that a Ctrl-C reaches only us and we can stop in
the right order; and it is told to end when we are gone, so that not even a `kill -9` leaves orphans.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.launch.places import LaunchError

PR_SET_PDEATHSIG = 1
BACKOFF = (0.2, 1.0, 2.0, 4.0, 8.0)
CRASHES_ALLOWED = 5
CRASH_WINDOW = 60.0
TAIL_LINES = 15
QUIET_ENDS = (-signal.SIGKILL, -signal.SIGTERM)  # somebody else's doing: its output would not say why

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Crashed(LaunchError):
    """A program ended again and again."""


@dataclass
class Program:
    """One program and what became of it."""

    name: str
    command: str
    wanted: bool = False
    popen: subprocess.Popen[bytes] | None = None
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES_ALLOWED))
    restart_at: float | None = None

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self.popen is not None and self.popen.poll() is None


class Supervisor:
    """Owns the programs of one product. Use it from one thread that outlives them all.

    (The kernel sends the death signal when the starting *thread* ends.)
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        environment: Mapping[str, str],
        folder: Path,
        logs: Path,
        say: Callable[[str], None],
    ) -> None:
        self.programs = {name: Program(name, command) for name, command in commands.items()}
        self.environment = dict(environment)
        self.folder = folder
        self.logs = logs
        self.say = say
        logs.mkdir(parents=True, exist_ok=True)
        for log in logs.glob("*.log"):
            log.replace(log.with_suffix(".log.old"))  # last words are of this run

    def start(self, name: str) -> None:
        """Start a program unless it runs."""
        program = self.programs[name]
        program.wanted, program.restart_at = True, None
        if not program.running:
            program.popen = self._spawn(name, program.command)

    def run(self, name: str, command: str) -> None:
        """Run a program to its end beside the others; raise LaunchError when it fails."""
        popen = self._spawn(name, command)
        try:
            while popen.poll() is None:
                self.revive()
                time.sleep(0.05)
        except BaseException:
            self._end([popen], 5)
            raise
        if popen.returncode != 0:
            raise LaunchError(f"{name} failed ({_fate(popen)}). {self.last_words(name)}")

    def revive(self) -> None:
        """Restart what has died; raise Crashed when one dies over and over."""
        now = time.monotonic()
        for program in self.programs.values():
            if not program.wanted or program.popen is None or program.running:
                continue
            if program.restart_at is None:
                self._note_crash(program, now)
            elif now >= program.restart_at:
                self.start(program.name)
                self.say(f"{program.name} restarted")

    def stop(self, names: Iterable[str], patience: float = 10) -> None:
        """Ask programs to end, all at once; kill what has not ended in time."""
        programs = [self.programs[name] for name in names if name in self.programs]
        for program in programs:
            program.wanted = False
        self._end([program.popen for program in programs if program.popen], patience)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a program's own process (not to its children)."""
        popen = self.programs[name].popen
        if popen is not None and popen.poll() is None:
            popen.send_signal(number)

    def pid(self, name: str) -> int | None:
        """The process id of a running program."""
        popen = self.programs[name].popen
        return popen.pid if popen is not None and popen.poll() is None else None

    def log(self, name: str) -> Path:
        """The file that takes a program's output."""
        return self.logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """The end of a program's output, to show why it died."""
        try:
            with self.log(name).open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
                lines = log.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
        except OSError:
            lines = []
        shown = "".join(f"\n    {line[:300]}" for line in lines) or " nothing"
        return f"Its last lines, from {self.log(name)}:{shown}"

    def _note_crash(self, program: Program, now: float) -> None:
        assert program.popen is not None
        fate = _fate(program.popen)
        _kill_group(program.popen)  # children of a killed leader must not go on beside its successor
        recent = [moment for moment in program.crashes if now - moment < CRASH_WINDOW]
        program.crashes.append(now)
        if len(recent) + 1 >= CRASHES_ALLOWED:
            raise Crashed(
                f"{program.name} ended {CRASHES_ALLOWED} times within {CRASH_WINDOW:.0f} s ({fate}). "
                f"{self.last_words(program.name)}"
            )
        pause = BACKOFF[len(recent)]
        program.restart_at = now + pause
        words = "" if program.popen.returncode in QUIET_ENDS else f" {self.last_words(program.name)}"
        self.say(f"{program.name} ended ({fate}), again in {pause:g} s.{words}")

    def _spawn(self, name: str, command: str) -> subprocess.Popen[bytes]:
        parent = os.getpid()

        def follow_parent() -> None:
            if _libc is not None:
                _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
                if os.getppid() != parent:
                    os._exit(1)

        # A file, not a pipe: a program that outlives us for a moment can still write while it ends.
        with self.log(name).open("ab") as out:
            return subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=follow_parent,  # noqa: PLW1509 - one thread here, see Supervisor
            )

    def _end(self, popens: list[subprocess.Popen[bytes]], patience: float) -> None:
        for popen in popens:
            if popen.poll() is None:
                popen.terminate()
        until = time.monotonic() + patience
        for popen in popens:
            try:
                popen.wait(max(0.05, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                popen.kill()
                popen.wait()
            _kill_group(popen)


def _kill_group(popen: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(popen.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _fate(popen: subprocess.Popen[bytes]) -> str:
    code = popen.returncode
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit {code}"
