"""Idempotency keys: the same key replays the first answer for 24 hours.

Two ways. Work that is one transaction keeps its answer in that very transaction (``Key.keep``, ``replayed``):
what is done and what was answered are there together or not at all. Work of several steps claims its key
first (``once``), and frees it when it fails.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import orjson
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from backend.core.errors import Problem
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare

KEYS = declare("idempotency_keys", Index("created_at", ttl=24 * 3600))
ABANDONED_AFTER = timedelta(seconds=30)
PATIENCE_MS = 5000


@dataclass(frozen=True)
class Answer:
    """What was answered: a JSON-like body, its status, and whether it is a replay."""

    body: Any
    status: int
    replayed: bool = False

    @cached_property
    def text(self) -> str:
        """The body as it is kept and sent: the first answer and its replays letter by letter the same."""
        return orjson.dumps(self.body, str, orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


@dataclass(frozen=True)
class Key:
    """One caller's key for one kind of request, and the print of the body it came with."""

    id: str
    body: str

    @classmethod
    def of(cls, *, who: str, what: str, key: str, body: Any) -> "Key":
        """The key in the scope of ``who`` and ``what``. Raises ``invalid-request`` for a wrong length."""
        if not 1 <= len(key) <= 200:
            raise Problem("invalid-request", "请在 Idempotency-Key 里给出 1 到 200 个字符。")
        scoped = hashlib.sha256(f"{who}\0{what}\0{key}".encode()).hexdigest()
        return cls(scoped, hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest())

    def keep(self, house: House, unit: Unit, answer: Answer) -> None:
        """Keep the answer in the transaction that makes it true.

        Raises DuplicateKeyError, which undoes the transaction, when the key was answered before.
        """
        row = {"_id": self.id, "body": self.body, "state": "done", "created_at": unit.now}
        house.db[KEYS].insert_one(row | _sealed(house, answer), session=unit.session)

    def answered(self, house: House) -> Answer | None:
        """What was answered under this key before.

        Raises ``idempotency-key-reused`` for another body.
        """
        # Linearizable: whoever lost to a parallel call must find what that call has only just committed.
        keys = house.db[KEYS].with_options(read_concern=ReadConcern("linearizable"))
        found = keys.find_one({"_id": self.id}, max_time_ms=PATIENCE_MS)
        return _read(house, self, found) if found else None


def replayed(house: House, key: Key, work: Callable[[], Answer | None]) -> Answer | None:
    """Run ``work``, which keeps its answer in its own transaction; replay that to every later caller.

    Nothing is asked or claimed beforehand: the second of two calls finds no work left, or its
    transaction fails at the key. ``work`` says None for what it had done before; so does this when the
    answer is no longer kept. Raises ``idempotency-key-reused`` for another body, and what ``work`` raises.
    """
    try:
        return work() or key.answered(house)
    except (Problem, DuplicateKeyError):
        earlier = key.answered(house)
        if earlier is None:
            raise
        return earlier


def once(house: House, *, who: str, what: str, key: str, body: Any, work: Callable[[], Answer]) -> Answer:
    """Run ``work`` for a key at most once and replay its answer to every later caller.

    ``who`` and ``what`` scope the key. A failed ``work`` frees it. Raises ``idempotency-key-reused``
    for another body, ``request-in-progress`` while a parallel call runs.
    """
    claimed = Key.of(who=who, what=what, key=key, body=body)
    earlier = _claim(house, claimed)
    if earlier is not None:
        return earlier
    try:
        answer = work()
    except BaseException:
        house.db[KEYS].delete_one({"_id": claimed.id, "state": "running"})
        raise
    house.db[KEYS].update_one({"_id": claimed.id}, {"$set": {"state": "done"} | _sealed(house, answer)})
    return answer


def _sealed(house: House, answer: Answer) -> Document:
    return {"status": answer.status, "answer": house.cipher.seal_text(answer.text)}


def _read(house: House, key: Key, found: Document) -> Answer | None:
    if found["body"] != key.body:
        raise Problem("idempotency-key-reused", "这个幂等键已经用在内容不同的请求上，请换一个。")
    if found["state"] != "done":
        return None
    return Answer(json.loads(house.cipher.open_text(found["answer"])), found["status"], replayed=True)


def _claim(house: House, key: Key) -> Answer | None:
    now = house.clock.now()
    keys = house.db[KEYS]
    claim: Document = {
        "_id": key.id,
        "body": key.body,
        "state": "running",
        "claimed_at": now,
        "created_at": now,
    }
    try:
        keys.insert_one(claim)
        return None
    except DuplicateKeyError:
        found = keys.find_one({"_id": key.id})
    if found is None:
        return _claim(house, key)
    earlier = _read(house, key, found)
    if earlier is not None:
        return earlier
    taken_over = keys.find_one_and_update(
        {"_id": key.id, "state": "running", "claimed_at": {"$lt": now - ABANDONED_AFTER}},
        {"$set": {"claimed_at": now}},
        return_document=ReturnDocument.AFTER,
    )
    if taken_over is None:
        raise Problem("request-in-progress", "同一个请求正在处理，请稍后再查结果。")
    return None
