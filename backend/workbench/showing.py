"""A case as staff see it: in full in the hand of who works on it, masked for every colleague."""

from typing import Any

from backend.applications import form
from backend.applications.applicant import name_applicant
from backend.applications.filling import materials_of
from backend.applications.sealing import open_values
from backend.applications.values import display
from backend.applications.versions import matter_of
from backend.applications.view import brief, timeline
from backend.audit.trail import Deed, Reading, note_reading
from backend.core.house import House
from backend.core.masking import mask_identity, mask_name, mask_phone
from backend.core.mongo import Document
from backend.delivery.sending import view as delivery_view
from backend.matters.schema import Matter
from backend.workbench import case_store, store
from backend.workbench.acting import allowed_actions
from backend.workbench.notices import notice_choices
from backend.workbench.officer import Officer, holds, reader_of


def row(case: Document) -> dict[str, Any]:
    """A line of the queue: nothing personal."""
    handling = case.get("handling") or {}
    claimed = handling.get("claimed_at")
    return brief(case) | {
        "light": case.get("light", "green"),
        "handler": handling.get("handler"),
        "claimed_at": claimed.isoformat() if claimed else None,
        "automatic": handling.get("automatic"),
    }


def show_case(house: House, officer: Officer, case: Document) -> dict[str, Any]:
    """Everything about a case. In full only for who holds it, and that is written down first."""
    own, matter = holds(officer, case), matter_of(house, case)
    if own:
        note_reading(
            house, reader_of(house, officer), reading_of(case, Deed.READ_CASE, f"办理“{matter.name}”")
        )
    values = open_values(house, case)
    handling = case.get("handling") or {}
    return row(case) | {
        "in_hand": own,
        "applicant": _applicant(house, case, own=own),
        "fields": [_field(one, own=own) for one in form.fill(matter, values)],
        "materials": _materials(house, case, matter, values),
        "handling": {
            "by": handling.get("by"),
            "handler": named(house, handling.get("handler")),
            "receiver": named(house, handling.get("receiver")),
            "notices": handling.get("notices", 0),
            "opinions_open": handling.get("opinions_open", 0),
            "automatic": handling.get("automatic"),
        },
        "clocks": _clocks(case),
        "correction": _correction(case),
        "delivery": delivery_view(case),
        "opinions": [view_opinion(house, one) for one in case_store.opinions_of(house, case["_id"])],
        "timeline": timeline(case),
        "may_notice": notice_choices(matter),
        "can": allowed_actions(officer, case, matter),
    }


def reading_of(case: Document, deed: Deed, why: str, **details: Any) -> Reading:
    """A reading of this case's applicant, as the audit trail keeps it."""
    return Reading(
        deed, whose=case["citizen"], why=why, application=case["_id"], number=case["number"], details=details
    )


def view_opinion(house: House, opinion: Document) -> dict[str, Any]:
    """An opinion asked of another department."""
    answered = opinion["answered_at"]
    return {
        "id": opinion["_id"],
        "case": opinion["case"],
        "number": opinion["number"],
        "matter": opinion["matter"],
        "asked_by": opinion["asked_by"],
        "department": opinion["department"],
        "question": house.cipher.open(opinion["question"]),
        "due": opinion["due"].isoformat(),
        "state": opinion["state"],
        "opinion": opinion["opinion"],
        "text": house.cipher.open(opinion["text"]),
        "answered_at": answered.isoformat() if answered else None,
    }


def view_line(house: House, line: Document) -> dict[str, Any]:
    """A line of the trail."""
    return {
        "at": line["at"].isoformat(),
        "by": named(house, line["by"].removeprefix("staff:")) or {"id": line["by"], "name": line["by"]},
        "what": line["what"],
        "text": house.cipher.open(line["text"]) or "",
        "details": line["details"],
    }


def _applicant(house: House, case: Document, *, own: bool) -> dict[str, Any]:
    known = name_applicant(house, case)
    name, phone, number = (str(known.get(key) or "") for key in ("name", "phone", "identity_number"))
    firm = bool(case.get("organisation"))
    return {
        "kind": "organisation" if firm else "person",
        "name": name if own or firm else mask_name(name),
        "phone": phone if own else mask_phone(phone),
        # What the form needs of the number stands in the form.
        "identity_number": number if firm else mask_identity(number),
        "represented": bool(case.get("agent")),
    }


def _field(one: form.Filled, *, own: bool) -> dict[str, Any]:
    full = display(one.field, one.value) if one.status is not form.Status.OFF else ""
    return {
        "name": one.field.name,
        "label": one.field.label,
        "type": one.field.type.value,
        "display": full if own or not form.is_personal(one.field) else one.masked,
        "source": (one.source or {}).get("department"),
        "status": one.status.value,
    }


def _materials(house: House, case: Document, matter: Matter, values: Document) -> list[dict[str, Any]]:
    files = {one["material"]: one for one in case["uploads"]}
    return [
        {
            "id": need.material.id,
            "name": need.material.name,
            "necessity": need.material.necessity,
            "standard": need.material.standard or need.material.note,
            "status": need.status,
            "licence": need.licence,
            "file": _file(files.get(need.material.id)),
        }
        for need in materials_of(house, case, matter, values)
    ]


def _file(upload: Document | None) -> dict[str, Any] | None:
    if upload is None:
        return None
    return {key: upload[key] for key in ("size", "type", "sha256")} | {"at": upload["at"].isoformat()}


def _clocks(case: Document) -> dict[str, Any]:
    return {name: _plain(value) for name, value in (case.get("clocks") or {}).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def _correction(case: Document) -> dict[str, Any] | None:
    found = case.get("correction")
    return {"items": found["items"], "due": _plain(found.get("due"))} if found else None


def named(house: House, staff: str | None) -> dict[str, str] | None:
    """A colleague by id: ``{id, name}``."""
    account = store.get_staff(house, staff) if staff else None
    return {"id": account["_id"], "name": account["display"]} if account else None
