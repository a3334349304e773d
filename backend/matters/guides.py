"""A matter as people and apps read it: everything here is derived from its file."""

from functools import lru_cache
from typing import Any

from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.matters.terms import Period

BASIS_TEXTS = {
    "sourced": "内容依据公开的办事指南整理。",
    "general": "内容为一般性说明，以当地窗口口径为准。",
    "simulated": "时限、编码等为模拟数据，仅供演示。",
}


def period_text(period: Period) -> str:
    """
    >>> period_text(Period.model_validate({"amount": 1, "unit": "工作日"}))
    '1 个工作日'
    """
    if period.amount == 0:
        return "当场办结"
    measure = "" if period.unit.value == "日历日" else "个"
    return f"{period.amount} {measure}{period.unit.value}".replace("  ", " ")


def row(matter: Matter) -> dict[str, Any]:
    """A line of the search."""
    department = catalogue().department(matter.department)
    return {
        "id": matter.id,
        "name": matter.name,
        "name_en": matter.name_en,
        "department": {"id": matter.department, "name": department.name},
        "life_event": matter.life_event,
        "kind": matter.kind,
        "service": matter.service,
        "visits": matter.visits,
        "promised": period_text(matter.clocks.promised),
        "summary": matter.guide.summary,
        "summary_en": matter.guide.summary_en,
    }


@lru_cache(maxsize=4096)
def _guide(matter_id: str) -> dict[str, Any]:
    matter = catalogue().get(matter_id)
    department = catalogue().department(matter.department)
    return row(matter) | {
        "version": catalogue().versions[matter.id],
        "codes": matter.codes.model_dump() if matter.codes else None,
        "audience": matter.audience,
        "level": matter.level,
        "area": matter.area,
        "clocks": {
            "statutory": period_text(matter.clocks.statutory),
            "promised": period_text(matter.clocks.promised),
        },
        "fee": matter.fee.model_dump(),
        "requires": matter.requires.model_dump(),
        "conditions": [condition.text for condition in matter.accept_when],
        "guide": matter.guide.model_dump(mode="json"),
        "situations": [situation.model_dump() for situation in matter.situations],
        "form": [
            {
                "name": field.name,
                "label": field.label,
                "label_en": field.label_en,
                "type": field.type.value,
                "required": field.required,
                "known": field.source is not None,
                "editable": field.may_be_edited,
                "choices": [choice.model_dump(exclude={"aliases"}) for choice in field.choices],
                "when": field.when,
            }
            for field in matter.form
        ],
        "materials": [material.model_dump() for material in matter.materials],
        "result": matter.result.model_dump(),
        "contact": {"department": department.name, "phone": department.phone},
        "basis": matter.basis,
        "basis_text": BASIS_TEXTS[matter.basis],
    }


def guide(matter: Matter) -> dict[str, Any]:
    """The whole guide of a matter."""
    return _guide(matter.id)
