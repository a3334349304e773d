"""One subscription a web process, shared by all of its listeners.

A listener is only a flag that a nudge raises; what happened is then read from the citizen's
stream. So a slow client holds no queue, a lost nudge loses nothing, and after the broker was away
everybody simply looks again. Under gevent the thread and the flags below are cooperative.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import redis

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.stream.publishing import channel

MOST_PER_CITIZEN = 6
# When everybody is woken at once they take turns: the broker's connections are for all of the process.
MOST_READS = 12
PAUSE = 1.0


@dataclass(eq=False)
class Listener:
    """One open connection."""

    citizen: str
    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_READS))
    woken: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> bool:
        """Wait for a nudge; whether there was one."""
        nudged = self.woken.wait(seconds)
        self.woken.clear()
        return nudged


class Hub:
    """Wakes listeners when their citizen's stream grows."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._listeners: dict[str, set[Listener]] = {}
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(MOST_READS)
        self._reader: threading.Thread | None = None
        self.subscribed = threading.Event()

    @contextmanager
    def listening(self, citizen: str) -> Iterator[Listener]:
        """A listener for as long as the block runs. Raises ``too-many-requests``."""
        listener = self._add(citizen)
        try:
            yield listener
        finally:
            self._remove(listener)

    def count(self) -> int:
        """How many listen in this process."""
        with self._lock:
            return sum(len(group) for group in self._listeners.values())

    def wake(self, citizen: str) -> int:
        """Raise the flags of a citizen's listeners; returns how many."""
        with self._lock:
            group = list(self._listeners.get(citizen, ()))
        for listener in group:
            listener.woken.set()
        return len(group)

    def wake_all(self) -> None:
        """Raise every flag: a nudge may have been lost."""
        with self._lock:
            groups = [listener for group in self._listeners.values() for listener in group]
        for listener in groups:
            listener.woken.set()

    def _add(self, citizen: str) -> Listener:
        listener = Listener(citizen, self._turns)
        with self._lock:
            group = self._listeners.setdefault(citizen, set())
            if len(group) >= MOST_PER_CITIZEN:
                raise Problem("too-many-requests", "打开的页面太多了，请先关掉几个。", retry_after=15)
            group.add(listener)
            if self._reader is None or not self._reader.is_alive():
                self._reader = threading.Thread(target=self._read, name="stream-hub", daemon=True)
                self._reader.start()
        return listener

    def _remove(self, listener: Listener) -> None:
        with self._lock:
            group = self._listeners.get(listener.citizen, set())
            group.discard(listener)
            if not group:
                self._listeners.pop(listener.citizen, None)

    def _read(self) -> None:
        pause = threading.Event()
        while True:
            try:
                self._follow()
            except (redis.RedisError, OSError) as error:
                logger().warning("stream.broker-silent", error=type(error).__name__)
            self.subscribed.clear()
            pause.wait(PAUSE)

    def _follow(self) -> None:
        pubsub = self._house.valkey.pubsub()  # type: ignore[no-untyped-call]
        try:
            pubsub.subscribe(channel(self._house))
            while True:
                message = pubsub.get_message(timeout=10.0)
                if message is None:
                    pubsub.ping()
                elif message["type"] == "subscribe":
                    self.subscribed.set()
                    self.wake_all()
                elif message["type"] == "message":
                    self.wake(str(message["data"]))
        finally:
            pubsub.close()


_hubs: dict[int, Hub] = {}


def hub(house: House) -> Hub:
    """This process's hub."""
    return _hubs.setdefault(id(house), Hub(house))
