"""The versions of matters that applications were drafted under, kept as long as the applications."""

from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare
from backend.core.prepare import at_start
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter

VERSIONS = declare("matter_versions", Index([("matter", 1), ("kept_at", -1)]))
# This process's memory; a version never changes.
_kept: set[tuple[str, str]] = set()
_read_before: dict[tuple[str, str], Matter] = {}


def matter_of(house: House, document: Document) -> Matter:
    """The matter as it stood when this application was drafted. Raises ``not-found``."""
    matter, version = document["matter"], document.get("matter_version")
    if version is None or catalogue().versions.get(matter) == version:
        return catalogue().get(matter)
    older = _read(house, f"{matter}@{version}")
    if older is None:
        logger().warning("matter.version-lost", matter=matter, version=version)
        return catalogue().get(matter)
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


def _read(house: House, version: str) -> Matter | None:
    mark = (house.db.raw.name, version)
    if mark not in _read_before:
        row = house.db[VERSIONS].find_one({"_id": version})
        if row is None:
            return None
        _read_before[mark] = Matter.model_validate_json(row["snapshot"])
    return _read_before[mark]


at_start(keep_versions)
