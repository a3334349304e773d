"""Programs that work for us: heard line by line, told apart when they fail, and never left behind."""

import os
import sys
from pathlib import Path

import pytest

from intents.children import ChildError, run_child


def run(script: str, given: str = "", patience: float = 30.0) -> tuple[list[str], list[str]]:
    heard: list[str] = []
    command = [sys.executable, "-c", script]
    here = Path.cwd()
    said = run_child(
        command, folder=here, environment=os.environ, given=given, patience=patience, hear=heard.append
    )
    return said, heard


def test_what_it_prints_is_heard_and_returned() -> None:
    said, heard = run("import sys\nfor line in sys.stdin: print(line.strip() + '!', flush=True)", "a\nb\n")
    assert said == heard == ["a!", "b!"]


def test_more_than_a_pipe_holds_goes_both_ways() -> None:
    given = "x" * 100 + "\n"
    said, _ = run("import sys\nfor line in sys.stdin: print(line, end='')", given * 5000)
    assert len(said) == 5000


def test_a_failure_says_its_last_words() -> None:
    with pytest.raises(ChildError, match="the reason"):
        run("import sys; sys.exit('the reason')")


def test_who_takes_too_long_is_ended() -> None:
    with pytest.raises(ChildError):
        run("import time; time.sleep(60)", patience=0.3)


def test_an_end_without_reading_everything_is_no_trouble() -> None:
    assert run("print('done')", "x\n" * 200_000)[0] == ["done"]


def test_it_works_behind_everything_else() -> None:
    [niceness], _ = run("import os; print(os.nice(0))")
    assert int(niceness) >= 10
