"""One at a time: a citizen's messages are answered one after another, in one conversation."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import redis

from backend.assistant import vault
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger

PATIENCE_SECONDS = 25.0
# Longer than a turn can take, so that only a crashed one loses its place.
LEASE_SECONDS = 60
_POLL_SECONDS = 0.02
_LEAVE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


@contextmanager
def in_line(
    house: House,
    citizen: str,
    *,
    turn: str,
    text: str,
    patience: float = PATIENCE_SECONDS,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[bool]:
    """Wait for the turns before, keep what was said, and hold the line; tells whether the turn is new.

    Raises ``request-in-progress`` when the turns before take too long, and redis.RedisError.
    """
    key, mark = f"chat:line:{citizen}", house.new_id()
    pipe = house.valkey.pipeline(transaction=False)
    pipe.set(key, mark, nx=True, ex=LEASE_SECONDS)
    vault.keep(house, pipe, citizen, turn, text)
    first, new = pipe.execute()
    if not first:
        _wait_for(house, key, mark, patience=patience, wait=wait)
    try:
        yield bool(new)
    finally:
        try:
            house.valkey.eval(_LEAVE, 1, key, mark)
        except redis.RedisError:
            logger().warning("chat.line-not-left", seconds=LEASE_SECONDS)


def _wait_for(house: House, key: str, mark: str, *, patience: float, wait: Callable[[float], None]) -> None:
    for _ in range(int(patience / _POLL_SECONDS)):
        wait(_POLL_SECONDS)
        if house.valkey.set(key, mark, nx=True, ex=LEASE_SECONDS):
            return
    raise Problem("request-in-progress", "上一句话还在处理，请等它答完再发。")
