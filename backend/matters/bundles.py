"""一件事: a bundle file and its parts put together into one matter with one form and one set of materials.

国办发〔2025〕24号: one notice, one form, one set of materials; each part keeps its own number and clock.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from math import ceil
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from backend.matters.fields import FieldName, FieldType, FormField, Slug, Strict
from backend.matters.schema import Condition, Guide, Material, Matter, Part, PromptRule
from backend.matters.terms import Clocks, Fee, Period, Requires, Result, Unit

# How many days of the calendar one unit takes, to compare promises in different units.
CALENDAR_DAYS = {Unit.WORKING_DAY: 1.4, Unit.CALENDAR_DAY: 1.0, Unit.HOUR: 1 / 24, Unit.MONTH: 30.0}

# The most needed first.
NECESSITIES = ("required", "later", "optional")


class Bundle(Strict):
    """A bundle file: its own questions, its parts, and which of their fields are one and the same.

    Fields of different parts are asked once when they read the same ``source``, or have the same name and
    type; ``shared`` names others that mean the same, ``apart`` names those that do not. ``later`` names
    what an earlier part brings (a child's number): it is in no form, the part reads it when it starts.
    ``defaults`` are what the bundle assumes of its parts' fields until told otherwise.
    """

    id: Slug
    name: str
    name_en: str
    short: str = ""
    aliases: list[str] = []
    aliases_en: list[str] = []
    department: Slug
    audience: list[Literal["natural-person", "organisation"]] = Field(min_length=1)
    accept_when: list[Condition] = []
    guide: Guide
    form: list[FormField] = []
    parts: list[Part] = Field(min_length=2)
    shared: dict[FieldName, dict[Slug, FieldName]] = {}
    apart: list[FieldName] = []
    later: list[FieldName] = []
    defaults: dict[FieldName, Any] = {}
    prompt: PromptRule | None = None
    basis: Literal["sourced", "general", "simulated"]
    life_event: str = ""

    @model_validator(mode="after")
    def _parts_hold(self) -> Self:
        ids = [part.matter for part in self.parts]
        twice = {one for one in ids if ids.count(one) > 1}
        if twice:
            raise ValueError(f"parts: {', '.join(sorted(twice))} stands there twice")
        for part in self.parts:
            unknown = [one for one in part.after if one not in ids]
            if unknown:
                raise ValueError(f"parts: {part.matter} comes after {unknown[0]}, which is no part")
        try:
            order(self.parts)
        except CycleError as error:
            raise ValueError(f"parts: {' → '.join(error.args[1])} wait for each other") from error
        for name, uses in self.shared.items():
            strangers = [one for one in uses if one not in ids]
            if strangers:
                raise ValueError(f"shared.{name}: {strangers[0]} is no part")
        return self


def order(parts: Iterable[Part]) -> list[str]:
    """The parts' matters, each after what it waits for. Raises graphlib.CycleError."""
    return list(TopologicalSorter({part.matter: part.after for part in parts}).static_order())


def put_together(bundle: Bundle, matters: Mapping[str, Matter]) -> Matter:
    """The bundle as one matter. Raises ValueError that says which part or field does not fit."""
    missing = [part.matter for part in bundle.parts if part.matter not in matters]
    if missing:
        raise ValueError(f"parts: there is no matter {', '.join(missing)}")
    merged = _Merge(bundle, matters)
    for part in bundle.parts:
        merged.take(part, matters[part.matter])
    merged.check()
    parts = [merged.parts[part.matter] for part in bundle.parts]
    members = [matters[part.matter] for part in bundle.parts]
    longest = _longest_chain(bundle.parts, matters)
    return Matter(
        **{
            key: getattr(bundle, key)
            for key in (
                "id", "name", "name_en", "short", "aliases", "aliases_en", "department", "audience",
                "accept_when", "guide", "prompt", "basis", "life_event",
            )
        },
        codes=None,
        kind="公共服务",
        service="承诺件",
        clocks=Clocks(
            statutory=_sum(longest, matters, "statutory"), promised=_sum(longest, matters, "promised")
        ),
        visits=min(10, sum(one.visits for one in members)),
        visits_reason="；".join(f"{one.name}：{one.visits_reason}" for one in members if one.visits),
        fee=Fee(
            amount=sum(one.fee.amount for one in members),
            basis="；".join(f"{one.name}：{one.fee.basis}" for one in members if one.fee.amount),
        ),
        requires=Requires(assurance=max(one.requires.assurance for one in members)),
        joint=sorted({one.department for one in members} - {bundle.department}),
        form=merged.form(),
        materials=merged.materials(),
        result=Result(name="、".join(one.result.name for one in members)[:80]),
        parts=parts,
    )  # fmt: skip


class _Merge:
    """The form and the materials as the parts are taken in, one after another."""

    def __init__(self, bundle: Bundle, matters: Mapping[str, Matter]) -> None:
        self._bundle = bundle
        self._matters = matters
        self._fields: dict[str, FormField] = {field.name: field for field in bundle.form}
        self._uses: dict[str, list[tuple[bool, dict[str, Any] | None]]] = {}
        self._materials: dict[str, Material] = {}
        self._material_uses: dict[str, list[tuple[str, dict[str, Any] | None]]] = {}
        self._later: set[str] = set()
        self.parts: dict[str, Part] = {}
        for name, uses in bundle.shared.items():
            for matter, field in uses.items():
                if matters[matter].field(field) is None:
                    raise ValueError(f"shared.{name}: {matter} has no field {field}")

    def take(self, part: Part, matter: Matter) -> None:
        """Take in one part's fields and materials under the names they get in the bundle."""
        _check_given(part, matter)
        names: dict[str, str] = {}
        for field in matter.form:
            if field.name in part.given:
                continue
            names[field.name] = name = self._name_of(part, field)
            when = self._when(part, field.when, names)
            if when is None:
                del names[field.name]
                continue
            waits = _read_when_it_starts(part, field)
            if waits and name in self._bundle.later and name not in self._fields:
                self._later.add(name)
                del names[field.name]
                continue
            needed = field.required and not waits
            self._put(name, field, required=needed)
            self._uses.setdefault(name, []).append((needed, when))
        materials: dict[str, str] = {}
        for material in matter.materials:
            when = self._when(part, material.when, names)
            if when is None or (material.licence and material.licence in self._issued_before(part)):
                continue
            materials[material.id] = known = self._material_of(material)
            held = self._materials.setdefault(known, material.model_copy(update={"id": known}))
            if NECESSITIES.index(material.necessity) < NECESSITIES.index(held.necessity):
                self._materials[known] = held.model_copy(update={"necessity": material.necessity})
            self._material_uses.setdefault(known, []).append((material.necessity, when))
        self.parts[part.matter] = part.model_copy(update={"fields": names, "materials": materials})

    def check(self) -> None:
        """Once all parts are in: raise ValueError for what the bundle says of fields that nobody has."""
        for name in self._bundle.later:
            if name not in self._later:
                raise ValueError(f"later: no part that waits reads {name} from a register for itself")
        for name in self._bundle.defaults:
            if name not in self._fields:
                raise ValueError(f"defaults: the form has no field {name}")

    def form(self) -> list[FormField]:
        """The bundle's own questions, one yes-no a part, then every field once."""
        own = [field.name for field in self._bundle.form]
        fields = [self._fields[name] for name in own]
        for part in self._bundle.parts:
            matter = self._matters[part.matter]
            fields.append(
                FormField(
                    name=part.wanted,
                    label=f"办理{matter.short or matter.name}",
                    label_en=matter.name_en,
                    type=FieldType.YES_NO,
                    editable=True,
                    required=False,
                    default=not part.optional,
                    when=part.when,
                )
            )
        fields += [
            field.model_copy(update={"when": self._when_of(field)})
            for name, field in self._fields.items()
            if name not in own
        ]
        assumed = self._bundle.defaults
        fields = [
            FormField.model_validate(field.model_dump() | {"default": assumed[field.name]})
            if field.name in assumed
            else field
            for field in fields
        ]
        return _after_what_they_name(fields)

    def materials(self) -> list[Material]:
        """Every material once, the most needed necessity winning, and only where a part needs it so."""
        found = []
        for name, material in self._materials.items():
            uses = self._material_uses[name]
            meant = [when for need, when in uses if need != "optional" or material.necessity == "optional"]
            found.append(material.model_copy(update={"when": _any_of(meant)}))
        return found

    def _when_of(self, field: FormField) -> dict[str, Any] | None:
        """When a field is there: what somebody needs is asked for those who need it, not for the others."""
        uses = self._uses[field.name]
        return _any_of([when for needed, when in uses if needed or not field.required])

    def _put(self, name: str, field: FormField, *, required: bool) -> None:
        """Hold a field once; needed where any part needs it, unless the bundle asks it in its own way."""
        known = self._fields.setdefault(name, field.model_copy(update={"name": name, "required": required}))
        own = any(one.name == name for one in self._bundle.form)
        if required and not known.required and not own:
            self._fields[name] = known.model_copy(update={"required": True})

    def _name_of(self, part: Part, field: FormField) -> str:
        for name, uses in self._bundle.shared.items():
            if uses.get(part.matter) == field.name:
                return name
        if field.name not in self._bundle.apart:
            for name, known in self._fields.items():
                if name not in self._bundle.apart and _same(known, field, name):
                    return name
            if field.name not in self._fields:
                return field.name
        return f"{part.matter.replace('-', '_')}_{field.name}"[:60]

    def _material_of(self, material: Material) -> str:
        for name, known in self._materials.items():
            if material.licence and known.licence == material.licence:
                return name
        return material.id

    def _issued_before(self, part: Part) -> set[str | None]:
        """What the parts before this one issue: nobody is asked for what the bundle itself brings."""
        earlier = {one.matter: one for one in self._bundle.parts}
        waiting, found = list(part.after), set[str]()
        while waiting:
            found.add(one := waiting.pop())
            waiting += [before for before in earlier[one].after if before not in found]
        return {self._matters[one].result.licence for one in found}

    def _when(
        self, part: Part, when: dict[str, Any] | None, names: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """A part's condition in the bundle's names; None when what the bundle gives makes it false."""
        told: dict[str, Any] = {part.wanted: True, **(part.when or {})}
        for name, wanted in (when or {}).items():
            if name in part.given:
                accepted = wanted.get("$in", [part.given[name]]) if isinstance(wanted, dict) else [wanted]
                if part.given[name] not in accepted:
                    return None
                continue
            if name not in names:
                return None
            told[names[name]] = wanted
        return told


def _check_given(part: Part, matter: Matter) -> None:
    for name, value in part.given.items():
        field = matter.field(name)
        if field is None:
            raise ValueError(f"parts: {part.matter} has no field {name} to be given")
        allowed = [choice.value for choice in field.choices]
        if allowed and value not in allowed:
            raise ValueError(f"parts: {part.matter} takes {name} = {allowed}, not {value!r}")


def _read_when_it_starts(part: Part, field: FormField) -> bool:
    """Whether registries tell a field at the part's start: what an earlier part brings is never asked."""
    return bool(part.after and field.source and not field.may_be_edited)


def _same(known: FormField, field: FormField, name: str) -> bool:
    if known.source and known.source == field.source:
        return True
    if name != field.name or known.type is not field.type:
        return False
    return {one.value for one in known.choices} == {one.value for one in field.choices}


def _any_of(uses: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    conditions = [one for one in uses if one]
    if len(conditions) < len(uses):
        return None
    return conditions[0] if len(conditions) == 1 else {"$or": conditions}


def _named(when: Mapping[str, Any] | None) -> set[str]:
    found: set[str] = set()
    for name, wanted in (when or {}).items():
        found |= {one for each in wanted for one in _named(each)} if name == "$or" else {name}
    return found


def _after_what_they_name(fields: list[FormField]) -> list[FormField]:
    """The fields with each after those its ``when`` names, otherwise in their order."""
    placed: dict[str, FormField] = {}
    waiting = list(fields)
    while waiting:
        ready = next((one for one in waiting if _named(one.when) <= placed.keys()), None)
        if ready is None:
            names = ", ".join(one.name for one in waiting)
            raise ValueError(f"form: {names} depend on each other or on fields that nobody has")
        placed[ready.name] = ready
        waiting.remove(ready)
    return list(placed.values())


def _longest_chain(parts: list[Part], matters: Mapping[str, Matter]) -> list[str]:
    best: dict[str, list[str]] = {}
    by_matter = {part.matter: part for part in parts}
    for matter in order(parts):
        before = max((best[one] for one in by_matter[matter].after), key=_days(matters), default=[])
        best[matter] = [*before, matter]
    return max(best.values(), key=_days(matters))


def _days(matters: Mapping[str, Matter]) -> Any:
    def length(chain: list[str]) -> float:
        promises = [matters[one].clocks.promised for one in chain]
        return sum(one.amount * CALENDAR_DAYS[one.unit] for one in promises)

    return length


def _sum(chain: list[str], matters: Mapping[str, Matter], which: str) -> Period:
    """One chain's periods after each other: in 工作日 when all are, otherwise in 日历日."""
    periods: list[Period] = [getattr(matters[one].clocks, which) for one in chain]
    if all(one.unit is Unit.WORKING_DAY for one in periods):
        return Period(amount=min(400, sum(one.amount for one in periods)), unit=Unit.WORKING_DAY)
    days = ceil(sum(one.amount * CALENDAR_DAYS[one.unit] for one in periods))
    return Period(amount=min(400, days), unit=Unit.CALENDAR_DAY)
