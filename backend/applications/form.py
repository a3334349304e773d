"""A draft's form: what is known, what was given, what comes next."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from backend.applications.values import PERSONAL_TYPES, display
from backend.core.clock import city_date
from backend.core.masking import mask
from backend.matters.fields import FieldType, FormField, condition_holds
from backend.matters.schema import Material, Matter
from backend.profiles.paths import read_path, source_of

DECLARATION = (
    "本人承诺以上内容真实，同意部门为办理本事项核验，并使用材料清单中列明的电子证照代替相应材料，"
    "仅限本次办理；每次使用都可以在证照的使用记录中查到。"
)
DECLARATION_EN = (
    "I declare that the above is true and agree to its verification for this matter. The e-licences named in"
    " the list of materials stand in for them, for this application only; every use is shown in the"
    " licence's record."
)


COVERED = ("exempt", "uploaded")
UNCOVERED = {"required": "missing", "optional": "optional", "later": "later"}


class Status(StrEnum):
    """Where a field's value stands."""

    KNOWN = "known"
    GIVEN = "given"
    MISSING = "missing"
    OFF = "off"


@dataclass(frozen=True)
class Filled:
    """A field with its value. ``source`` is ``{department, as_of}`` for what government knew."""

    field: FormField
    value: Any
    source: Mapping[str, Any] | None
    status: Status

    @property
    def shown(self) -> str:
        """As the owner reads it: what they gave in full, what departments know masked."""
        text = display(self.field, self.value)
        return text if self.status is Status.GIVEN else mask(self.field.type.value, text)

    @property
    def masked(self) -> str:
        """As everybody else reads it."""
        text = display(self.field, self.value)
        return mask(self.field.type.value, text) if text else ""


@dataclass(frozen=True)
class Needed:
    """A material and how it is covered: ``exempt`` (by an e-licence), ``uploaded``, or not: ``missing``,
    ``optional``, ``later`` (容缺)."""

    material: Material
    status: str
    licence: str | None = None


