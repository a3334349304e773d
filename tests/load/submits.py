"""Submitting over HTTP, beside a bare transaction that writes the same documents.

What is compared: from sending ``POST …/submit`` until its answer is read (sign-in checked, application and
facts read, conditions, materials and terms worked out, values opened, the answer sealed and kept), over the
connection on which the phone has just been shown what it confirms, with one pymongo transaction that makes
the same writes and reads nothing: the application's changed fields and its line of the timeline, the outbox'
events, the licences' uses, the idempotency key with its sealed answer. Both are committed by a majority and
journalled, in collections with the same indexes, on the same server, in turn.

Both begin right after a journalled write. What follows an answer is measured with neither: the events are
relayed before the next begins, and the worker, which would act on them beside it, rests.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo
import redis
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from backend.accounts.tokens import Signer
from backend.core.idempotency import Key
from backend.core.ids import new_id
from backend.core.jobs import QUEUES
from tests.flows.casebook import FOLDER, read_case
from tests.flows.test_journey_1_signin import sign_in
from tests.load.measuring import Call, Row, ask, connect, row
from tests.stack import Stack

# Costs nothing and nothing is posted: e-licences stand in for its papers.
MATTER = "unemployment-benefit"
WARM_UP, MEASURED = 20, 200
PATIENCE, QUIET_FOR, QUIET_WITHIN = 20.0, 2.0, 180.0
COLLECTIONS = ("applications", "outbox", "idempotency_keys", "licence_uses")
Document = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A complete draft, its citizen, their token, and the key it will be submitted under."""

    id: str
    citizen: str
    token: str
    key: str


def measure_submits(stack: Stack) -> list[Row]:
    """The median of many submissions, each beside a bare transaction, one after the other."""
    client = pymongo.MongoClient[Document](stack.environment["MONGO_URL"], tz_aware=True)
    database = client[stack.environment["DATABASE"]]
    bare = Bare(client, database)
    ours, theirs = [], []
    drafts = _prepare(stack, database, WARM_UP + MEASURED)
    _await_quiet(stack, database)
    with _resting(stack, "worker"):
        for number, draft in enumerate(drafts):
            before, submit = _found(database, draft.id), _submission(stack, draft)
            bare.warm()
            mine = _timed(submit)
            _await_relayed(database)
            bare.learn(before, draft)
            bare.warm()
            other = _timed(bare.write)
            if number >= WARM_UP:
                ours.append(mine)
                theirs.append(other)
    client.drop_database(bare.name)
    client.close()
    name = f"submit, median (bare: a transaction of its {bare.documents} writes)"
    return [row(name, ours, "ms", theirs, at_most=2.5)]


class Bare:
    """The yardstick: what a submission writes in its transaction, written again and nothing else."""

    name = "bench_bare_submits"

    def __init__(self, client: "pymongo.MongoClient[Document]", ours: Database[Document]) -> None:
        self._client, self._ours = client, ours
        client.drop_database(self.name)
        self._theirs = client.get_database(self.name, read_concern=ReadConcern("majority"))
        for collection in COLLECTIONS:
            for index in list(ours[collection].list_indexes()):
                options = {
                    key: value for key, value in index.items() if key not in ("v", "key", "ns", "name")
                }
                self._theirs[collection].create_index(list(index["key"].items()), **options)

    def warm(self) -> None:
        """A journalled write right before either: a journal that has rested is slower, whoever wakes it."""
        self._theirs["warming"].insert_one({"_id": new_id()})

    @property
    def documents(self) -> int:
        """How many documents the transaction writes."""
        return 2 + len(self._events) + len(self._uses)

    def learn(self, before: Document, draft: Draft) -> None:
        """Take what the product wrote for one submission as what is to be written."""
        after = _found(self._ours, draft.id)
        kept = ("_id", "version", "timeline")
        self._sets = {key: one for key, one in after.items() if key not in kept and one != before.get(key)}
        self._line = after["timeline"][len(before["timeline"])]
        self._application = new_id()
        self._theirs["applications"].insert_one(
            before | {"_id": self._application, "citizen": new_id(), "whose": [new_id()], "version": 1}
        )
        then = after["submitted_at"]
        events = self._ours["outbox"].find({"payload.application": draft.id, "at": then}, {"expires_at": 0})
        self._events = [one | {"_id": new_id(), "relayed_at": None} for one in events]
        uses = self._ours["licence_uses"].find({"application": draft.id, "at": then})
        self._uses = [one | {"_id": new_id(), "application": self._application} for one in uses]
        key = Key.of(who=draft.citizen, what="submit", key=draft.key, body={"application": draft.id})
        answered = self._ours["idempotency_keys"].find_one({"_id": key.id, "created_at": then})
        assert answered, "the answer is not of the submission's transaction"
        assert self._events, "the submission told nobody"
        assert self._uses, "no licence was used"
        self._key = answered | {"_id": new_id()}

    def write(self) -> None:
        """All of it; majority, journalled."""

        def work(session: ClientSession) -> None:
            self._theirs["applications"].find_one_and_update(
                {"_id": self._application, "state": "draft", "version": 1},
                {"$set": self._sets, "$push": {"timeline": self._line}, "$inc": {"version": 1}},
                session=session,
            )
            self._theirs["licence_uses"].insert_many(self._uses, session=session)
            self._theirs["idempotency_keys"].insert_one(self._key, session=session)
            self._theirs["outbox"].insert_many(self._events, session=session)

        with self._client.start_session() as session:
            session.with_transaction(
                work, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
            )


