"""Idempotency keys: the same key replays the first answer for 24 hours."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document, Index, declare

KEYS = declare("idempotency_keys", Index("created_at", ttl=24 * 3600))
ABANDONED_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Answer:
    """What was answered: a JSON-like body, its status, and whether it is a replay."""

    body: Any
    status: int
    replayed: bool = False


def once(house: House, *, who: str, what: str, key: str, body: Any, work: Callable[[], Answer]) -> Answer:
    """Run ``work`` for a key at most once and replay its answer to every later caller.

    ``who`` and ``what`` scope the key. A failed ``work`` frees it. Raises ``idempotency-key-reused``
    for another body, ``request-in-progress`` while a parallel call runs.
    """
    if not 1 <= len(key) <= 200:
        raise Problem("invalid-request", "请在 Idempotency-Key 里给出 1 到 200 个字符。")
    key_id = hashlib.sha256(f"{who}\0{what}\0{key}".encode()).hexdigest()
    print_of_body = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    earlier = _claim(house, key_id, print_of_body)
    if earlier is not None:
        return earlier
    try:
        answer = work()
    except BaseException:
        house.db[KEYS].delete_one({"_id": key_id, "state": "running"})
        raise
    sealed = house.cipher.encrypt(json.dumps(answer.body, default=str))
    house.db[KEYS].update_one(
        {"_id": key_id}, {"$set": {"state": "done", "status": answer.status, "answer": sealed}}
    )
    return answer


def _claim(house: House, key_id: str, print_of_body: str) -> Answer | None:
    now = house.clock.now()
    keys = house.db[KEYS]
    claim: Document = {
        "_id": key_id,
        "body": print_of_body,
        "state": "running",
        "claimed_at": now,
        "created_at": now,
    }
    try:
        keys.insert_one(claim)
        return None
    except DuplicateKeyError:
        found = keys.find_one({"_id": key_id})
    if found is None:
        return _claim(house, key_id, print_of_body)
    if found["body"] != print_of_body:
        raise Problem("idempotency-key-reused", "这个幂等键已经用在内容不同的请求上，请换一个。")
    if found["state"] == "done":
        return Answer(json.loads(house.cipher.decrypt(found["answer"])), found["status"], replayed=True)
    taken_over = keys.find_one_and_update(
        {"_id": key_id, "state": "running", "claimed_at": {"$lt": now - ABANDONED_AFTER}},
        {"$set": {"claimed_at": now}},
        return_document=ReturnDocument.AFTER,
    )
    if taken_over is None:
        raise Problem("request-in-progress", "同一个请求正在处理，请稍后再查结果。")
    return None
