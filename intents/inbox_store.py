"""The inbox: each sentence once, however often it was said, without a word of who said it or when exactly.

An entry ``{_id, text, lang, state, count, reasons: {reason: times}, first_at, last_at, reading, labels,
group, vector, suggestions, version}``; what nobody says again for KEPT_DAYS is forgotten.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession

from backend.core.errors import Problem, not_found
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_ranked
from backend.core.schemas import PageQuery
from intents.lint import normalised

KEPT_DAYS = 180
_KEPT = KEPT_DAYS * 24 * 3600
ENTRIES = declare(
    "inbox_entries",
    Index([("state", 1), ("count", -1), ("_id", 1)]),
    Index([("group", 1), ("state", 1)]),
    Index("last_at", ttl=_KEPT),
)
# Which turns were counted, as prints that lead back to nobody: a task may come twice.
COUNTED = declare("inbox_counted", Index("at", ttl=_KEPT))
GROUPS = declare("inbox_groups", Index([("count", -1), ("_id", 1)]), Index("updated_at", ttl=_KEPT))
POSITIONS = declare("inbox_positions")
# What a list does not need: a vector is longer than all the rest.
_UNSHOWN = {"vector": 0}


class State(StrEnum):
    """Where an entry stands between two pairs of eyes."""

    OPEN = "open"
    LABELLED = "labelled"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    IGNORED = "ignored"


class Reason(StrEnum):
    """Why a sentence is worth a look; each is a queue."""

    UNRECOGNISED = "unrecognised"
    UNSURE = "unsure"
    DENIED = "denied"
    BEFORE_HANDOFF = "before-handoff"
    BADLY_RATED = "badly-rated"


QUEUES: dict[Reason, str] = {
    Reason.UNRECOGNISED: "未识别",
    Reason.UNSURE: "低置信",
    Reason.DENIED: "否定后",
    Reason.BEFORE_HANDOFF: "转人工前",
    Reason.BADLY_RATED: "差评",
}
WAITING = (State.OPEN, State.LABELLED, State.DISPUTED)
CHANGED = "这条收件刚刚有变化，请刷新后再标。"


@dataclass(frozen=True)
class Said:
    """A scrubbed sentence of one turn, and why it is worth a look."""

    turn: str
    text: str
    lang: str
    at: datetime
    reason: Reason
    reading: Document | None


def entry_id(text: str) -> str:
    """One entry for all that say the same, however they are punctuated.

    >>> entry_id("怎么办狗证？") == entry_id("怎么办 狗证")
    True
    """
    return hashlib.sha256(normalised(text).encode()).hexdigest()[:32]


def count_in(house: House, said: Said) -> bool:
    """Count a sentence in, once a turn and reason; tells whether it was new."""

    def work(session: ClientSession) -> bool:
        mark = house.db[COUNTED].update_one(
            {"_id": hashlib.sha256(f"inbox\0{said.turn}".encode()).hexdigest()[:32]},
            {"$addToSet": {"reasons": said.reason.value}, "$setOnInsert": {"at": said.at}},
            upsert=True,
            session=session,
        )
        if mark.upserted_id is None and not mark.modified_count:
            return False
        house.db[ENTRIES].update_one(
            {"_id": entry_id(said.text)},
            {
                "$setOnInsert": _fresh(said),
                "$inc": {"count": int(mark.upserted_id is not None), f"reasons.{said.reason.value}": 1},
                "$max": {"last_at": said.at},
                "$min": {"first_at": said.at},
                "$set": {"reading": said.reading, "lang": said.lang},
            },
            upsert=True,
            session=session,
        )
        return True

    return house.db.transaction(work)


def _fresh(said: Said) -> Document:
    empty: Document = {"labels": [], "group": None, "vector": None, "suggestions": None, "version": 1}
    return {"text": said.text, "state": State.OPEN.value, "note": None, "change": None, **empty}


def list_entries(
    house: House, page: PageQuery, *, states: Iterable[State], queue: Reason | None, group: str | None
) -> Page:
    """One page of entries, the most frequent first."""
    where: Document = {"state": {"$in": [state.value for state in states]}}
    if queue is not None:
        where[f"reasons.{queue.value}"] = {"$gt": 0}
    if group is not None:
        where["group"] = group
    return read_ranked(house.db[ENTRIES], where, page, by="count")


def queue_sizes(house: House) -> dict[str, dict[str, int]]:
    """For each queue how many entries wait in it and how often they were said, and each state's number."""
    waiting = {"state": {"$in": [*WAITING]}}
    sums: Document = {"_id": None}
    for reason in Reason:
        there = {"$cond": [{"$gt": [f"$reasons.{reason.value}", 0]}, 1, 0]}
        sums |= {f"{reason.name}_n": {"$sum": there}}
        sums |= {f"{reason.name}_t": {"$sum": {"$ifNull": [f"$reasons.{reason.value}", 0]}}}
    found: Document = next(iter(house.db[ENTRIES].aggregate([{"$match": waiting}, {"$group": sums}])), {})
    states = house.db[ENTRIES].aggregate([{"$group": {"_id": "$state", "n": {"$sum": 1}}}])
    counts = {row["_id"]: row["n"] for row in states}
    return {
        "queues": {reason.value: found.get(f"{reason.name}_n", 0) for reason in Reason},
        "times": {reason.value: found.get(f"{reason.name}_t", 0) for reason in Reason},
        "states": {state.value: counts.get(state.value, 0) for state in State},
    }


