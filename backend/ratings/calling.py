"""Reaching who rated badly: a name, masked, and a number, for whoever calls back; written down first."""

from typing import Any

from backend.accounts import store as accounts
from backend.audit.trail import Deed, Reader, Reading, note_reading
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.masking import mask_name
from backend.profiles.facts import get_profile
from backend.ratings.rating import to_follow_up

WHY = "回访差评"


def contact_details(house: House, reader: Reader, rating: str, *, reason: str) -> dict[str, Any]:
    """Whom to call, while the follow-up is open; never for who handled the case.

    ``{name, phone, audit}``. Raises ``not-found``, ``same-person``, ``move-not-allowed``.
    """
    found = to_follow_up(house, reader.id, reader.department, rating)
    reading = Reading(
        Deed.READ_CONTACT, whose=found["citizen"], why=f"{WHY}：{reason}", details={"rating": rating}
    )
    entry = note_reading(house, reader, reading)
    citizen = accounts.get_citizen(house, found["citizen"])
    population = get_profile(house, found["citizen"]).get("population") or {}
    phone = citizen.get("phone") or population.get("phone")
    if not phone:
        raise Problem("not-found", "没有这位申请人的电话，请在评价的渠道上回访。")
    name = str(citizen.get("name") or population.get("name") or "")
    return {"name": mask_name(name) if name else None, "phone": str(phone), "audit": entry}
