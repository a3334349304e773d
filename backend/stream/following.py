"""One open connection: events as they come, a heartbeat in between, and a clean end."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import redis

from backend.core.house import House
from backend.core.logs import logger
from backend.stream.hub import Listener
from backend.stream.publishing import StreamEvent, newest_id, read_after

HEARTBEAT = 15.0
HURRY = 15  # how much sooner a connection looks again that does not know yet where it begins
LONGEST = timedelta(minutes=10)
RETRY = "retry: 3000\n\n"
PULSE = ": still here\n\n"
END = "event: end\ndata: {}\n\n"


def follow(
    house: House,
    listener: Listener,
    *,
    last_id: str | None,
    ends_at: datetime,
    may_go_on: Callable[[], bool],
    heartbeat: float = HEARTBEAT,
) -> Iterator[str]:
    """Frames of a citizen's stream until ``ends_at``, or until ``may_go_on`` says no.

    The client connects again after an end and misses nothing: it says the last id it saw.
    """
    yield RETRY
    position = last_id
    while True:
        if position is None:
            position = _newest(house, listener)
        if position is not None:
            for event in _read(house, listener, position):
                yield event.frame()
                position = event.id
        left = (ends_at - house.clock.now()).total_seconds()
        if left <= 0 or not _may_go_on(listener, may_go_on):
            break
        pause = heartbeat if position else heartbeat / HURRY
        if not listener.wait(min(pause, left)):
            yield PULSE
    yield END


def _read(house: House, listener: Listener, position: str) -> list[StreamEvent]:
    try:
        with listener.turns:
            return read_after(house, listener.citizen, position)
    except redis.RedisError as error:
        # The line is kept: the next heartbeat looks again from the same position.
        logger().warning("stream.broker-silent", error=type(error).__name__)
        return []


def _newest(house: House, listener: Listener) -> str | None:
    try:
        with listener.turns:
            return newest_id(house, listener.citizen)
    except redis.RedisError as error:
        logger().warning("stream.broker-silent", error=type(error).__name__)
        return None


def _may_go_on(listener: Listener, ask: Callable[[], bool]) -> bool:
    with listener.turns:
        return ask()
