"""The outbox: events are written with the change they tell of, and relayed after it committed.

A crash between the two loses nothing: a sweep relays what is left. An event may therefore
arrive twice; whoever receives one makes the second time do nothing.

A process that answers people relays aside (``relay_aside``): nobody waits for the broker with what is
committed already.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pymongo.client_session import ClientSession
from pymongo.write_concern import WriteConcern

from backend.core.house import House
from backend.core.jobs import celery
from backend.core.logs import logger, request_id
from backend.core.mongo import Document, Index, declare

OUTBOX = declare(
    "outbox",
    Index([("relayed_at", 1), ("at", 1)]),
    Index("expires_at", ttl=0),
)
KEPT = timedelta(days=2)
SWEPT_AFTER = timedelta(seconds=2)
SUBSCRIBERS: dict[str, list[str]] = {}
T = TypeVar("T")


def subscribe(kind: str, task_name: str) -> None:
    """Have a task called with ``(payload)`` for each event of a kind."""
    tasks = SUBSCRIBERS.setdefault(kind, [])
    if task_name not in tasks:
        tasks.append(task_name)


@dataclass
class Unit:
    """One transaction's session and the events that its commit will let out."""

    session: ClientSession
    now: datetime
    events: list[Document] = field(default_factory=list)

    def emit(self, kind: str, **payload: Any) -> None:
        """Tell of a change. Payloads hold ids, never personal data."""
        self.events.append({"kind": kind, "payload": payload})


def commit(house: House, work: Callable[[Unit], T]) -> T:
    """Run ``work`` in a transaction together with its events, then relay them (see ``relay_aside``).

    ``work`` may run more than once and must only touch the database through ``unit.session``.
    """
    units: list[Unit] = []

    def attempt(session: ClientSession) -> T:
        unit = Unit(session, house.clock.now())
        result = work(unit)
        for event in unit.events:
            event |= {
                "_id": house.new_id(),
                "at": unit.now,
                "relayed_at": None,
                "request_id": request_id(),
            }
        if unit.events:
            house.db[OUTBOX].insert_many(unit.events, session=session)
        units.append(unit)
        return result

    result = house.db.transaction(attempt)
    if not _couriers:
        relay(house, units[-1].events)
    elif units[-1].events:
        _couriers[0].take(units[-1].events)
    return result


class Courier:
    """Relays in a thread of its own (under gevent a greenlet), in the order of the commits.

    It only hurries: what it loses with its process, or has no room for, the sweep relays. Before it starts
    it lets a moment pass: the answers being written meanwhile go first, and what is committed meanwhile
    goes along. When it falls behind, what the sweep will have taken up is no longer its business.
    """

    PAUSE = 0.02
    MOST_AT_ONCE = 20

    def __init__(self, house: House, most_waiting: int = 1000) -> None:
        self._house = house
        self._waiting: queue.Queue[list[Document]] = queue.Queue(most_waiting)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, events: list[Document]) -> None:
        """Relay these soon. Never waits."""
        with self._start:
            # At the first event, not at the start: a forked child has threads of its own.
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(events)
        except queue.Full:
            logger().warning("outbox.courier-full", left=len(events))

    def await_all(self) -> None:
        """Wait until everything taken so far is relayed, or given up to the sweep."""
        self._waiting.join()

    def _run(self) -> None:
        while True:
            taken = [self._waiting.get()]
            time.sleep(self.PAUSE)
            while len(taken) < self.MOST_AT_ONCE and not self._waiting.empty():
                taken.append(self._waiting.get())
            late = self._house.clock.now() - SWEPT_AFTER
            try:
                relay(self._house, [one for events in taken for one in events if one["at"] > late])
            except Exception as error:
                # Whatever it was, the next commit wants its events relayed, and the sweep has these.
                logger().error("outbox.courier-failed", exc_info=error)
            finally:
                for _ in taken:
                    self._waiting.task_done()


_couriers: list[Courier] = []


def relay_aside(courier: Courier) -> None:
    """Have this process's commits leave the relaying to a courier from now on."""
    _couriers[:] = [courier]


def relay(house: House, events: list[Document]) -> int:
    """Hand events to their subscribers; returns how many were handed over.

    When the broker does not answer, the rest stays for the next sweep.
    """
    done: list[str] = []
    for event in events:
        try:
            for task in SUBSCRIBERS.get(event["kind"], []):
                celery.send_task(
                    task,
                    args=[event["payload"]],
                    task_id=f"{event['_id']}.{task}",
                    headers={"request_id": event.get("request_id", "")},
                    retry=False,
                )
        except OSError as error:
            logger().warning(
                "outbox.broker-silent", waiting=len(events) - len(done), error=type(error).__name__
            )
            break
        except celery.connection_for_write().connection_errors as error:
            logger().warning(
                "outbox.broker-silent", waiting=len(events) - len(done), error=type(error).__name__
            )
            break
        done.append(event["_id"])
    if done:
        now = house.clock.now()
        # Losing this mark only relays an event again: it need not wait for the journal.
        house.db[OUTBOX].with_options(write_concern=WriteConcern(w=1, j=False)).update_many(
            {"_id": {"$in": done}}, {"$set": {"relayed_at": now, "expires_at": now + KEPT}}
        )
    return len(done)


def sweep(house: House, *, older_than: timedelta = SWEPT_AFTER, limit: int = 500) -> int:
    """Relay what a crash or a silent broker left behind; returns how many."""
    before = house.clock.now() - older_than
    waiting = house.db[OUTBOX].find({"relayed_at": None, "at": {"$lte": before}}).sort("at").limit(limit)
    return relay(house, list(waiting))
