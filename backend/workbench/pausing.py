"""The switch of 秒批: a department's supervisor sends a matter's cases to people again, and says why."""

from typing import Any

from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.mongo import Document, declare
from backend.matters.catalogue import catalogue

PAUSES = declare("automatic_pauses")


def pause(house: House, staff: str, department: str, matter: str, *, reason: str) -> Document:
    """Data alone decide no case of a matter any more. Raises ``not-found``, ``invalid-request``."""
    _of_department(department, matter)
    if not reason.strip():
        raise Problem("invalid-request", "请写明暂停的原因。")

    def keep(unit: Unit) -> Document:
        row = {"_id": matter, "department": department, "by": staff, "reason": reason, "at": unit.now}
        house.db[PAUSES].replace_one({"_id": matter}, row, upsert=True, session=unit.session)
        unit.emit("automatic.paused", matter=matter, department=department)
        return row

    return commit(house, keep)


def resume(house: House, department: str, matter: str) -> None:
    """Data decide again. Raises ``not-found``."""
    _of_department(department, matter)
    house.db[PAUSES].delete_one({"_id": matter, "department": department})


def paused_because(house: House, matter: str) -> str | None:
    """Why people decide a matter for now; None while data may."""
    found = house.db[PAUSES].find_one({"_id": matter})
    return found["reason"] if found else None


def list_automatic(house: House, department: str) -> list[dict[str, Any]]:
    """A department's matters that data may decide: ``{matter, name, grounds, paused, reason}``."""
    pauses = {row["_id"]: row for row in house.db[PAUSES].find({"department": department}).limit(500)}
    return [
        {
            "matter": matter.id,
            "name": matter.name,
            "grounds": [ground.text for ground in matter.handling.automatic],
            "paused": matter.id in pauses,
            "reason": pauses[matter.id]["reason"] if matter.id in pauses else None,
        }
        for matter in catalogue().all()
        if matter.department == department and matter.handling.automatic
    ]


def _of_department(department: str, matter: str) -> None:
    found = catalogue().matters.get(matter)
    if found is None or found.department != department or not found.handling.automatic:
        raise not_found("秒批事项")
