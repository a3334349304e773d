"""A profile as its owner sees it: masked, with source and time."""

from datetime import datetime
from typing import Any

from backend.core.clock import city_date
from backend.core.crypto import PERSONAL_KEYS
from backend.core.house import House
from backend.core.masking import mask
from backend.matters.catalogue import catalogue
from backend.profiles.facts import get_profile

KINDS = {
    "identity_number": "identity-number",
    "phone": "phone",
    "number": "licence-number",
    "account": "bank-account",
    "plate": "plate",
    "address": "address",
    "birth_certificate": "bank-account",
    "name": "name",
}


def shown_profile(house: House, citizen: str) -> list[dict[str, Any]]:
    """Each section: ``{section, value, department, as_of}``."""
    profile = get_profile(house, citizen)
    departments = catalogue().departments
    rows = []
    for section, source in sorted(profile.get("sources", {}).items()):
        if section not in profile:
            continue
        department = departments.get(source["department"])
        rows.append(
            {
                "section": section,
                "value": masked(profile[section], personal_names=section in ("population", "children")),
                "department": department.name if department else source["department"],
                "as_of": source["as_of"].isoformat(),
            }
        )
    return rows


def masked(value: Any, key: str = "", *, personal_names: bool = False) -> Any:
    """A JSON-like copy with personal values masked and dates as ISO days of the city."""
    if isinstance(value, dict):
        return {
            name: masked(item, name, personal_names=personal_names)
            for name, item in value.items()
            if name != "as_of"
        }
    if isinstance(value, list):
        return [masked(item, key, personal_names=personal_names) for item in value]
    if isinstance(value, datetime):
        return city_date(value).isoformat()
    if value is not None and (key in PERSONAL_KEYS or (key == "name" and personal_names)):
        return mask(KINDS[key], value)
    return value
