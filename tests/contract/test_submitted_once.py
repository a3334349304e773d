"""Submitting over HTTP: one transaction holds the submission, its events and its answer, whoever dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from backend.core import events, idempotency
from tests.contract.city import wait_until
from tests.contract.desk import HOME, PHONE, QUICK, RELIEF, Desk
from tests.contract.engine import MATTER, trial_matter
from tests.contract.prompting import together

# The desk keeps events instead of relaying them.
RELAY = events.relay


class Died(BaseException):
    """The process died at this point: nothing catches it."""


def a_draft(desk: Desk) -> tuple[str, str]:
    """A complete draft and its citizen."""
    from backend.applications import applying

    citizen = desk.a_resident()
    draft, _ = applying.open_draft(desk.house, citizen, QUICK, channel="app")
    return str(draft["_id"]), citizen


def submit(desk: Desk, draft: str, citizen: str, key: str) -> Any:
    headers = {"Idempotency-Key": key}
    return desk.ask(desk.citizen_token(citizen), "POST", f"/applications/{draft}/submit", headers=headers)


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def outbox(desk: Desk, draft: str) -> list[dict[str, Any]]:
    return list(desk.house.db["outbox"].find({"payload.application": draft}).sort("kind"))


def keys_of(desk: Desk) -> int:
    return desk.house.db["idempotency_keys"].count_documents({})


def test_what_was_committed_is_answered_the_same_though_the_process_died_before_it_said_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, citizen = a_draft(desk)

    def die(*_: Any) -> int:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(events, "relay", die)
        with pytest.raises(Died):
            submit(desk, draft, citizen, "crash")
    committed = desk.document(draft)
    assert committed["state"] == "submitted"
    # It has gone on meanwhile: the first answer is still the answer.
    desk.do("receiver", draft, "claim", "accept")
    again = submit(desk, draft, citizen, "crash")
    assert again.headers["Idempotency-Replayed"] == "true"
    said = again.get_json()
    assert (said["number"], said["state"], said["version"]) == (committed["number"], "submitted", 2)
    assert submit(desk, draft, citizen, "crash").data == again.data


def test_the_first_answer_and_its_replay_are_the_same_bytes(desk: Desk) -> None:
    draft, citizen = a_draft(desk)
    first, again = (submit(desk, draft, citizen, "bytes") for _ in range(2))
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (200, None)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.data == again.data
    phone = next(one for one in first.get_json()["fields"] if one["name"] == "contact_phone")
    assert phone["value"] == PHONE
    kept = str(list(desk.house.db["idempotency_keys"].find()))
    assert PHONE not in kept, "an answer is kept sealed"


def test_events_of_a_dead_process_are_relayed_by_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A courier that never comes to its work: the process ended with its answer."""
    draft, citizen = a_draft(desk)
    courier = events.Courier(desk.house)
    monkeypatch.setattr(courier, "_run", lambda: None)
    with monkeypatch.context() as patch:
        patch.setattr(events, "_couriers", [courier])
        assert submit(desk, draft, citizen, "sweep").status_code == 200
    assert [one["kind"] for one in outbox(desk, draft)] == ["application.changed", "application.submitted"]
    assert [one["relayed_at"] for one in outbox(desk, draft)] == [None, None]

    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(events, "relay", RELAY)
    monkeypatch.setattr(events.celery, "send_task", lambda name, args, **_: sent.append((name, str(args))))
    desk.clock.advance(seconds=3)
    events.sweep(desk.house)
    handed = [name for name, payload in sent if draft in payload]
    assert {"applications.file", "messages.tell_change"} <= set(handed)
    # The mark does not wait for the journal, a majority read does.
    wait_until(lambda: all(one["relayed_at"] for one in outbox(desk, draft)), what="the mark")
    events.sweep(desk.house)
    assert [name for name, payload in sent if draft in payload] == handed, "not relayed again"


