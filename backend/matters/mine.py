"""What a matter would be for one citizen today: conditions, papers, what is known, cost and dates."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.accounts import store as accounts
from backend.applications import form, store
from backend.applications.clock import deadline
from backend.applications.promise import plain_values, terms_for
from backend.applications.states import CLOSED, LABELS, State
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.schemas import PageQuery
from backend.matters.catalogue import catalogue
from backend.matters.datewords import resolve
from backend.matters.schema import Matter
from backend.matters.telling import period_text
from backend.matters.terms import Period
from backend.profiles import facts

Holds = Callable[[dict[str, Any]], bool]


def look_at(house: House, citizen: str, matter: Matter, lang: str = "zh") -> dict[str, Any]:
    """The guide applied to a citizen's own facts; it holds no value of anything, and changes nothing."""
    now = house.clock.now()
    holds = _asker(house, citizen, now)
    profile = facts.get_profile(house, citizen)
    values = form.prefill(matter, profile, now)
    terms = terms_for(matter, plain_values(values), holds)
    conditions = _conditions(matter, holds)
    assurance = accounts.get_citizen(house, citizen)["assurance"]
    fits = "natural-person" in matter.audience
    ready = fits and assurance >= matter.requires.assurance
    return {
        "id": matter.id,
        "name": (lang == "en" and matter.name_en) or matter.name,
        "for_me": fits,
        "assurance": {"needed": matter.requires.assurance, "mine": assurance},
        "eligible": ready and all(one["met"] for one in conditions),
        "conditions": conditions,
        "materials": [_material(one) for one in form.needed_materials(matter, values, profile, [])],
        **_fields(matter, values, lang),
        "fee": {"amount": terms.fee, "usual": matter.fee.amount},
        "visits": terms.visits,
        "notes": list(terms.notes),
        "promised": _due(now, terms.promised, lang),
        "acceptance": _due(now, matter.clocks.acceptance, lang),
        "parts": [_part(part.matter, holds) for part in matter.parts],
        "open": _open(house, citizen, matter),
    }


def _asker(house: House, citizen: str, now: datetime) -> Holds:
    today = city_date(now)
    return lambda where: facts.matches(house, citizen, resolve(where, today=today))


def _conditions(matter: Matter, holds: Holds) -> list[dict[str, Any]]:
    told = []
    for condition in matter.accept_when:
        met = holds(condition.filter)
        told.append({"text": condition.text, "met": met, "otherwise": None if met else condition.otherwise})
    return told


def _material(need: form.Needed) -> dict[str, Any]:
    material = need.material
    return {
        "id": material.id,
        "name": material.name,
        "status": need.status,
        "licence": material.licence if need.status == "exempt" else None,
        "note": material.note,
    }


def _fields(matter: Matter, values: dict[str, dict[str, Any]], lang: str) -> dict[str, Any]:
    """What departments know already, and from whom; and what would be asked."""
    known, asked = [], []
    for one in form.fill(matter, values):
        label = (lang == "en" and one.field.label_en) or one.field.label
        line: dict[str, Any] = {"name": one.field.name, "label": label}
        if one.status is form.Status.KNOWN:
            known.append(line | {"source": _source(one.source, lang)})
        elif one.status is form.Status.MISSING and one.field.may_be_edited:
            asked.append(line | {"required": one.field.required})
    return {"known": known, "asked": asked}


def _source(source: Any, lang: str) -> dict[str, Any] | None:
    if not source or source.get("department") not in catalogue().departments:
        return None
    department = catalogue().department(source["department"])
    return {
        "department": (lang == "en" and department.name_en) or department.name,
        "as_of": source["as_of"].isoformat() if source.get("as_of") else None,
    }


def _due(now: datetime, period: Period, lang: str) -> dict[str, Any]:
    """A clock that starts now. Raises CalendarEnded past the holidays entered."""
    found = deadline(now, period)
    day = city_date(found.due).isoformat()
    return {"text": period_text(period, lang), "date": day, "provisional": found.provisional}


def _part(matter_id: str, holds: Holds) -> dict[str, Any]:
    """A part of a bundle: whether it can begin today, and why not."""
    matter = catalogue().get(matter_id)
    obstacles = [one.otherwise for one in matter.accept_when if not holds(one.filter)]
    return {
        "id": matter.id,
        "name": matter.name,
        "eligible": not obstacles,
        "otherwise": obstacles[0] if obstacles else None,
    }


def _open(house: House, citizen: str, matter: Matter) -> Document | None:
    """The newest application of this matter that is not closed."""
    running = {"$nin": [state.value for state in CLOSED]}
    page = store.list_own(house, citizen, PageQuery(limit=1), matter=matter.id, state=running)
    if not page.items:
        return None
    found = page.items[0]
    return {"id": found["_id"], "state": found["state"], "state_label": LABELS[State(found["state"])]}
