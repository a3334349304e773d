"""What a message's placeholders stand for, and what makes two tellings the same."""

from collections.abc import Mapping
from typing import Any

from backend.applications.states import State
from backend.core.clock import city_date
from backend.matters.catalogue import Catalogue

# A state that an application may reach again is told each time, any other one once.
RECURRING = frozenset({State.CORRECTION.value})


def change_key(change: Mapping[str, Any]) -> str:
    """What makes two tellings of a change the same one.

    >>> change_key({"application": "a", "state": "accepted", "version": 7})
    'application:a:accepted'
    """
    key = f"application:{change['application']}:{change['state']}"
    return f"{key}:{change['version']}" if change["state"] in RECURRING else key


def describe(application: Mapping[str, Any], state: str, known: Catalogue) -> dict[str, str]:
    """What the placeholders of a message stand for."""
    matter = known.matters.get(application["matter"])
    department = known.departments.get(application["department"])
    promised = application.get("promised") or {}
    lines = [line["text"] for line in application["timeline"] if line["state"] == state]
    return {
        "matter": matter.name if matter else application["matter"],
        "matter_en": matter.name_en if matter else application["matter"],
        "licence": matter.result.name if matter else "证照",
        "number": application["number"] or "",
        "department": department.name if department else application["department"],
        "department_en": department.name_en if department else application["department"],
        "phone": department.phone if department else "12345",
        "promised": city_date(promised["due"]).isoformat() if promised.get("due") else "—",
        "reason": lines[-1].rstrip("。.；; ") if lines else "",
    }