def test_a_courier_relays_after_the_answer_and_outlives_a_failure(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayed: list[str] = []

    def relay(_: Any, some: list[dict[str, Any]]) -> int:
        if not relayed:
            relayed.append("failed")
            raise AutoReconnect("the database went away")
        relayed.extend(one["kind"] for one in some)
        return len(some)

    monkeypatch.setattr(events, "relay", relay)
    courier = events.Courier(desk.house)
    monkeypatch.setattr(events, "_couriers", [courier])
    first, second = a_draft(desk), a_draft(desk)
    assert submit(desk, *first, "one").status_code == 200
    courier.await_all()
    assert relayed == ["failed"]
    assert submit(desk, *second, "two").status_code == 200
    courier.await_all()
    assert relayed == ["failed", "application.changed", "application.submitted"]


def test_a_courier_that_fell_behind_leaves_the_rest_to_the_sweep(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayed: list[str] = []
    monkeypatch.setattr(events, "relay", lambda _, some: relayed.extend(one["_id"] for one in some))
    courier, now = events.Courier(desk.house), desk.clock.now()
    courier.take([{"_id": "swept", "at": now - events.SWEPT_AFTER}, {"_id": "fresh", "at": now}])
    courier.await_all()
    assert relayed == ["fresh"]


def test_a_courier_that_is_full_refuses_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    courier = events.Courier(desk.house, most_waiting=1)
    monkeypatch.setattr(courier, "_run", lambda: None)
    monkeypatch.setattr(events, "_couriers", [courier])
    for number in range(3):
        assert submit(desk, *a_draft(desk), f"full-{number}").status_code == 200


def test_nothing_is_submitted_when_its_answer_cannot_be_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, citizen = a_draft(desk)
    before, keys = desk.document(draft), keys_of(desk)
    with monkeypatch.context() as patch:
        patch.setattr(idempotency.Key, "keep", _fail)
        assert submit(desk, draft, citizen, "keep").status_code == 500
    assert desk.document(draft) == before
    assert (outbox(desk, draft), keys_of(desk)) == ([], keys)
    answer = submit(desk, draft, citizen, "keep")
    assert (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (200, None)


def _fail(*_: Any) -> None:
    raise RuntimeError("no room")


def test_a_key_is_good_for_one_application(desk: Desk) -> None:
    citizen = desk.a_resident()
    from backend.applications import applying

    first, _ = applying.open_draft(desk.house, citizen, QUICK, channel="app")
    other, _ = applying.open_draft(desk.house, citizen, RELIEF, channel="app")
    assert submit(desk, first["_id"], citizen, "shared").status_code == 200
    refused = submit(desk, other["_id"], citizen, "shared")
    assert (refused.status_code, slug(refused)) == (409, "idempotency-key-reused")
    assert desk.document(other["_id"])["state"] == "draft"
    assert slug(submit(desk, "nothing", citizen, "shared")) == "idempotency-key-reused"
    assert slug(submit(desk, "nothing", citizen, "fresh")) == "not-found"
    assert submit(desk, other["_id"], citizen, "its-own").status_code == 200


def test_another_key_does_not_submit_again(desk: Desk) -> None:
    draft, citizen = a_draft(desk)
    assert submit(desk, draft, citizen, "first").status_code == 200
    assert slug(submit(desk, draft, citizen, "second")) == "move-not-allowed"
    assert len(outbox(desk, draft)) == 2


def test_of_calls_at_the_same_time_one_submits_and_all_get_its_answer(desk: Desk) -> None:
    draft, citizen = a_draft(desk)
    answers = together(*[lambda: submit(desk, draft, citizen, "parallel")] * 6)
    assert {one.status_code for one in answers} == {200}, [one.get_json() for one in answers]
    assert len({one.data for one in answers}) == 1
    assert sum("Idempotency-Replayed" not in one.headers for one in answers) == 1
    assert [line["state"] for line in desk.document(draft)["timeline"]] == ["draft", "submitted"]
    assert len(outbox(desk, draft)) == 2


def test_an_answer_no_longer_kept_is_given_as_things_stand(desk: Desk) -> None:
    draft, citizen = a_draft(desk)
    number = submit(desk, draft, citizen, "expired").get_json()["number"]
    desk.house.db["idempotency_keys"].delete_many({})
    again = submit(desk, draft, citizen, "expired")
    assert (again.status_code, again.get_json()["number"]) == (200, number)
    assert len(outbox(desk, draft)) == 2


def test_a_submission_asks_the_database_no_more_than_it_must(desk: Desk) -> None:
    """Two conditions and two papers that e-licences stand in for: one question about the citizen."""
    from backend.applications import applying

    own = [
        {"filter": {"benefits.type": {"$ne": kind}}, "text": "没有领过", "otherwise": "已经领了"}
        for kind in ("relief", "allowance")
    ]
    papers = [
        {"id": kind, "name": kind, "necessity": "required", "origin": "政府部门核发", "licence": kind}
        for kind in ("identity-card", "household-register")
    ]
    held = [{"id": one["id"], "type": one["id"], "status": "valid", "department": HOME} for one in papers]
    with trial_matter(accept_when=own, materials=papers, tolerance=None):
        warm, citizen = desk.a_resident(licences=held), desk.a_resident(licences=held)
        drafts = [applying.open_draft(desk.house, one, MATTER, channel="app")[0] for one in (warm, citizen)]
        assert submit(desk, drafts[0]["_id"], warm, "warm").status_code == 200
        with asked_of(desk) as asked:
            assert submit(desk, drafts[1]["_id"], citizen, "counted").status_code == 200
    assert asked == [
        "find applications",
        "aggregate profiles",
        "findAndModify applications",
        "insert licence_uses",
        "insert idempotency_keys",
        "insert outbox",
    ]
    assert desk.house.db["licence_uses"].count_documents({"owner": citizen}) == len(papers)


@contextmanager
def asked_of(desk: Desk) -> Iterator[list[str]]:
    """What the database was asked meanwhile: command and collection, in order."""
    database, asked = desk.house.db.raw, list[str]()
    database.command("profile", 2)
    try:
        yield asked
    finally:
        database.command("profile", 0)
        rows = list(database["system.profile"].find({"ns": {"$not": {"$regex": "system"}}}).sort("ts"))
        database["system.profile"].drop()
    asked += [f"{next(iter(one['command']))} {one['ns'].partition('.')[2]}" for one in rows]
