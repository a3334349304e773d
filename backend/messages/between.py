"""Telling people of what passes between them: delegations, and their places in organisations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.accounts import store as accounts
from backend.applications import store as applications
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.delegations.giving import EVERY_MATTER
from backend.delegations.organisations import LABELS
from backend.delegations.store import DELEGATIONS, MEMBERSHIPS
from backend.matters.catalogue import catalogue
from backend.messages import store
from backend.messages.telling import tell
from backend.messages.texts import load_texts
from backend.messages.wording import describe

ROLES_EN = {
    "legal-representative": "legal representative",
    "administrator": "administrator",
    "handler": "handler",
}
MOST_NAMED = 3


def tell_delegation(house: House, happened: dict[str, Any], event: str) -> str | None:
    """Tell one side of a delegation what became of it; ``event`` is asked, confirmed, declined or revoked."""
    found = house.db[DELEGATIONS].find_one({"_id": happened["delegation"]})
    name = _delegation_text(found, happened["citizen"], event) if found else None
    if found is None or name is None:
        return None
    key = f"delegation:{found['_id']}:{event}:{happened['citizen']}"
    words = load_texts()["delegation"][name].fill(_delegation_values(found))
    return tell(house, happened["citizen"], key, "delegation", words)


def tell_use(house: House, used: dict[str, Any]) -> str | None:
    """Tell a principal that somebody submitted an application for them."""
    found = house.db[DELEGATIONS].find_one({"_id": used["delegation"]})
    application = applications.find_any(house, used["application"])
    key = f"delegation:{used['delegation']}:used:{used['application']}"
    if found is None or application is None or store.was_told(house, key):
        return None
    values = describe(application, application["state"], catalogue()) | _delegation_values(found)
    words = load_texts()["delegation"]["used"].fill(values)
    return tell(house, used["citizen"], key, "delegation", words, application=used["application"])


def tell_membership(house: House, happened: dict[str, Any], event: str) -> str | None:
    """Tell of an appointment: the member, and whoever appointed them."""
    found = house.db[MEMBERSHIPS].find_one({"_id": happened["membership"]})
    if found is None:
        return None
    organisation = accounts.get_citizen(house, found["organisation"])
    values = {
        "organisation": organisation["name"],
        "person": mask_name(found["name"]) if found["name"] else "对方",
        "role": LABELS[found["role"]],
        "role_en": ROLES_EN[found["role"]],
        "matters": _matters(found["matters"]),
        "until": _day(found["until"]),
    }
    to_member, to_other = MEMBERSHIP_TEXTS[event]
    told = None
    for citizen, name in ((found["citizen"], to_member), (found["appointed_by"], to_other)):
        if name and citizen and citizen != "register":
            key = f"membership:{found['_id']}:{event}:{citizen}"
            words = load_texts()["membership"][name].fill(values)
            told = tell(house, citizen, key, "organisation", words) or told
    return told


# What the member reads, and what whoever appointed them reads.
MEMBERSHIP_TEXTS: dict[str, tuple[str, str | None]] = {
    "invited": ("invited", None),
    "accepted": ("joined", "accepted"),
    "ended": ("ended", "left"),
}


def _delegation_text(delegation: Document, citizen: str, event: str) -> str | None:
    """The text for one side; None when this side knows already, having done it."""
    principal = delegation["principal"] == citizen
    asked = delegation[delegation["asked_by"]] == citizen
    if event == "asked":
        return None if asked else "offered" if delegation["asked_by"] == "principal" else "asked"
    if event == "confirmed":
        return "given" if principal else "held"
    if event == "declined":
        return "declined" if asked else None
    return event


def _delegation_values(delegation: Document) -> dict[str, str]:
    left = delegation["uses_left"]
    return {
        "principal": _name(delegation, "principal"),
        "agent": _name(delegation, "agent"),
        "matters": _matters(delegation["matters"]),
        "until": _day(delegation["until"]),
        "left": "" if left is None else f"这份授权还能用 {left} 次。",
        "left_en": "" if left is None else f"It may be used {left} more times. ",
    }


def _name(delegation: Document, side: str) -> str:
    name = delegation[f"{side}_name"]
    return mask_name(name) if name else "对方"


def _matters(matters: Sequence[str]) -> str:
    if EVERY_MATTER in matters:
        return "所有事项"
    known = catalogue().matters
    names = [f"“{known[one].name}”" for one in matters if one in known]
    return "、".join(names[:MOST_NAMED]) + ("等" if len(names) > MOST_NAMED else "")


def _day(moment: datetime) -> str:
    return city_date(moment).isoformat()
