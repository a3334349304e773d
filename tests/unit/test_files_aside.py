"""Heavy work under gevent: done in a thread, its refusals told to the caller and to nobody else."""

import subprocess
import sys

from backend.core.settings import ROOT

PROGRAM = """
from gevent import monkey; monkey.patch_all()
import gevent
from backend.files.aside import aside
from gevent import get_hub

def hub_of_here():
    return get_hub()

assert aside(hub_of_here) is not get_hub()
try:
    aside(lambda: 1 / 0)
except ZeroDivisionError:
    print("told")
"""


def test_it_runs_beside_the_loop_and_a_refusal_leaves_no_trace_in_the_log() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert (run.stdout, run.stderr) == ("told\n", "")
