"""An application as its owner, or the assistant on the owner's behalf, sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.applications import bundle_view, form
from backend.applications.applicant import find_own
from backend.applications.applying import Ready, terms_of
from backend.applications.clocks import NO_CLOCKS
from backend.applications.filling import materials_of, next_step, promised_text
from backend.applications.sealing import open_values
from backend.applications.states import State, allowed_moves, label_of
from backend.applications.versions import matter_of
from backend.core.clock import CITY, city_date
from backend.core.guard import Audience
from backend.core.house import House
from backend.core.mongo import Document
from backend.delivery.sending import view as delivery_view
from backend.delivery.window import code_for
from backend.matters.catalogue import catalogue
from backend.matters.guides import period_text
from backend.matters.schema import Matter


def brief(document: Document) -> dict[str, Any]:
    """A row of a list: no personal values."""
    matter = catalogue().matters.get(document["matter"])
    state = State(document["state"])
    promised = document.get("promised") or {}
    return {
        "id": document["_id"],
        "number": document["number"],
        "matter": {"id": document["matter"], "name": matter.name if matter else document["matter"]},
        "state": state.value,
        "state_label": label_of(document),
        "department": _department(document["department"]),
        "channel": document["channel"],
        "promised_date": promised_text(promised),
        "promised_provisional": bool(promised.get("provisional")),
        "light": document.get("light", "green"),
        "organisation": document.get("organisation"),
        "bundle": document.get("bundle"),
        "by_agent": bool(document.get("agent")),
        "version": document["version"],
        "created_at": document["created_at"].isoformat(),
        "updated_at": document["updated_at"].isoformat(),
    }


def whole(
    house: House,
    document: Document,
    audience: Audience = Audience.CITIZEN,
    *,
    ready: Ready | None = None,
) -> dict[str, Any]:
    """Everything about one application. For the assistant personal values are masked and left out.

    ``ready`` is what its submission has just read of it.
    """
    matter = matter_of(house, document)
    if ready:
        filled, materials = ready.filled, ready.materials
    else:
        values = open_values(house, document)
        filled, materials = form.fill(matter, values), materials_of(house, document, matter, values)
    own = audience is Audience.CITIZEN
    correction = document.get("correction")
    return brief(document) | {
        "fields": [_field(one, own=own) for one in filled],
        "materials": [
            {
                "id": need.material.id,
                "name": need.material.name,
                "status": need.status,
                "licence": need.licence,
            }
            for need in materials
        ],
        "correction": _correction(correction) if correction else None,
        "terms": _terms(house, document, matter),
        "clocks": _clocks(document),
        "payment": _payment(document),
        "opinions": [
            {"department": _department(one["department"]), "opinion": one["opinion"]}
            for one in document.get("opinions", [])
        ],
        "delivery": delivery_view(document, code=code_for(house, document) if own else None),
        "parts": bundle_view.parts_view(house, document) if document.get("parts") else [],
        "results": document["results"],
        "timeline": timeline(document),
        "can": [
            move.value for move in allowed_moves(State(document["state"])) if move.value in CITIZENS_MOVES
        ],
    }


CITIZENS_MOVES = ("submit", "resubmit", "withdraw")


def view(
    house: House, citizen: str, application: str, audience: Audience = Audience.CITIZEN
) -> dict[str, Any]:
    """The whole view of a citizen's own application. Raises ``not-found``."""
    return whole(house, find_own(house, citizen, application), audience)


def next_view(house: House, citizen: str, application: str, lang: str = "zh") -> dict[str, Any]:
    """What comes next for a citizen's own application. Raises ``not-found``."""
    return shown_step(next_step(house, find_own(house, citizen, application), lang=lang))


def shown_step(step: dict[str, Any]) -> dict[str, Any]:
    """A next step as it goes out: the summary's sources are named as the application's own are."""
    if step["kind"] != "confirm":
        return step
    return step | {"summary": [row | {"source": _source(row["source"])} for row in step["summary"]]}


