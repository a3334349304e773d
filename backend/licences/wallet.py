"""A citizen's e-licences, read from the profile that departments keep current."""

from typing import Any

from backend.core.clock import city_date
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.profiles.facts import get_profile
from backend.profiles.showing import masked


def list_licences(house: House, citizen: str) -> list[dict[str, Any]]:
    """Every licence, valid ones first, newest first."""
    return [shown(one) for one in get_profile(house, citizen).get("licences", [])]


def get_licence(house: House, citizen: str, licence: str) -> dict[str, Any]:
    """One licence. Raises ``not-found``."""
    for one in get_profile(house, citizen).get("licences", []):
        if one["id"] == licence:
            return shown(one)
    raise not_found("证照")


def shown(licence: Document) -> dict[str, Any]:
    """A licence as its owner sees it in a list: number masked, dates as ISO days."""
    department = catalogue().departments.get(licence["department"])
    issued, expires = licence.get("issued"), licence.get("expires")
    return {
        "id": licence["id"],
        "type": licence["type"],
        "name": licence.get("name", licence["type"]),
        "number": masked(licence.get("number"), "number"),
        "status": licence.get("status", "valid"),
        "issuer": licence.get("issuer") or (department.name if department else licence["department"]),
        "issued": city_date(issued).isoformat() if issued else None,
        "expires": city_date(expires).isoformat() if expires else None,
        "data": masked(licence.get("data", {}), personal_names=True),
    }
