"""Celery's side of the inbox: collecting from the turns, and grouping in a process of its own."""

import subprocess
import sys

from backend.core.house import house
from backend.core.jobs import celery
from backend.core.logs import logger
from backend.core.settings import ROOT
from intents.inbox_collecting import collect

PATIENCE = 38.0


@celery.task(name="inbox.collect", queue="upkeep", expires=25)
def collect_sentences() -> int:
    """Count in what came up since the last time."""
    return collect(house())


@celery.task(name="inbox.group", queue="upkeep", expires=110)
def group_sentences() -> bool:
    """Group what is new. The sentence encoder's memory goes back with the process that used it."""
    lock = house().valkey.set("inbox:grouping", "1", nx=True, ex=int(PATIENCE) + 5)
    if not lock:
        return False
    try:
        done = subprocess.run(
            [sys.executable, "-m", "intents.inbox_grouping"],
            cwd=ROOT,
            timeout=PATIENCE,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        logger().warning("inbox.grouping-slow", seconds=PATIENCE)
        return False
    finally:
        house().valkey.delete("inbox:grouping")
    if done.returncode:
        logger().error("inbox.grouping-failed", status=done.returncode)
    return done.returncode == 0
