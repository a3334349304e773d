"""A real database, a real departments' process, and a real receiver of its notices."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pymongo import MongoClient

from integrations.departments.database import Store
from integrations.gateways.departments import (
    Applicant,
    CaseFiling,
    DepartmentsGateway,
    Material,
    ResultWanted,
)

ROOT = Path(__file__).resolve().parents[2]
KEY, ADMIN_KEY, SECRET = "contract-key", "contract-admin-key", "contract-secret"
PACE = 0.1


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(found: Callable[[], Any], *, seconds: float = 15.0, what: str = "it") -> Any:
    """What `found` returns once that is true; fails after some seconds."""
    until = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)
    return value


def emptied(mongo_url: str, name: str) -> str:
    """``name``, once nothing is left in that database.

    Its collections and indexes stay: a test that makes them anew costs a second, and the database server
    holds the files of what was dropped open for so long that it runs out of them. What this process
    remembers of a database's contents is forgotten.
    """
    from backend.applications import versions
    from backend.sharing import using

    for known in (using._seeded, versions._kept, versions._read_before):
        known.clear()
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client:
        for kept in client.list_database_names():
            if kept == name or kept.startswith(f"{name}_"):
                for collection in client[kept].list_collection_names(filter={"type": "collection"}):
                    client[kept][collection].delete_many({})
    return name


@dataclass
class Notice:
    """One notice as it arrived."""

    path: str
    headers: dict[str, str]
    raw: bytes
    body: dict[str, Any]


@dataclass
class Receiver:
    """Takes notices over HTTP, and can be told to answer badly."""

    port: int
    notices: list[Notice] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def callback_url(self) -> str:
        return f"{self.url}/api/v1/departments/callbacks"

    def of_case(self, reference: str) -> list[dict[str, Any]]:
        """The case notices for a reference, in the order they came."""
        return [one.body for one in list(self.notices) if one.body.get("reference") == reference]

    def events(self, reference: str) -> list[str]:
        """The events told of a case, every event once."""
        told = {body["event_id"]: body["event"] for body in self.of_case(reference)}
        return list(told.values())

    def facts(self, identity_number: str) -> list[Notice]:
        """The notices of changed facts for a person."""
        return [one for one in list(self.notices) if one.body.get("identity_number") == identity_number]


def serve_receiver(receiver: Receiver) -> ThreadingHTTPServer:
    """Answer on the receiver's port in a thread."""

    class Handler(BaseHTTPRequestHandler):
        kept: ClassVar[Receiver] = receiver

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            with self.kept.lock:
                self.kept.notices.append(Notice(self.path, dict(self.headers), raw, json.loads(raw)))
                status = self.kept.answers.pop(0) if self.kept.answers else 204
            self.kept.gate.wait(timeout=20)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@dataclass
class Process:
    """The departments' process, to be started, killed and started again."""

    port: int
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "8"]
        command += ["--bind", f"127.0.0.1:{self.port}", "integrations.departments.app:create_app()"]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self.answers, seconds=30, what=f"the departments, see {self.log}")

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """kill -9, master and worker alike."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(timeout=10)

    def stop(self) -> None:
        """Gone at once: it keeps nothing that would need a goodbye."""
        if self.running is not None and self.running.poll() is None:
            self.kill()

    def admin(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the admin side; a refusal fails the test."""
        answer = httpx.request(
            method,
            f"{self.url}/admin{path}",
            json=body,
            headers={"Authorization": f"Bearer {ADMIN_KEY}"},
            timeout=10,
            trust_env=False,
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def behave(self, department: str, mode: str, **more: float) -> None:
        """Put a department into a mode."""
        self.admin("PUT", f"/departments/{department}/behaviour", {"mode": mode, **more})


@dataclass
class City:
    """Everything a contract test has in hand."""

    process: Process
    receiver: Receiver
    store: Store
    today: date

    def gateway(self, **more: Any) -> DepartmentsGateway:
        """A gateway to the process; settings by name."""
        return DepartmentsGateway(self.process.url, KEY, **more)

    def person(self, story: str) -> dict[str, Any]:
        """A demo person, as the directory has them."""
        found = self.store["people"].find_one({"story": story})
        assert found is not None
        return found

    def facts(self, story: str, department: str) -> dict[str, Any]:
        """What a department says of a demo person now."""
        gateway = self.gateway()
        answer = gateway.query_registry(department, identity_number=self.person(story)["_id"], purpose="test")
        return answer.sections

    def filing(self, matter: str, story: str, form: dict[str, Any], **more: Any) -> CaseFiling:
        """An application of a demo person."""
        person = self.person(story)
        applicant = Applicant(name=person["name"], identity_number=person["_id"], phone=person["phone"])
        given = {
            "application": f"SB-{matter}-{time.monotonic_ns()}",
            "callback_url": self.receiver.callback_url,
        }
        return CaseFiling(matter=matter, applicant=applicant, form=form, **(given | more))

    def wait_for(self, reference: str, event: str) -> list[str]:
        """The events of a case, once it came to one of them."""
        wait_until(
            lambda: event in self.receiver.events(reference),
            what=f"{event}, not {self.receiver.events(reference)}",
        )
        return self.receiver.events(reference)


RENEWAL = {"delivery": "window", "contact_phone": "19900000001"}
DRIVING_LICENCE = ResultWanted(name="机动车驾驶证", licence="driving-licence", valid_years=10)
FITNESS = [Material(id="medical-fitness", licence="medical-fitness")]
