"""The whole product on free ports with a data folder of its own, for tests that want real processes."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import httpx

from backend.launch.environment import Ports
from backend.launch.places import Places
from backend.launch.product import Product

# What an outer shell has set must not decide how a test runs.
OUTSIDE = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SUIBAN_HOME", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
PACE = "0.3"
READY_WITHIN = 90


class Stack:
    """Starts, harms and stops a product.

    A process that a test kills stays dead until ``restart``. One that dies by itself (a worker that
    cannot bear its broker's death, for one) stays dead too, unless the stack is ``kept_alive``.
    """

    def __init__(self, data: Path | None = None, *, without: tuple[str, ...] = (), **variables: str) -> None:
        self._own_data = data is None
        # The supervisor is one thread's: what a thread has started is ended when the thread ends.
        self._keeper = ThreadPoolExecutor(1)
        self.data = data or Path(tempfile.mkdtemp(prefix="suiban-test-"))
        outside = {name: os.environ[name] for name in OUTSIDE if name in os.environ}
        home = Places.find(outside).home
        self.given: Mapping[str, str] = {
            **outside,
            "DATA_DIR": str(self.data),
            "MODELS_DIR": str(home / "test-model"),
            "SUIBAN_ENV": "test",
            "DEPARTMENT_PACE": PACE,
            "WEB_WORKERS": "1",
            "DB_CACHE_GB": "0.25",
            **variables,
        }
        self.story: list[str] = []
        places = Places.find(self.given)
        self.product = Product(places, self.given, Ports.free(), self.story.append, without=without)

    def __enter__(self) -> Stack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """Every variable the processes were started with (addresses, keys, ports)."""
        return self.product.environment

    @property
    def api(self) -> str:
        """The address of the public API, with its prefix."""
        return f"{self.environment['API_URL']}/api/v1"

    def client(self, token: str | None = None) -> httpx.Client:
        """An HTTP client of the public API, of a citizen when there is a token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.api, headers=headers, timeout=20, trust_env=False)

    def departments(self) -> httpx.Client:
        """An HTTP client of the simulated departments' administration."""
        key = self.environment["DEPARTMENTS_ADMIN_KEY"]
        return httpx.Client(
            base_url=self.environment["DEPARTMENTS_URL"],
            headers={"Authorization": f"Bearer {key}"},
            timeout=20,
            trust_env=False,
        )

    def start(self) -> None:
        """Start everything and wait until it is ready; on failure leave nothing running."""
        try:
            self._keeper.submit(self.product.start).result()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything; remove the data folder if it was made for this stack."""
        self._keeper.submit(self.product.stop).result()
        self._keeper.shutdown()
        if self._own_data:
            shutil.rmtree(self.data, ignore_errors=True)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to one process and wait until it is gone."""
        self._keeper.submit(self._kill, name, number).result()

    def restart(self, name: str) -> None:
        """Start one process (again) and wait until it is ready."""
        self._keeper.submit(self._restart, name).result()

    def _kill(self, name: str, number: int) -> None:
        program = self.product.supervisor.programs[name]
        program.wanted = False
        self.product.supervisor.signal(name, number)
        if program.popen is not None:
            program.popen.wait(30)
            self.product.supervisor.stop([name])  # what it left of its children

    def _restart(self, name: str) -> None:
        self._kill(name, signal.SIGTERM)
        self.product.supervisor.start(name)
        self.product.await_ready([name], READY_WITHIN)

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Do meanwhile what `make run` does all the time: bring back what has crashed.

        Raises ``Crashed`` at the end when something died over and over.
        """
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.5):
                self._keeper.submit(self.product.supervisor.revive).result()

        with ThreadPoolExecutor(1) as thread:
            watching = thread.submit(watch)
            try:
                yield
            finally:
                over.set()
            watching.result()

    def pid(self, name: str) -> int | None:
        """The process id, None when it does not run."""
        return self.product.supervisor.pid(name)

    def log(self, name: str) -> str:
        """All that a process has written since the stack was made."""
        file = self.product.supervisor.log(name)
        return file.read_text(errors="replace") if file.exists() else ""
