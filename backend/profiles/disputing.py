"""Disputing one value of the profile, and its owner department's answer within five working days."""

from typing import Any

from backend.accounts import store as accounts
from backend.applications.moving import due_within
from backend.audit.trail import Deed, Reader, Reading, note_reading
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.profiles import corrections
from backend.profiles.facts import get_profile
from backend.profiles.paths import parse_path, read_path, section_of, source_of
from backend.profiles.showing import masked

ANSWER_DAYS = 5
WHY = "核实申请人提出的数据异议"
BASIS = "个人信息保护法第四十六条：个人发现信息不准确的，有权请求更正"


def dispute_value(house: House, citizen: str, *, path: str, should_be: str, note: str) -> Document:
    """Say that a value of one's profile is wrong, and what it should be.

    Raises ``invalid-request`` for a path that leads to no single value, ``conflict``, ``calendar-ended``.
    """
    value, source = _value_at(get_profile(house, citizen), path)
    dispute: Document = {
        "_id": house.new_id(),
        "citizen": citizen,
        "section": section_of(path),
        "path": path,
        "department": source["department"],
        "value": house.cipher.encrypt(str(value)),
        "should_be": house.cipher.encrypt(should_be),
        "note": house.cipher.encrypt(note),
        "state": "open",
        "due": due_within(house.clock.now(), ANSWER_DAYS),
        "reason": None,
        "answered_at": None,
        "answered_by": None,
        "created_at": house.clock.now(),
        "updated_at": house.clock.now(),
    }
    kept = commit(house, lambda unit: corrections.keep_dispute(house, unit, dict(dispute)))
    logger().info("correction.disputed", correction=kept["_id"], section=kept["section"])
    opened: Document = house.cipher.open(kept)
    return opened


def answer_dispute(house: House, reader: Reader, correction: str, *, accepted: bool, reason: str) -> Document:
    """The owner's answer. Raises ``not-found`` for another department's, ``conflict``."""
    found = corrections.find_dispute(house, correction, department=reader.department)
    changes = {
        "state": "accepted" if accepted else "refused",
        "reason": house.cipher.encrypt(reason),
        "answered_by": reader.id,
        "answered_at": house.clock.now(),
    }

    def record(unit: Unit) -> Document:
        answered = corrections.settle_dispute(house, unit, found, changes)
        if accepted:
            # The registry's own change comes by notice; this asks in case it was made before.
            unit.emit("facts.noticed", citizen=found["citizen"], departments=[found["department"]])
        return answered

    answered = commit(house, record)
    logger().info("correction.answered", correction=correction, state=answered["state"], staff=reader.id)
    opened: Document = house.cipher.open(answered)
    return opened


def read_dispute(house: House, reader: Reader, correction: str) -> dict[str, Any]:
    """A dispute for the owner's staff, written into the audit trail first. Raises ``not-found``."""
    found = corrections.find_dispute(house, correction, department=reader.department)
    details = {"correction": correction, "path": found["path"]}
    reading = Reading(Deed.READ_DISPUTE, whose=found["citizen"], why=WHY, basis=BASIS, details=details)
    note_reading(house, reader, reading)
    name = str(accounts.get_citizen(house, found["citizen"]).get("name") or "")
    key = found["path"].rpartition(".")[2]
    return view_row(found) | {
        "citizen": mask_name(name),
        "value": masked(found["value"], key),
        "should_be": found["should_be"],
        "note": found["note"],
        "reason": found["reason"],
    }


def view_row(dispute: Document) -> dict[str, Any]:
    """A line of what a department has to answer: nothing personal."""
    answered = dispute["answered_at"]
    return {
        "id": dispute["_id"],
        "section": dispute["section"],
        "path": dispute["path"],
        "state": dispute["state"],
        "due": dispute["due"].isoformat(),
        "answered_at": answered.isoformat() if answered else None,
        "created_at": dispute["created_at"].isoformat(),
    }


def _value_at(profile: Document, path: str) -> tuple[Any, dict[str, Any]]:
    try:
        parse_path(path)
    except ValueError as error:
        raise Problem("invalid-request", "看不懂是哪一项，请从“我的信息”里选。") from error
    value, source = read_path(profile, path), source_of(profile, path)
    if value is None or isinstance(value, (dict, list)) or source is None:
        raise Problem("invalid-request", "请选“我的信息”里具体的一项。")
    return value, source
