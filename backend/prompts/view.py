"""Prompts as the API tells them."""

from datetime import datetime
from typing import Any

from backend.applications.applying import promised_text
from backend.applications.states import State
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.prompts import store
from backend.prompts.rules import PromptState


def view_prompt(prompt: Document) -> dict[str, Any]:
    """A prompt as the API tells it."""
    known = catalogue()
    matter = known.matters.get(prompt["matter"])
    return {
        "id": prompt["_id"],
        "matter": {"id": prompt["matter"], "name": matter.name if matter else prompt["matter"]},
        **{key: prompt[key] for key in ("level", "topic", "title", "title_en", "text", "text_en")},
        **{key: prompt[key] for key in ("because", "because_en", "state", "application", "correction")},
        "evidence": [_view_evidence(one) for one in prompt["evidence"]],
        "circumstances": _view_circumstances(matter),
        "shown_at": prompt["shown_at"].isoformat() if prompt["shown_at"] else None,
        "created_at": prompt["created_at"].isoformat(),
    }


def read_prompt(house: House, citizen: str, prompt: str) -> dict[str, Any]:
    """One prompt of a citizen. Raises ``not-found`` for another's as for none."""
    return view_prompt(store.find_own(house, citizen, prompt))


def outcome(prompt: Document, application: Document | None = None) -> dict[str, Any]:
    """What an answer led to, as the API tells it."""
    told: dict[str, Any] = {"state": prompt["state"]}
    if application is not None:
        told["application"] = {
            "id": application["_id"],
            "number": application["number"],
            "filed": application["state"] != State.DRAFT,
            "promised_date": promised_text(application.get("promised") or {}),
        }
    if prompt["state"] == PromptState.LATER and prompt["show_at"]:
        told["until"] = prompt["show_at"].isoformat()
    if prompt["correction"]:
        told["correction"] = prompt["correction"]
    return told


def _view_circumstances(matter: Matter | None) -> list[dict[str, Any]]:
    rule = matter.prompt if matter else None
    return [one.model_dump() for one in rule.circumstances] if rule else []


def _view_evidence(evidence: Document) -> dict[str, Any]:
    department = catalogue().departments.get(evidence["department"])
    as_of = evidence["as_of"]
    return {
        "label": evidence["label"],
        "value": evidence["value"],
        "department": department.name if department else evidence["department"],
        "as_of": city_date(as_of).isoformat() if isinstance(as_of, datetime) else as_of,
    }