def field_view(house: House, document: Document, field: str, lang: str = "zh") -> dict[str, Any]:
    """One field of an application as it is asked."""
    found = matter_of(house, document).field(field)
    return form.question(found, lang) if found else {}


def without_personal_values(step: dict[str, Any]) -> dict[str, Any]:
    """A next step for the assistant: the summary's values are left to the gateway's cards."""
    if step["kind"] != "confirm":
        return step
    rows = [{"name": row["name"], "label": row["label"], "source": row["source"]} for row in step["summary"]]
    return step | {"summary": rows}


def field_names(house: House, document: Document, names: list[str], *, lang: str) -> list[dict[str, Any]]:
    """Fields as they are called: ``[{name, label}]``."""
    matter = matter_of(house, document)
    found = [field for name in names if (field := matter.field(name)) is not None]
    return [{"name": one.name, "label": (lang == "en" and one.label_en) or one.label} for one in found]


def timeline(document: Document) -> list[dict[str, Any]]:
    """The timeline, oldest first."""
    return [timeline_line(line) for line in document["timeline"]]


def timeline_line(line: Document) -> dict[str, Any]:
    """A line of the timeline as it is read."""
    return line | {"at": line["at"].isoformat()}


def latest(house: House, citizen: str, application: str) -> Document:
    """The stored document of a citizen's own application. Raises ``not-found``."""
    return find_own(house, citizen, application)


def _field(one: form.Filled, *, own: bool) -> dict[str, Any]:
    hidden = form.is_personal(one.field) and not own
    return {
        "name": one.field.name,
        "label": one.field.label,
        "label_en": one.field.label_en,
        "aliases": one.field.aliases,
        "type": one.field.type.value,
        "value": None if hidden else one.value,
        "display": one.shown if own else one.masked,
        "source": _source(one.source),
        "status": one.status.value,
        "required": one.field.required,
        "editable": one.field.may_be_edited or one.status is form.Status.MISSING,
    }


def _source(source: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not source:
        return None
    as_of = source.get("as_of")
    return {
        "department": _department(source["department"])["name"],
        "as_of": as_of.astimezone(CITY).isoformat() if as_of else None,
    }


def _terms(house: House, document: Document, matter: Matter) -> dict[str, Any]:
    """What holds under these answers, in words."""
    terms = terms_of(house, document, matter)
    return {
        "promised": period_text(terms.promised),
        "fee": terms.fee,
        "result": terms.result,
        "visits": terms.visits,
        "notes": list(terms.notes),
    }


def _clocks(document: Document) -> dict[str, Any]:
    """The clocks that a citizen reads: days by which something is due, and why one stands still."""
    clocks = NO_CLOCKS | (document.get("clocks") or {})
    tolerance, suspension, extension = (clocks[name] for name in ("tolerance", "suspension", "extension"))
    return {
        "acceptance": _day(clocks["acceptance"]),
        "statutory": _day(clocks["statutory"]),
        "correction": _day(clocks["correction"]),
        "delivery": _day(clocks["delivery"]),
        "tolerance": tolerance and {"due": _day(tolerance["due"]), "materials": tolerance["materials"]},
        "suspension": suspension
        and {
            "since": _day(suspension["since"]),
            "kind": suspension["kind"],
            "reason": suspension["reason"],
            "expected": _day(suspension["expected"]),
        },
        "extension": extension
        and {"amount": extension["amount"], "unit": extension["unit"], "reason": extension["reason"]},
    }


def _payment(document: Document) -> dict[str, Any] | None:
    payment = document.get("payment")
    return {"state": payment["state"], "amount": payment["amount"]} if payment else None


def _day(moment: datetime | None) -> str | None:
    return city_date(moment).isoformat() if moment else None


def _correction(correction: Document) -> dict[str, Any]:
    due = correction.get("due")
    return {"items": correction["items"], "due": due.isoformat() if due else None}


def _department(department: str) -> dict[str, str]:
    found = catalogue().departments.get(department)
    return {"id": department, "name": found.name if found else department}
