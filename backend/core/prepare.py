"""What has to be there before a process serves: indexes and the data key."""

import time
from collections.abc import Callable

from pymongo.errors import PyMongoError

from backend.core.house import House
from backend.core.logs import logger

PATIENCE = 60.0
STARTERS: list[Callable[[House], object]] = []


def at_start(work: Callable[[House], object]) -> None:
    """Have a feature's work done when a process prepares; it must not mind being done again."""
    if work not in STARTERS:
        STARTERS.append(work)


def prepare(house: House) -> None:
    """Create what is missing; waits a while for a database that is still starting."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            house.db.ping()
            house.cipher.prepare()
            house.db.create_indexes()
            for work in STARTERS:
                work(house)
            return
        except PyMongoError as error:
            if time.monotonic() > give_up:
                raise
            logger().warning("prepare.database-not-ready", error=type(error).__name__)
            time.sleep(0.5)
