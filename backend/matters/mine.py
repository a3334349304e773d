"""What a matter would be for somebody today: conditions, papers, what is known, cost and dates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.accounts import store as accounts
from backend.applications import applicant, form
from backend.applications.clock import deadline
from backend.applications.conditions import Tried, failing, try_conditions
from backend.applications.promise import Terms, plain_values, terms_for
from backend.applications.states import CLOSED, LABELS, State
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.schemas import PageQuery
from backend.delegations import principals
from backend.delegations.principals import Right
from backend.matters.catalogue import catalogue
from backend.matters.languages import spoken
from backend.matters.schema import Matter
from backend.matters.telling import period_text, said
from backend.matters.terms import Period
from backend.sharing.using import Asked, Door

# The parts of the guide that stand in the answer.
SHOWN = ("name", "conditions", "materials", "form", "situations", "fee", "parts")


def look_at(
    house: House, citizen: str, matter: Matter, lang: str = "zh", *, principal: str | None = None
) -> dict[str, Any]:
    """The guide applied to the facts of a citizen, or of a principal they may act for.

    It holds no value of anything, and changes nothing. What the matter may not read counts as not known:
    such a condition has ``met`` None, and so has ``eligible`` while nothing known is against it.
    Raises ``not-found`` for a stranger, ``not-allowed`` when the right does not reach the matter.
    """
    right = principals.right_to_act(house, citizen, principal or citizen, matter)
    draft = _as_drafted(right)
    parts = [catalogue().get(part.matter) for part in matter.parts]
    door = Door(house, right.principal, [matter, *parts])
    now = house.clock.now()
    readable = door.let_through(applicant.profile_of(house, draft), matter)
    values = form.prefill(matter, readable, now)
    own, *others = try_conditions(door, [matter, *parts])
    terms = _terms(door, matter, values)
    papers = form.needed_materials(matter, values, applicant.usable_profile(readable, draft), [])
    acting = accounts.get_citizen(house, citizen)
    subject = acting if right.right is Right.SELF else accounts.get_citizen(house, right.principal)
    assurance = acting["assurance"]
    fits = ("organisation" if subject.get("kind") == "organisation" else "natural-person") in matter.audience
    ready = fits and assurance >= matter.requires.assurance
    return {
        "id": matter.id,
        "name": (lang == "en" and matter.name_en) or matter.name,
        "for": {"id": right.principal, "right": right.right.value},
        "for_me": fits,
        "assurance": {"needed": matter.requires.assurance, "mine": assurance},
        "eligible": ready and _all_met(own),
        "conditions": [_condition(one, lang) for one in own],
        "materials": [_material(one) for one in papers],
        **_fields(matter, values, lang),
        "fee": {"amount": terms.fee, "usual": matter.fee.amount},
        "visits": terms.visits,
        "notes": list(terms.notes),
        "promised": _due(now, terms.promised, lang),
        "acceptance": _due(now, matter.clocks.acceptance, lang),
        "parts": [_part(one, tried, lang) for one, tried in zip(parts, others, strict=True)],
        "open": _open(house, citizen, right.principal, matter),
        **spoken(matter, lang, among=SHOWN),
    }


def _as_drafted(right: principals.Authority) -> Document:
    """An application's document as far as it says whose it is and who acts."""
    member = right.right is Right.MEMBERSHIP
    return {
        "citizen": right.principal,
        "agent": right.document(),
        "organisation": right.principal if member else None,
    }


def _terms(door: Door, matter: Matter, values: Document) -> Terms:
    asked = [one.filter for one in matter.fee.reductions if one.filter is not None]
    answers = door.answers([Asked(matter, one) for one in asked])
    return terms_for(matter, plain_values(values), lambda where: answers[asked.index(where)] is True)


def _all_met(tried: Sequence[Tried]) -> bool | None:
    if failing(tried):
        return False
    return True if all(one.met for one in tried) else None


def _condition(tried: Tried, lang: str) -> dict[str, Any]:
    condition, met = tried.condition, tried.met
    return {
        "text": condition.text,
        "met": met,
        "otherwise": condition.otherwise if met is False else None,
        "note": said("not_known", lang) if met is None else "",
    }


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


def _part(matter: Matter, tried: Sequence[Tried], lang: str) -> dict[str, Any]:
    """A part of a bundle: whether it can begin today, and why not."""
    return {
        "id": matter.id,
        "name": (lang == "en" and matter.name_en) or matter.name,
        "eligible": _all_met(tried),
        "otherwise": next(iter(failing(tried)), None),
    }


def _open(house: House, citizen: str, principal: str, matter: Matter) -> Document | None:
    """The principal's newest application of this matter that is not closed and that the citizen may see."""
    where = {"matter": matter.id, "citizen": principal, "state": {"$nin": [state.value for state in CLOSED]}}
    page = applicant.list_own(house, citizen, PageQuery(limit=1), **where)
    if not page.items:
        return None
    found = page.items[0]
    return {"id": found["_id"], "state": found["state"], "state_label": LABELS[State(found["state"])]}
