"""Programs that work for us in an environment of their own: followed line by line, and gone when we are."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
LAST_LINES = 20
NICENESS = 10

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
Hear = Callable[[str], None]


class ChildError(Exception):
    """A program that did not do its work; the message says what it said last."""


def run_child(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    given: str = "",
    patience: float,
    hear: Hear | None = None,
) -> list[str]:
    """Run a program to its end and return what it printed; ``hear`` is told each line as it comes.

    It runs behind everything else on the machine: people who talk meanwhile go first. Raises ChildError.
    """
    # A thread that starts a program must outlive it (the kernel sends the death signal when the *thread*
    # ends).
    child = subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - nothing but two system calls
    )
    over = threading.Timer(patience, child.kill)
    over.daemon = True
    over.start()
    complaints: list[str] = []
    feeding = threading.Thread(target=_feed, args=(child, given), daemon=True)
    listening = threading.Thread(target=_keep_last, args=(child, complaints), daemon=True)
    feeding.start()
    listening.start()
    try:
        said = _follow(child, hear)
        code = child.wait()
    except BaseException:
        child.kill()
        child.wait()
        raise
    finally:
        over.cancel()
    listening.join(5)
    if code != 0:
        raise ChildError("".join(complaints).strip() or f"it ended with {code} and said nothing")
    return said


def _follow(child: subprocess.Popen[str], hear: Hear | None) -> list[str]:
    assert child.stdout is not None
    said = []
    for line in child.stdout:
        said.append(line.rstrip("\n"))
        if hear is not None:
            hear(said[-1])
    return said


def _feed(child: subprocess.Popen[str], given: str) -> None:
    assert child.stdin is not None
    try:
        with child.stdin as opened:
            opened.write(given)
    except (BrokenPipeError, ValueError):
        return  # it ended early; its exit status says why


def _keep_last(child: subprocess.Popen[str], complaints: list[str]) -> None:
    assert child.stderr is not None
    for line in child.stderr:
        complaints.append(line)
        del complaints[:-LAST_LINES]


def _die_with_parent(parent: int) -> Callable[[], None]:
    def follow() -> None:
        os.nice(NICENESS)
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return follow
