"""A matter as people and apps read it: everything here is derived from its file."""

import re
from functools import lru_cache
from typing import Any

from backend.matters.catalogue import catalogue
from backend.matters.fields import FormField
from backend.matters.languages import spoken
from backend.matters.picture import Box, draw
from backend.matters.schema import Matter, Part
from backend.matters.telling import (
    change_told,
    clocks_told,
    delivery_told,
    handling_told,
    period_text,
    remedies_told,
    said,
    special_told,
    tolerance_told,
    visits_told,
)

__all__ = ["guide", "period_text", "picture", "row"]


def row(matter: Matter, lang: str = "zh") -> dict[str, Any]:
    """A line of the search."""
    return {
        "id": matter.id,
        "name": (lang == "en" and matter.name_en) or matter.name,
        "name_zh": matter.name,
        "name_en": matter.name_en,
        "department": _department(matter.department, lang),
        "life_event": matter.life_event,
        "kind": matter.kind,
        "service": matter.service,
        "audience": matter.audience,
        "bundle": matter.is_bundle,
        "visits": matter.visits,
        "promised": period_text(matter.clocks.promised, lang),
        "summary": (lang == "en" and matter.guide.summary_en) or matter.guide.summary,
        "summary_en": matter.guide.summary_en,
    }


def guide(matter: Matter, lang: str = "zh") -> dict[str, Any]:
    """The whole guide of a matter."""
    return _guide(matter.id, lang)


@lru_cache(maxsize=4096)
def _guide(matter_id: str, lang: str) -> dict[str, Any]:
    matter = catalogue().get(matter_id)
    return (
        row(matter, lang)
        | _standing(matter, lang)
        | _course(matter, lang)
        | _contents(matter, lang)
        | _company(matter, lang)
        | spoken(matter, lang)
    )


def _standing(matter: Matter, lang: str) -> dict[str, Any]:
    """What the matter is, in law and in the catalogue."""
    department = catalogue().department(matter.department)
    return {
        "lang": lang,
        "version": catalogue().versions[matter.id],
        "codes": matter.codes.model_dump() if matter.codes else None,
        "authority": matter.authority.model_dump(),
        "level": matter.level,
        "area": matter.area,
        "channels": matter.channels,
        "requires": matter.requires.model_dump(),
        "contact": {
            "department": _department(matter.department, lang)["name"],
            "phone": department.phone,
            "hours": said("hours", lang),
        },
        "remedies": remedies_told(matter, department, lang),
        "basis": matter.basis,
        "basis_text": said(f"basis.{matter.basis}", lang),
    }


def _course(matter: Matter, lang: str) -> dict[str, Any]:
    """How it goes: clocks, visits, who works on it, what it costs and brings."""
    department = _department(matter.department, lang)["name"]
    others = [_department(one, lang) for one in matter.joint]
    return {
        "clocks": clocks_told(matter, lang),
        "visits_reason": matter.visits_reason,
        "visits_text": visits_told(matter, lang),
        "appointment": matter.appointment,
        "fee": matter.fee.model_dump(mode="json"),
        "handling": handling_told(matter, department, lang),
        "flow": [step.model_dump() for step in matter.flow],
        "joint": others,
        "joint_text": said("joint", lang, names="、".join(one["name"] for one in others)) if others else "",
        "tolerance": tolerance_told(matter, lang),
        "special": special_told(matter, lang),
        "result": matter.result.model_dump(),
        "delivery": delivery_told(matter, lang),
    }


def _contents(matter: Matter, lang: str) -> dict[str, Any]:
    """What it asks for."""
    return {
        "conditions": [condition.text for condition in matter.accept_when],
        "guide": matter.guide.model_dump(mode="json"),
        "situations": [
            {
                "field": one.field,
                "note": one.note,
                "changes": [change_told(change, lang) for change in one.changes],
            }
            for one in matter.situations
        ],
        # Which parts of a citizen's record fill the form: a parent files what reads their own children.
        "reads": sorted({re.split(r"[.\[]", field.source)[0] for field in matter.form if field.source}),
        "form": [_field(field, lang) for field in matter.form],
        "materials": [material.model_dump() for material in matter.materials],
    }


def _company(matter: Matter, lang: str) -> dict[str, Any]:
    """The bundles it is a part of; a bundle's own parts, and where its picture is."""
    bundles = [one for one in catalogue().all() if matter.id in [part.matter for part in one.parts]]
    return {
        "parts": [_part(part, lang) for part in matter.parts],
        "picture": f"/api/v1/matters/{matter.id}/picture" if matter.is_bundle else None,
        "bundles": [_named(one.id) for one in bundles],
    }


def _field(field: FormField, lang: str) -> dict[str, Any]:
    english = lang == "en"
    choices = [choice.model_dump(exclude={"aliases"}) for choice in field.choices]
    return {
        "name": field.name,
        "label": (english and field.label_en) or field.label,
        "label_en": field.label_en,
        "type": field.type.value,
        "required": field.required,
        "known": field.source is not None,
        "editable": field.may_be_edited,
        "choices": [one | {"label": (english and one["label_en"]) or one["label"]} for one in choices],
        "when": field.when,
    }


def _part(part: Part, lang: str) -> dict[str, Any]:
    matter = catalogue().get(part.matter)
    return _named(part.matter) | {
        "department": _department(matter.department, lang),
        "promised": period_text(matter.clocks.promised, lang),
        "visits": matter.visits,
        "after": part.after,
        "optional": part.optional,
        "when": part.when,
        "why": part.why,
    }


def _named(matter_id: str) -> dict[str, Any]:
    matter = catalogue().get(matter_id)
    return {"id": matter.id, "name": matter.name, "name_en": matter.name_en, "life_event": matter.life_event}


def _department(department: str, lang: str) -> dict[str, str]:
    found = catalogue().department(department)
    return {
        "id": department,
        "name": (lang == "en" and found.name_en) or found.name,
        "phone": found.phone,
    }


def picture(matter: Matter, lang: str = "zh") -> str:
    """A bundle's parts and what waits for what, as SVG; nothing of anybody's application."""
    boxes = {}
    for part in matter.parts:
        member = catalogue().get(part.matter)
        name = (lang == "en" and member.name_en) or member.short or member.name
        boxes[part.matter] = Box(
            name, said("part_note", lang, period=period_text(member.clocks.promised, lang)), "planned"
        )
    return draw(matter.parts, boxes, title=(lang == "en" and matter.name_en) or matter.name)