def prefill(matter: Matter, profile: Mapping[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
    """Values for a new draft: ``{field: {value, source, at}}`` from the profile and the defaults."""
    values: dict[str, dict[str, Any]] = {}
    for field in matter.form:
        if field.source:
            value = plain_value(read_path(profile, field.source))
            if value not in (None, ""):
                values[field.name] = {"value": value, "source": source_of(profile, field.source), "at": now}
                continue
        if field.default is not None:
            values[field.name] = {
                "value": default_value(field, now),
                "source": None,
                "at": now,
                "default": True,
            }
    return values


def default_value(field: FormField, now: datetime) -> Any:
    """A field's default; ``today`` is the city's day, or its month."""
    if field.default != "today" or field.type not in (FieldType.DATE, FieldType.MONTH):
        return field.default
    today = city_date(now).isoformat()
    return today if field.type is FieldType.DATE else today[:7]


def plain_value(value: Any) -> Any:
    """A profile's value as a form holds it: datetimes become ISO dates of the city."""
    return city_date(value).isoformat() if isinstance(value, datetime) else value


def fill(matter: Matter, values: Mapping[str, Mapping[str, Any]]) -> list[Filled]:
    """Every field of the form, in order, with its value and status."""
    plain = {name: entry["value"] for name, entry in values.items()}
    filled = []
    for field in matter.form:
        entry = values.get(field.name)
        if not condition_holds(field.when, plain):
            filled.append(Filled(field, None, None, Status.OFF))
        elif entry is None or entry["value"] in (None, ""):
            filled.append(Filled(field, None, None, Status.MISSING))
        else:
            source = entry.get("source")
            status = Status.KNOWN if source or entry.get("default") else Status.GIVEN
            filled.append(Filled(field, entry["value"], source, status))
    return filled


def needed_materials(
    matter: Matter,
    values: Mapping[str, Mapping[str, Any]],
    profile: Mapping[str, Any],
    uploads: list[str],
    *,
    refused: Collection[str] = (),
    again: Collection[str] = (),
) -> list[Needed]:
    """Which materials this form asks for, and what covers each.

    ``refused`` are the materials for which the applicant lets no e-licence stand in; ``again`` those that
    a correction asks for: what was handed in before does not cover them.
    """
    plain = {name: entry["value"] for name, entry in values.items()}
    valid = {
        one["type"]: one["id"]
        for one in reversed(profile.get("licences", []))
        if one.get("status") == "valid"
    }
    needed = []
    for material in matter.materials:
        if not condition_holds(material.when, plain):
            continue
        if material.id in again:
            needed.append(Needed(material, "missing"))
        elif material.id in uploads:
            needed.append(Needed(material, "uploaded"))
        elif material.licence in valid and material.id not in refused:
            needed.append(Needed(material, "exempt", valid[str(material.licence)]))
        else:
            needed.append(Needed(material, UNCOVERED[material.necessity]))
    return needed


def not_yet(needed: list[Needed]) -> list[str]:
    """The materials that may come after the acceptance and have not come."""
    return [
        need.material.id
        for need in needed
        if need.material.necessity == "later" and need.status not in COVERED
    ]


def unanswered(filled: list[Filled]) -> list[Filled]:
    """The required fields that still have no value, in the order they are asked."""
    return [one for one in filled if one.status is Status.MISSING and one.field.required]


def next_step(
    filled: list[Filled], materials: list[Needed], *, lang: str = "zh", reopened: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What comes next for a draft: ``ask`` a field, ``upload`` a material, or ``confirm`` the summary."""
    return missing_step(filled, materials, lang=lang, reopened=reopened) or {
        "kind": "confirm",
        "summary": [summary_row(one, lang) for one in filled if one.status in (Status.KNOWN, Status.GIVEN)],
        "declaration": DECLARATION_EN if lang == "en" else DECLARATION,
    }


def missing_step(
    filled: list[Filled], materials: list[Needed], *, lang: str = "zh", reopened: frozenset[str] = frozenset()
) -> dict[str, Any] | None:
    """The next step while something is missing: ``ask`` or ``upload``; None when a draft is complete."""
    asked = [one for one in filled if one.status is not Status.OFF and _is_asked(one)]
    missing = unanswered(filled)
    for name in reopened:
        missing += [one for one in filled if one.field.name == name and one not in missing]
    if missing:
        first = missing[0]
        step = asked.index(first) + 1 if first in asked else 1
        return {
            "kind": "ask",
            "field": question(first.field, lang),
            "step": step,
            "of": max(step, len(asked)),
        }
    for need in materials:
        if need.status == "missing":
            material = {"id": need.material.id, "name": need.material.name, "note": need.material.note}
            return {"kind": "upload", "material": material}
    return None


def question(field: FormField, lang: str = "zh") -> dict[str, Any]:
    """A field as it is asked: ``{name, label, type, ask, hint, choices, optional}``."""
    english = lang == "en"
    return {
        "name": field.name,
        "label": (english and field.label_en) or field.label,
        "type": field.type.value,
        "ask": (english and field.ask_en) or field.ask or f"请提供{field.label}。",
        "hint": (english and field.hint_en) or field.hint,
        "choices": [
            {"value": choice.value, "label": (english and choice.label_en) or choice.label}
            for choice in field.choices
        ],
        "optional": not field.required,
    }


def summary_row(one: Filled, lang: str = "zh") -> dict[str, Any]:
    """A line of the summary: ``{name, label, display, source}``."""
    label = one.field.label_en if lang == "en" and one.field.label_en else one.field.label
    return {"name": one.field.name, "label": label, "display": one.shown, "source": one.source}


def is_personal(field: FormField) -> bool:
    """Whether the field's value is sealed at rest and masked for others."""
    return field.type in PERSONAL_TYPES


def _is_asked(one: Filled) -> bool:
    return one.status in (Status.MISSING, Status.GIVEN) and one.field.required