def get_entry(house: House, entry: str) -> Document:
    """One entry. Raises ``not-found``."""
    found = house.db[ENTRIES].find_one({"_id": entry}, _UNSHOWN)
    if found is None:
        raise not_found("收件")
    return found


def entries_of(house: House, group: str, *, most: int, states: Sequence[State] = WAITING) -> list[Document]:
    """The entries of a group that wait, vectors and all, the most frequent first."""
    where = {"group": group, "state": {"$in": [state.value for state in states]}}
    return list(house.db[ENTRIES].find(where).sort([("count", -1), ("_id", 1)]).limit(most))


def waiting_entries(house: House, *, most: int) -> list[Document]:
    """What waits, vectors and all, the most frequent first."""
    where = {"state": {"$in": [state.value for state in WAITING]}}
    return list(house.db[ENTRIES].find(where).sort([("count", -1), ("_id", 1)]).limit(most))


def waiting_texts(house: House, *, most: int) -> list[str]:
    """What waits, as words only."""
    where = {"state": {"$in": [state.value for state in WAITING]}}
    rows = house.db[ENTRIES].find(where, {"text": 1}).sort([("count", -1), ("_id", 1)]).limit(most)
    return [str(row["text"]) for row in rows]


def change_entry(
    house: House, entry: Document, changes: Document, session: ClientSession | None = None
) -> Document:
    """Set fields of an entry if it stands as it was read. Raises ``conflict``."""
    changed = house.db[ENTRIES].find_one_and_update(
        {"_id": entry["_id"], "version": entry["version"]},
        {"$set": changes, "$inc": {"version": 1}},
        projection=_UNSHOWN,
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    if changed is None:
        raise Problem("conflict", CHANGED)
    return changed


def note_meanings(house: House, entries: Sequence[Document], found: Sequence[Document]) -> None:
    """Keep what grouping found of entries: group, vector, suggestions. Nobody's label is touched by it.

    Of an entry that somebody moved to another group meanwhile nothing is written.
    """
    writes = [
        UpdateOne({"_id": entry["_id"], "group": entry["group"]}, {"$set": values})
        for entry, values in zip(entries, found, strict=True)
    ]
    if writes:
        house.db[ENTRIES].bulk_write(writes, ordered=False)


def move_entries(house: House, entries: Collection[str], *, group: str, to: str) -> int:
    """Move entries of a group to another; returns how many were still in it."""
    where = {"_id": {"$in": sorted(entries)}, "group": group}
    return house.db[ENTRIES].update_many(where, {"$set": {"group": to}}).modified_count


def keep_group(house: House, group: str, values: Document | None) -> None:
    """Write what a group looks like now; None when nothing of it waits any more."""
    if values is None:
        house.db[GROUPS].delete_one({"_id": group})
    else:
        house.db[GROUPS].replace_one({"_id": group}, values, upsert=True)


def get_group(house: House, group: str) -> Document:
    """One group. Raises ``not-found``."""
    found = house.db[GROUPS].find_one({"_id": group})
    if found is None:
        raise not_found("分组")
    return found


def list_groups(house: House, page: PageQuery, *, queue: Reason | None) -> Page:
    """One page of groups, the most frequently said first."""
    where: Document = {f"reasons.{queue.value}": {"$gt": 0}} if queue else {}
    return read_ranked(house.db[GROUPS], where, page, by="count")


def described_counts(house: House) -> dict[str, int]:
    """Each group with how often its sentences were said, as it was described last."""
    return {str(row["_id"]): int(row["count"]) for row in house.db[GROUPS].find({}, {"count": 1})}


def counts_by_group(house: House) -> dict[str, int]:
    """The same as it is now, of what waits."""
    waiting = {"state": {"$in": [state.value for state in WAITING]}, "group": {"$ne": None}}
    sums = {"_id": "$group", "count": {"$sum": "$count"}}
    rows = house.db[ENTRIES].aggregate([{"$match": waiting}, {"$group": sums}])
    return {str(row["_id"]): int(row["count"]) for row in rows}


def read_position(house: House, what: str) -> Any:
    """Up to where something was collected; None at first."""
    row = house.db[POSITIONS].find_one({"_id": what})
    return row["at"] if row else None


def move_position(house: House, what: str, at: Any) -> None:
    """Collected up to here; never back."""
    house.db[POSITIONS].update_one({"_id": what}, {"$max": {"at": at}}, upsert=True)
