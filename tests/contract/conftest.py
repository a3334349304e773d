"""A real database, a freshly seeded city, its departments' process, a receiver of its notices."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from backend.core import events
from backend.core import house as houses
from backend.launch.servers import bundled_program, make_replica_set, own_mongo_url
from integrations.departments.calendar_words import city_day
from integrations.departments.database import Store, utc_now
from integrations.departments.seed import seed
from tests.contract.city import (
    ADMIN_KEY,
    KEY,
    PACE,
    ROOT,
    SECRET,
    City,
    Process,
    Receiver,
    emptied,
    free_port,
    serve_receiver,
    wait_until,
)
from tests.contract.desk import Desk, made_up_matters, running_valkey

PEOPLE = 60


@pytest.fixture(scope="session", autouse=True)
def by_words_alone() -> None:
    """No test here asks by meaning, and each worker would embed the whole catalogue beside its tests."""
    from backend.core.prepare import STARTERS
    from backend.matters.routes import learn_meanings_aside as of_matters
    from backend.policies.routes import learn_meanings_aside as of_policies

    for work in (of_matters, of_policies):
        STARTERS.remove(work)


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real mongod of this test run's own."""
    program = shutil.which("mongod") or bundled_program("mongod")
    assert program is not None, "there is no mongod: the contract cannot be tested without one"
    memory = Path("/dev/shm")
    place = (
        Path(mkdtemp(prefix="suiban-db-", dir=memory)) if memory.is_dir() else tmp_path_factory.mktemp("db")
    )
    port, folder = free_port(), place
    command = [str(program), "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", str(port)]
    command += ["--dbpath", str(folder), "--wiredTigerCacheSizeGB", "0.25", "--nounixsocket", "--quiet"]
    # A test's database is made in a moment, not synced to the disk a hundred times.
    command += ["--journalCommitInterval", "2"]
    mongod = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: make_replica_set(port), seconds=60, what="mongod")
        yield own_mongo_url(port)
    finally:
        mongod.terminate()
        try:
            mongod.wait(timeout=15)
        except subprocess.TimeoutExpired:
            mongod.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def city(mongo_url: str, tmp_path: Path) -> Iterator[City]:
    """A freshly seeded city with its departments running, and a receiver of their notices."""
    receiver = Receiver(free_port())
    receiver.gate.set()
    server = serve_receiver(receiver)
    database = emptied(mongo_url, "contract")
    environment = os.environ | {
        "SUIBAN_ENV": "test",
        "MONGO_URL": mongo_url,
        "DATABASE": database,
        "API_URL": receiver.url,
        "DEPARTMENTS_KEY": KEY,
        "DEPARTMENTS_ADMIN_KEY": ADMIN_KEY,
        "CALLBACK_SECRET": SECRET,
        "DEPARTMENT_PACE": str(PACE),
        "PYTHONPATH": str(ROOT),
    }
    store, today = Store(mongo_url, f"{database}_departments"), city_day(utc_now())
    seed(store, today=today, count=PEOPLE)
    process = Process(free_port(), environment, tmp_path / "departments.log")
    try:
        process.start()
        yield City(process, receiver, store, today)
    finally:
        process.stop()
        receiver.gate.set()
        server.shutdown()
        server.server_close()
        store.client.close()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey of this test run's own."""
    with running_valkey(tmp_path_factory.mktemp("broker")) as url:
        yield url


@pytest.fixture(scope="module")
def desk(mongo_url: str, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A department with everybody at their desks, and the API; events are kept instead of relayed."""
    made = Desk(mongo_url, emptied(mongo_url, "desk"), tmp_path_factory.mktemp("keys"), valkey_url)
    with made_up_matters(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "relay", made.keep_events)
        patch.setattr(houses, "_opened", [made.house])
        made.hire_all()
        yield made