@contextmanager
def _resting(stack: Stack, name: str) -> Iterator[None]:
    """One process takes nothing new for a while; what its children have in hand they end."""
    supervisor = stack.product.supervisor
    supervisor.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        supervisor.signal(name, signal.SIGCONT)


def _prepare(stack: Stack, database: Database[Document], count: int) -> list[Draft]:
    """As many complete drafts, each of a citizen of its own: copies of one that was filled in over HTTP."""
    application = _filled_in(stack, database)
    signer, now = Signer.from_setting(stack.environment["SIGNING_KEY"]), datetime.now(UTC)
    made = []
    for _ in range(count):
        copy, whose = new_id(), new_id()
        for collection, more in (
            ("citizens", {"phone_print": whose, "identity_print": whose}),
            ("profiles", {}),
        ):
            found = database[collection].find_one({"_id": application["citizen"]}) or {}
            database[collection].insert_one(found | {"_id": whose} | more)
        database["applications"].insert_one(application | {"_id": copy, "citizen": whose, "whose": [whose]})
        token = signer.access(citizen=whose, session=whose, assurance=3, now=now)
        made.append(Draft(copy, whose, token, new_id()))
    return made


def _filled_in(stack: Stack, database: Database[Document]) -> Document:
    """The draft of somebody made up for it, with nothing left to ask."""
    case = read_case(FOLDER / f"{MATTER}.yml")
    with stack.departments() as departments:
        person = departments.post("/admin/people", json=case.citizen).raise_for_status().json()
    with stack.client(sign_in(stack, person["phone"])["access_token"]) as client:
        named = {"name": person["name"], "identity_number": person["identity_number"]}
        signed = client.post("/auth/real-name", json=named).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {signed['access_token']}"
        draft = client.post("/applications", json={"matter": MATTER}).raise_for_status().json()["id"]
        given = {"fields": case.answers}
        client.patch(f"/applications/{draft}", json=given).raise_for_status()
        step = client.get(f"/applications/{draft}/next").json()
    assert step["kind"] == "confirm", step
    return _found(database, draft)


def _found(database: Database[Document], application: str) -> Document:
    found = database["applications"].find_one({"_id": application})
    assert found is not None
    return found


def _submission(stack: Stack, draft: Draft) -> Callable[[], object]:
    """The submission, once the phone has fetched the summary that is confirmed by it."""
    signed = ("Authorization", f"Bearer {draft.token}")
    summary = Call(f"{stack.api}/applications/{draft.id}/next", headers=(signed,))
    call = Call(
        f"{stack.api}/applications/{draft.id}/submit", "POST", (signed, ("Idempotency-Key", draft.key))
    )
    connection = connect(call)
    ask(connection, summary)
    return lambda: ask(connection, call)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _await_quiet(stack: Stack, database: Database[Document]) -> None:
    """Until nothing is left of what an earlier measure set off: departments that report, tasks that wait."""
    broker = redis.Redis.from_url(stack.environment["REDIS_URL"])
    until, quiet_since = time.monotonic() + QUIET_WITHIN, time.monotonic()
    while time.monotonic() - quiet_since < QUIET_FOR:
        waiting = sum(int(broker.llen(queue)) for queue in QUEUES)  # type: ignore[arg-type]
        if waiting or database["outbox"].find_one({"relayed_at": None}, {"_id": 1}):
            quiet_since = time.monotonic()
        if time.monotonic() > until:
            raise TimeoutError(f"the product does not come to rest, {waiting} tasks wait")
        time.sleep(0.05)
    broker.close()


def _await_relayed(database: Database[Document]) -> None:
    """Until the events are handed to the broker: nobody shall be measured beside that."""
    until = time.monotonic() + PATIENCE
    while database["outbox"].find_one({"relayed_at": None}, {"_id": 1}):
        if time.monotonic() > until:
            raise TimeoutError("events are not relayed")
        time.sleep(0.01)
