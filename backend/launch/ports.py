"""Ports: is one free, who holds it, which other one could be used."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backend.launch.places import LaunchError

LISTENING = "0A"


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    name: str


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could bind the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free(besides: Iterable[int] = ()) -> int:
    """A free port of the system's choice, none of those already promised."""
    promised = set(besides)
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in promised:
            return port


def choose(preferred: int, besides: Iterable[int] = ()) -> int:
    """The preferred port, or a free one when it is taken."""
    promised = set(besides)
    if preferred not in promised and is_free(preferred):
        return preferred
    return any_free(promised)


def holder(port: int, proc: Path = Path("/proc")) -> Holder | None:
    """The process that listens on a port, where the system lets us see it."""
    inodes = set(_listening_inodes(port, proc))
    if not inodes:
        return None
    for folder in proc.glob("[0-9]*"):
        if not inodes.isdisjoint(_open_files(folder)):
            return Holder(int(folder.name), (folder / "comm").read_text().strip())
    return None


def require_free(port: int) -> None:
    """Refuse a public port that is taken, and say by whom and what to do."""
    if is_free(port):
        return
    found = holder(port)
    who = f"process {found.pid} ({found.name})" if found else "another process"
    raise LaunchError(
        f"Port {port} is taken by {who}.\nStop it, or choose another port:  PORT={any_free([port])} make run"
    )


def _open_files(process: Path) -> Iterable[str]:
    try:
        entries = list((process / "fd").iterdir())
    except OSError:  # another user's process, or one that has just ended
        return
    for entry in entries:
        with suppress(OSError):
            yield str(entry.readlink())


def _listening_inodes(port: int, proc: Path) -> Iterable[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in (line.split() for line in lines):
            if columns[3] == LISTENING and int(columns[1].rsplit(":", 1)[1], 16) == port:
                yield f"socket:[{columns[9]}]"
