"""The versions of matters that applications were drafted under, kept as long as the applications."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from pydantic import ValidationError
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare
from backend.core.prepare import at_start
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.troubles.kinds import Kind
from backend.troubles.store import Found, raise_trouble

VERSIONS = declare("matter_versions", Index([("matter", 1), ("kept_at", -1)]))
# This process's memory; a version never changes.
_kept: set[tuple[str, str]] = set()
_read_before: dict[tuple[str, str], Matter] = {}


def matter_of(house: House, document: Document) -> Matter:
    """The matter as it stood when this application was drafted.

    Raises ``not-found``, and ``internal`` when that version is lost: the application rests, and a trouble
    is raised, until it is restored. No other version's rules ever stand in for it.
    """
    matter, version = document["matter"], document.get("matter_version")
    if version is None or catalogue().versions.get(matter) == version:
        return catalogue().get(matter)
    older = _read(house, f"{matter}@{version}")
    if older is None:
        _tell_lost(house, document, f"{matter}@{version}")
        raise Problem("internal", "这个办件起草时的办事规则暂时读不到，已通知工作人员，请稍后再试。")
    return older


def keep_version(house: House, matter: str) -> str:
    """Keep the current version of a matter, once; returns its name."""
    version = catalogue().versions[matter]
    mark = (house.db.raw.name, f"{matter}@{version}")
    if mark in _kept:
        return version
    row = {
        "_id": mark[1],
        "matter": matter,
        "version": version,
        # As text: the filters' keys begin with dollars and hold dots.
        "snapshot": catalogue().get(matter).model_dump_json(),
        "kept_at": house.clock.now(),
    }
    with suppress(DuplicateKeyError):
        house.db[VERSIONS].insert_one(row)
    _kept.add(mark)
    return version


def keep_versions(house: House) -> int:
    """Keep the current version of every matter; returns how many there are."""
    matters = sorted(catalogue().matters)
    there = {f"{matter}@{catalogue().versions[matter]}" for matter in matters}
    known = {row["_id"] for row in house.db[VERSIONS].find({"_id": {"$in": sorted(there)}}, {"_id": 1})}
    _kept.update((house.db.raw.name, one) for one in known)
    for matter in matters:
        keep_version(house, matter)
    return len(matters)


def still_lost(house: House, now: datetime, among: Collection[str] | None) -> list[Found]:
    """Those of some lost versions that are not back yet; new ones are met by whoever needs them."""
    if among is None:
        return []
    there = house.db[VERSIONS].find({"_id": {"$in": sorted(among)}}, {"_id": 1})
    back = {row["_id"] for row in there if _read(house, row["_id"])}
    return [_lost(version, "", now) for version in sorted(set(among) - back)]


def _read(house: House, version: str) -> Matter | None:
    """A kept version; None for one that is not there or that cannot be read any more."""
    mark = (house.db.raw.name, version)
    if mark not in _read_before:
        row = house.db[VERSIONS].find_one({"_id": version})
        if row is None:
            return None
        try:
            _read_before[mark] = Matter.model_validate_json(row["snapshot"])
        except ValidationError as error:
            logger().error("matter.version-unreadable", version=version, errors=error.error_count())
            return None
    return _read_before[mark]


def _tell_lost(house: House, document: Document, version: str) -> None:
    logger().error("matter.version-lost", version=version, application=document.get("_id"))
    # Outside of any transaction: whatever was under way is given up, the trouble stays.
    raise_trouble(house, Kind.VERSION_LOST, _lost(version, document.get("department", ""), house.clock.now()))


def _lost(version: str, department: str, now: datetime) -> Found:
    return Found(version, department, "", now)


at_start(keep_versions)
