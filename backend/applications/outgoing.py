"""What a department is still to be told of an application: a queue, told in order, nothing overwritten.

An entry is ``{id, kind, …}`` in ``filing.queue``. It is put there by the move that makes it true, and
leaves when the department took it or when it was given up (then it waits for people in ``filing.given_up``).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Any

FIRST_SWEEP = timedelta(seconds=10)


class Word(StrEnum):
    """What a department can be told."""

    FILE = "file"
    SUPPLEMENT = "supplement"
    DECIDE = "decide"
    TERMINATE = "terminate"


def entry(word: Word, now: datetime, **said: Any) -> dict[str, Any]:
    """A line of the queue, with what belongs to it.

    >>> entry(Word.TERMINATE, datetime(2026, 3, 2), reason="撤回")["kind"]
    'terminate'
    """
    return {"id": f"{word.value}-{now.isoformat()}", "kind": word.value, **said}


def to_tell(word: Word, now: datetime, **said: Any) -> dict[str, Any]:
    """The update that puts something in the queue and has it told: to be merged into a move (``also``)."""
    return {
        "$push": {"filing.queue": entry(word, now, **said)},
        "$set": {
            "filing.next_at": now + FIRST_SWEEP,
            "filing.attempts": 0,
            "filing.refusals": 0,
            "filing.failing_since": None,
        },
    }


def fresh(now: datetime, **more: Any) -> dict[str, Any]:
    """The filing record of an application that goes to a department anew."""
    return {
        "reference": None,
        "queue": [entry(Word.FILE, now)],
        "attempts": 0,
        "next_at": now + FIRST_SWEEP,
        **more,
    }


def waiting(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What waits to be told, the oldest first. Stored before there was a queue: the one thing that waited."""
    filing = document["filing"]
    queue: list[dict[str, Any]] | None = filing.get("queue")
    if queue is None:
        kind = filing.get("kind", Word.FILE.value)
        return [{"id": "only", "kind": kind}] if filing.get("next_at") is not None else []
    return queue


def told_together(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the next call tells: the filing holds every paper there is, and so does a supplement.

    >>> lines = [{"id": "a", "kind": "supplement"}, {"id": "b", "kind": "decide"}]
    >>> [one["id"] for one in told_together({"filing": {"reference": "R1", "queue": lines}})]
    ['a']
    """
    queue, papers = waiting(document), (Word.FILE.value, Word.SUPPLEMENT.value)
    if not document["filing"].get("reference"):
        return [one for one in queue if one["kind"] in papers]
    if queue and queue[0]["kind"] == Word.SUPPLEMENT:
        return list(takewhile(lambda one: one["kind"] == Word.SUPPLEMENT, queue))
    return queue[:1]


def proven(document: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a department's own report settles, as ``$set`` and ``$pull``: it has the case, so it was filed."""
    filing, filed = document["filing"], {"kind": Word.FILE.value}
    left = [one for one in waiting(document) if one["kind"] != Word.FILE]
    lost = [one for one in filing.get("given_up") or [] if one["kind"] != Word.FILE]
    sets: dict[str, Any] = {}
    if len(left) < len(waiting(document)):
        sets["filing.next_at"] = now if left else None
    if filing.get("given_up_at") and not lost:
        sets["filing.given_up_at"] = None
    if filing.get("queue") is None:
        return sets, {}
    return sets, {"filing.queue": filed, "filing.given_up": filed}
