"""Submitting over HTTP, beside a bare transaction that writes the same documents."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pymongo
import yaml
from bson import ObjectId
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from backend.accounts.tokens import Signer
from backend.core.ids import new_id
from backend.core.settings import ROOT
from tests.flows.test_journey_1_signin import sign_in
from tests.load.measuring import Call, Row, ask, connect, row
from tests.stack import Stack

# Costs nothing and nothing is posted: two e-licences stand in for its papers.
MATTER, PHONE = "unemployment-benefit", "19900000005"
WARM_UP, MEASURED = 5, 40
QUIET_WITHIN = 20.0
Document = dict[str, Any]


def measure_submits(stack: Stack) -> list[Row]:
    """The median of many submissions, each beside a bare transaction, one after the other."""
    client = pymongo.MongoClient[Document](stack.environment["MONGO_URL"], tz_aware=True)
    database = client["suiban"]
    drafts = _prepare(stack, database, WARM_UP + MEASURED)
    bare = Bare(client, database)
    ours, theirs = [], []
    for number, (draft, token) in enumerate(drafts):
        mine = _timed(_submission(stack, draft, token))
        _await_quiet(database, draft)
        bare.learn(draft)
        other = _timed(bare.write)
        if number >= WARM_UP:
            ours.append(mine)
            theirs.append(other)
    client.drop_database(bare.name)
    middle = statistics.median
    return [row("submit, median", middle(ours), "ms", middle(theirs), at_most=2.5)]


class Bare:
    """The yardstick: what a submission leaves behind, written in one transaction and nothing else.

    Its collections have the indexes of ours.
    """

    name = "bench_bare_submits"

    def __init__(self, client: "pymongo.MongoClient[Document]", ours: Any) -> None:
        self._client, self._ours = client, ours
        client.drop_database(self.name)
        self._theirs = client.get_database(self.name, read_concern=ReadConcern("majority"))
        for collection in ("applications", "outbox", "idempotency_keys", "licence_uses"):
            for index in list(ours[collection].list_indexes()):
                options = {
                    key: value for key, value in index.items() if key not in ("v", "key", "ns", "name")
                }
                self._theirs[collection].create_index(list(index["key"].items()), **options)

    def learn(self, draft: str) -> None:
        """Take what the product wrote for one submission as what is to be written."""
        after = self._ours["applications"].find_one({"_id": draft})
        assert after is not None
        self._sets = {key: value for key, value in after.items() if key not in ("_id", "version", "timeline")}
        self._line = after["timeline"][-1]
        self._application = new_id()
        before = after | {"_id": self._application, "state": "draft", "number": None, "version": 1}
        self._theirs["applications"].insert_one(before | {"citizen": new_id(), "filing": {}})
        at = datetime.now(UTC)
        events = self._ours["outbox"].find({"payload.application": draft, "kind": {"$in": KINDS}})
        self._events = [one | {"_id": new_id(), "at": at} for one in events.sort("_id").limit(2)]
        uses = self._ours["licence_uses"].find({"application": draft})
        self._uses = [one | {"_id": new_id(), "application": self._application} for one in uses]
        [key] = self._ours["idempotency_keys"].find({"state": "done"}).sort("created_at", -1).limit(1)
        self._key = key | {"_id": str(ObjectId())}
        assert len(self._events) == len(KINDS), self._events

    def write(self) -> None:
        """The application's update, the events, the licences' uses and the key; majority, journalled."""

        def work(session: ClientSession) -> None:
            self._theirs["applications"].find_one_and_update(
                {"_id": self._application, "state": "draft", "version": 1},
                {"$set": self._sets, "$push": {"timeline": self._line}, "$inc": {"version": 1}},
                session=session,
            )
            self._theirs["outbox"].insert_many(self._events, session=session)
            self._theirs["licence_uses"].insert_many(self._uses, session=session)
            self._theirs["idempotency_keys"].insert_one(self._key, session=session)

        with self._client.start_session() as session:
            session.with_transaction(
                work, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
            )


KINDS = ["application.changed", "application.submitted"]


def _prepare(stack: Stack, database: Any, count: int) -> list[tuple[str, str]]:
    """As many complete drafts, each of a citizen of its own: copies of one that was filled in over HTTP."""
    case = yaml.safe_load((ROOT / "tests/matters" / f"{MATTER}.yml").read_text("utf-8"))
    with stack.client(sign_in(stack, PHONE)["access_token"]) as client:
        draft = client.post("/applications", json={"matter": MATTER}).json()["id"]
        given = {"fields": case["answers"]}
        assert client.patch(f"/applications/{draft}", json=given).status_code == 200
        step = client.get(f"/applications/{draft}/next").json()
    assert step["kind"] == "confirm", step
    application = database["applications"].find_one({"_id": draft})
    citizen = application["citizen"]
    signer, now = Signer.from_setting(stack.environment["SIGNING_KEY"]), datetime.now(UTC)
    made = []
    for _ in range(count):
        copy, whose = new_id(), new_id()
        for collection, more in (
            ("citizens", {"phone_print": whose, "identity_print": whose}),
            ("profiles", {}),
        ):
            found = database[collection].find_one({"_id": citizen})
            database[collection].insert_one(found | {"_id": whose} | more)
        database["applications"].insert_one(application | {"_id": copy, "citizen": whose})
        made.append((copy, signer.access(citizen=whose, session=whose, assurance=3, now=now)))
    return made


def _submission(stack: Stack, draft: str, token: str) -> Callable[[], object]:
    headers = (("Authorization", f"Bearer {token}"), ("Idempotency-Key", new_id()))
    call = Call(f"{stack.api}/applications/{draft}/submit", "POST", headers)
    connection = connect(call)
    connection.connect()
    return lambda: ask(connection, call)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _await_quiet(database: Any, draft: str) -> None:
    """Until the department has it and the tasks it set off are done: nobody shall be measured beside them."""
    until = time.monotonic() + QUIET_WITHIN
    busy = {"_id": draft, "filing.reference": None}
    while database["applications"].find_one(busy, {"_id": 1}) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)
