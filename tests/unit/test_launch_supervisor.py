"""The supervisor, with real little programs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.launch import supervisor as module
from backend.launch.places import ROOT, LaunchError
from backend.launch.product import STOP_ORDER, read_procfile
from backend.launch.supervisor import Crashed, Supervisor

PATIENCE = 10.0


def until(true: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Watched:
    """A supervisor over given commands, and what it said."""

    def __init__(self, folder: Path, **commands: str) -> None:
        self.said: list[str] = []
        self.supervisor = Supervisor(commands, dict(os.environ), folder, folder / "logs", self.said.append)

    def revive_until(self, true: Callable[[], object]) -> None:
        def look() -> object:
            self.supervisor.revive()
            return true()

        until(look)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(**commands: str) -> Watched:
        made.append(Watched(tmp_path, **commands))
        return made[-1]

    yield make
    for watched in made:
        watched.supervisor.stop(watched.supervisor.programs, 2)


def test_output_goes_to_a_file_of_its_own(watch: Callable[..., Watched]) -> None:
    watched = watch(one='sh -c "echo 你好; echo oops >&2; sleep 60"')
    watched.supervisor.start("one")
    until(lambda: "oops" in watched.supervisor.last_words("one"))
    assert "你好" in watched.supervisor.last_words("one")


def test_a_killed_program_comes_back_and_it_is_said(watch: Callable[..., Watched]) -> None:
    watched = watch(one="sleep 60")
    watched.supervisor.start("one")
    first = watched.supervisor.pid("one")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    watched.revive_until(lambda: watched.supervisor.pid("one") not in (None, first))
    assert any("one ended (signal SIGKILL)" in line for line in watched.said)
    assert "one restarted" in watched.said


def test_children_of_a_killed_program_do_not_live_on(watch: Callable[..., Watched]) -> None:
    watched = watch(one="sh -c 'sleep 60 & echo child $!; wait'")
    watched.supervisor.start("one")
    until(lambda: "child " in watched.supervisor.last_words("one"))
    child = int(watched.supervisor.last_words("one").rsplit("child ", 1)[1])
    watched.supervisor.signal("one", signal.SIGKILL)
    watched.revive_until(lambda: not is_alive(child))


def test_a_program_that_always_crashes_is_given_up_with_its_last_words(
    watch: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BACKOFF", (0.0,) * 5)
    watched = watch(one="sh -c 'echo no such table; exit 3'")
    watched.supervisor.start("one")
    with pytest.raises(Crashed, match=r"exit 3.*\n.*no such table"):
        watched.revive_until(lambda: False)


def test_a_program_that_was_stopped_stays_stopped(watch: Callable[..., Watched]) -> None:
    watched = watch(one="sleep 60")
    watched.supervisor.start("one")
    watched.supervisor.stop(["one"])
    watched.supervisor.revive()
    assert watched.supervisor.pid("one") is None
    assert watched.said == []


def test_a_program_that_will_not_end_is_killed(watch: Callable[..., Watched]) -> None:
    watched = watch(one="sh -c 'trap \"\" TERM; echo deaf; while :; do sleep 0.1; done'")
    watched.supervisor.start("one")
    until(lambda: "deaf" in watched.supervisor.last_words("one"))
    watched.supervisor.stop(["one"], patience=0.2)
    assert watched.supervisor.pid("one") is None


def test_a_step_that_fails_says_why(watch: Callable[..., Watched]) -> None:
    watched = watch()
    with pytest.raises(LaunchError, match=r"seed failed \(exit 4\)") as failure:
        watched.supervisor.run("seed", "sh -c 'echo the database is away; exit 4'")
    assert "the database is away" in str(failure.value)


def test_a_step_that_succeeds_returns(watch: Callable[..., Watched], tmp_path: Path) -> None:
    watch().supervisor.run("seed", "touch done")
    assert (tmp_path / "done").exists()


def test_nothing_is_left_when_the_launcher_is_killed(tmp_path: Path) -> None:
    script = f"""
import os, sys, time
from pathlib import Path
from backend.launch.supervisor import Supervisor
here = Path({str(tmp_path)!r})
owner = Supervisor({{"one": "sleep 60"}}, dict(os.environ), here, here / "logs", print)
owner.start("one")
print(owner.pid("one"), flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        orphan = int(launcher.stdout.readline())
        launcher.kill()
    until(lambda: not is_alive(orphan))


def test_every_process_of_the_procfile_has_its_place_in_the_stop_order() -> None:
    placed = [name for names in STOP_ORDER for name in names]
    assert sorted(placed) == sorted(read_procfile(ROOT / "Procfile"))
    assert placed[-1] == "db"
