"""The event stream, followed beside the conversation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import httpx

from backend.terminal.session import NotRunning, Refused, Session

PAUSES = (0.5, 1.0, 2.0, 5.0)


class Event(NamedTuple):
    """One event of the stream."""

    id: str
    kind: str
    content: dict[str, Any]


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """Server-sent events from their lines (WHATWG HTML §9.2.6); comments and other fields are passed over.

    >>> list(read_events(["id: 7", "event: prompt", 'data: {"id": "p1"}', ""]))
    [Event(id='7', kind='prompt', content={'id': 'p1'})]
    """
    fields: dict[str, list[str]] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
        else:
            if "data" in fields:
                content = json.loads("\n".join(fields["data"]))
                yield Event(fields.get("id", [""])[-1], fields.get("event", ["message"])[-1], content)
            fields = {}


class Listener:
    """Reads the stream in a thread of its own and takes it up again where it broke off."""

    def __init__(self, session: Session, tell: Callable[[Event], None]) -> None:
        self._session = session
        self._tell = tell
        self._over = threading.Event()
        self._last = ""

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="stream", daemon=True).start()

    def stop(self) -> None:
        """Tell nothing any more."""
        self._over.set()

    def _listen(self) -> None:
        failures = 0
        while not self._over.is_set():
            try:
                with self._session.stream(self._last) as lines:
                    for event in read_events(lines):
                        failures = 0
                        self._hear(event)
            except (httpx.HTTPError, NotRunning, Refused, ValueError, RuntimeError):
                # RuntimeError: httpx closes the client under us when the conversation ends.
                failures += 1
            self._over.wait(PAUSES[min(failures, len(PAUSES) - 1)])

    def _hear(self, event: Event) -> None:
        if event.id:
            self._last = event.id
        if not self._over.is_set():
            self._tell(event)
