"""What a message's placeholders stand for, and what makes two tellings the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.applications.states import State
from backend.core.clock import city_date
from backend.matters.catalogue import Catalogue
from backend.matters.schema import Matter

# A state that an application may reach again is told each time, any other one once.
RECURRING = frozenset({State.CORRECTION.value, State.SUSPENDED.value})


def change_key(change: Mapping[str, Any]) -> str:
    """What makes two tellings of a change the same one.

    >>> change_key({"application": "a", "state": "accepted", "version": 7})
    'application:a:accepted'
    """
    key = f"application:{change['application']}:{change['state']}"
    return f"{key}:{change['version']}" if change["state"] in RECURRING else key


def text_for(application: Mapping[str, Any], state: str) -> str:
    """Which text a state is told by: an acceptance may be by law, or with papers to follow."""
    if state == State.SUBMITTED and (application.get("payment") or {}).get("state") == "due":
        return "payment-due"
    if state != State.ACCEPTED:
        return state
    if (application.get("clocks") or {}).get("tolerance"):
        return "accepted-later"
    lines = [line for line in application["timeline"] if line["state"] == state]
    return "accepted-by-law" if lines and lines[-1].get("by") == "clock" else state


def describe(application: Mapping[str, Any], state: str, known: Catalogue) -> dict[str, str]:
    """What the placeholders of a message stand for."""
    matter = known.matters.get(application["matter"])
    department = known.departments.get(application["department"])
    promised = application.get("promised") or {}
    clocks = application.get("clocks") or {}
    lines = [line["text"] for line in application["timeline"] if line["state"] == state]
    return {
        "matter": matter.name if matter else application["matter"],
        "matter_en": matter.name_en if matter else application["matter"],
        "licence": matter.result.name if matter else "证照",
        "number": application["number"] or "",
        "department": department.name if department else application["department"],
        "department_en": department.name_en if department else application["department"],
        "phone": department.phone if department else "12345",
        "promised": _day(promised.get("due")),
        "due": _day(_due_of(clocks)),
        "materials": _materials(matter, clocks),
        "extended_by": "{amount} 个{unit}".format(**clocks["extension"]) if clocks.get("extension") else "",
        "reason": as_clause(lines[-1]) if lines else "",
        "amount": (application.get("payment") or {}).get("amount", ""),
        "parcel": (application.get("delivery") or {}).get("number") or "",
        # A code is put in by whoever may tell it; it can be read in the application, for as long as one may.
        "code": "打开办件就能看到",
        "code_en": "shown in the application",
        "place": (application.get("delivery") or {}).get("place") or "窗口领取",
        "place_en": (application.get("delivery") or {}).get("place_en") or "at the counter",
        "part": "",
    }


def as_clause(text: str) -> str:
    """A reason to be set into a sentence: without its own full stop.

    >>> as_clause("体检不合格。")
    '体检不合格'
    """
    return text.rstrip("。.；; ")


def _due_of(clocks: Mapping[str, Any]) -> datetime | None:
    """By when the applicant has to act."""
    tolerance = clocks.get("tolerance") or {}
    due: datetime | None = clocks.get("correction") or tolerance.get("due")
    return due


def _materials(matter: Matter | None, clocks: Mapping[str, Any]) -> str:
    names = {one.id: one.name for one in matter.materials} if matter else {}
    wanted = (clocks.get("tolerance") or {}).get("materials", [])
    return "、".join(names.get(one, one) for one in wanted)


def _day(moment: datetime | None) -> str:
    return city_date(moment).isoformat() if moment else "—"
