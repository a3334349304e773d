"""The threads that keep cases moving and notices going.

They hold nothing in memory: what is due is in the database, so a process that was killed goes on
where it stood.
"""

import threading
from collections.abc import Callable

import structlog

from integrations.departments.callbacks import Courier
from integrations.departments.steps import Clerk

STEP_THREADS = 2
LONGEST_NAP_SECONDS = 0.25
AFTER_TROUBLE_SECONDS = 1.0

log = structlog.get_logger("departments.engine")


class Engine:
    """Does due steps and carries due notices until it is stopped."""

    def __init__(self, clerk: Clerk, courier: Courier, *, pace: float) -> None:
        self._stopped = threading.Event()
        self._nap = max(0.02, min(LONGEST_NAP_SECONDS, pace / 4))
        work: list[tuple[str, Callable[[], object]]] = [("courier", courier.carry_due)]
        work += [(f"clerk-{number}", clerk.do_due_step) for number in range(STEP_THREADS)]
        self._threads = [
            threading.Thread(target=self._repeat, args=(name, once), name=name, daemon=True)
            for name, once in work
        ]

    def start(self) -> None:
        """Start the threads; call it in the process that shall do the work, after any fork."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the threads end after what they are doing."""
        self._stopped.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)

    def _repeat(self, name: str, once: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            try:
                busy = bool(once())
            except Exception as error:
                # The class only: messages of database errors can hold what was being written.
                log.error("engine.trouble", thread=name, error=type(error).__name__)
                self._stopped.wait(AFTER_TROUBLE_SECONDS)
                continue
            if not busy:
                self._stopped.wait(self._nap)
