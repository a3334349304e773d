"""Versions of the assistant as they are kept: one document each, files of their own below the models' folder.

``{_id, number, kind, state, model, edits, base, shipped, data_hash, requirements_hash, seed, report, by,
why, created_at, progress, lease, attempts, history}``. Moves are conditional on the state; ``history`` says
who and why.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from pymongo import DESCENDING, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from bot.pointer import Served

FOLDER = "versions"
MODEL, EDITS, READINGS, LOG = "model.tar.gz", "edits.json", "readings.json", "training.log"
MOST_TRIES = 5


class State(StrEnum):
    """What a version is at the moment."""

    TRAINING = "training"
    FAILED = "failed"
    CANDIDATE = "candidate"
    CANARY = "canary"
    LIVE = "live"
    RETIRED = "retired"


class Kind(StrEnum):
    """How a version is made: trained anew, or the live version's model over changed sentences."""

    FULL = "full"
    INDEX = "index"


VERSIONS = declare(
    "assistant_versions",
    Index([("created_at", DESCENDING), ("_id", DESCENDING)]),
    Index("number", unique=True),
    # A training takes what the machine has: one at a time, whoever asks.
    Index("state", unique=True, partial={"state": State.TRAINING.value}),
)
MOVES: dict[State, frozenset[State]] = {
    State.TRAINING: frozenset({State.CANDIDATE, State.FAILED}),
    State.FAILED: frozenset(),
    State.CANDIDATE: frozenset({State.CANARY, State.LIVE}),
    State.CANARY: frozenset({State.CANDIDATE, State.LIVE}),
    State.LIVE: frozenset({State.RETIRED}),
    State.RETIRED: frozenset({State.CANARY, State.LIVE}),
}


def folder_of(house: House, version: str) -> Path:
    """Where a version's files are."""
    return house.settings.models_dir / FOLDER / version


def served(version: Document) -> Served:
    """A version as the pointer names it."""
    return Served(version["_id"], version["model"], version["edits"], version["shipped"])


def insert_version(house: House, version: Document, session: ClientSession | None = None) -> Document:
    """Keep a new version under the next number. Raises ``conflict`` while another is being trained."""
    for _ in range(MOST_TRIES):
        newest = house.db[VERSIONS].find_one(
            {}, {"number": 1}, sort=[("number", DESCENDING)], session=session
        )
        number = (newest["number"] if newest else 0) + 1
        fresh = {"_id": f"v{number}"} | version | {"number": number}
        try:
            house.db[VERSIONS].insert_one(fresh, session=session)
        except DuplicateKeyError as error:
            if "state" in (error.details or {}).get("keyPattern", {}):
                raise Problem("conflict", "另一个版本正在训练，请等它完成再开始。") from error
            if "_id" in (error.details or {}).get("keyPattern", {}) and "_id" in version:
                return get_version(house, version["_id"])
            continue
        return fresh
    raise Problem("conflict", "同时有别的版本在建立，请再试一次。")


def get_version(house: House, version: str) -> Document:
    """A version by its name. Raises ``not-found``."""
    found = house.db[VERSIONS].find_one({"_id": version})
    if found is None:
        raise Problem("not-found", f"没有“{version[:80]}”这个版本；用 versions 看看有哪些。")
    return found


def find_version(house: House, version: str) -> Document | None:
    """A version by its name, if it is there."""
    return house.db[VERSIONS].find_one({"_id": version})


def list_versions(house: House, query: PageQuery, state: str | None = None) -> Page:
    """One page of versions, newest first."""
    return read_page(house.db[VERSIONS], {"state": state} if state else {}, query)


def move_version(
    house: House,
    version: str,
    target: State,
    *,
    by: str,
    why: str,
    now: datetime,
    session: ClientSession | None = None,
    also: Document | None = None,
) -> Document:
    """Bring a version into another state, with who and why. Raises ``conflict`` where it stands elsewhere."""
    origins = [origin.value for origin, targets in MOVES.items() if target in targets]
    entry = {"at": now, "state": target.value, "by": by, "why": why}
    changed = house.db[VERSIONS].find_one_and_update(
        {"_id": version, "state": {"$in": origins}},
        {"$set": {"state": target.value, **(also or {})}, "$push": {"history": entry}},
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    if changed is None:
        state = get_version(house, version)["state"]
        raise Problem("conflict", f"版本 {version} 现在是“{state}”，不能变成“{target.value}”。", state=state)
    return changed


def retire(house: House, version: str, *, by: str, why: str, now: datetime) -> None:
    """The live version answers no longer."""
    _leave(house, version, State.LIVE, State.RETIRED, {"at": now, "by": by, "why": why})


def end_canary(house: House, version: str, *, by: str, why: str, now: datetime) -> None:
    """A canary is a candidate again."""
    _leave(house, version, State.CANARY, State.CANDIDATE, {"at": now, "by": by, "why": why})


def _leave(house: House, version: str, origin: State, target: State, entry: Document) -> None:
    """Nothing to complain of when it left already: the product's start does this in every process."""
    house.db[VERSIONS].update_one(
        {"_id": version, "state": origin.value},
        {"$set": {"state": target.value}, "$push": {"history": entry | {"state": target.value}}},
    )


def claim_training(
    house: House, version: str, holder: str, *, now: datetime, lasts: timedelta
) -> Document | None:
    """Take a training in hand unless somebody has it; None when it is in other hands or over."""
    return house.db[VERSIONS].find_one_and_update(
        {
            "_id": version,
            "state": State.TRAINING.value,
            "$or": [{"lease": None}, {"lease.until": {"$lt": now}}],
        },
        {"$set": {"lease": {"holder": holder, "until": now + lasts}}, "$inc": {"attempts": 1}},
        return_document=ReturnDocument.AFTER,
    )


def renew_lease(house: House, version: str, holder: str, *, until: datetime) -> bool:
    """Keep a training in hand; False when it is in other hands or over."""
    done = house.db[VERSIONS].update_one(
        {"_id": version, "state": State.TRAINING.value, "lease.holder": holder},
        {"$set": {"lease.until": until}},
    )
    return done.matched_count == 1


def note_progress(house: House, version: str, progress: Document) -> None:
    """How far a training is."""
    house.db[VERSIONS].update_one(
        {"_id": version, "state": State.TRAINING.value}, {"$set": {"progress": progress}}
    )


def set_report(house: House, version: str, report: Document) -> None:
    """What was measured of a version."""
    house.db[VERSIONS].update_one({"_id": version}, {"$set": {"report": report}})


def set_files(house: House, version: str, changes: Document) -> None:
    """Where a version's files are now, and of what they are made."""
    house.db[VERSIONS].update_one({"_id": version}, {"$set": changes})


def with_files(house: House, *, skip: int, besides: list[str]) -> list[Document]:
    """Versions that still have a model of their own, but for the newest so many and those named."""
    where = {
        "model": {"$regex": f"^{FOLDER}/"},
        "_id": {"$nin": besides},
        "state": {"$ne": State.TRAINING.value},
    }
    return list(house.db[VERSIONS].find(where).sort("number", DESCENDING).skip(skip))


def abandoned(house: House, now: datetime) -> list[Document]:
    """Trainings that nobody has in hand."""
    where: dict[str, Any] = {
        "state": State.TRAINING.value,
        "$or": [{"lease": None}, {"lease.until": {"$lt": now}}],
    }
    return list(house.db[VERSIONS].find(where))
