"""Forms: what nobody can ever be asked, and what nobody should be asked."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations, islice, product
from pathlib import Path
from typing import Any

import yaml

from backend.matters.documents import File, Place, Shelf
from backend.matters.fields import FieldType, FormField, condition_holds
from backend.matters.schema import Matter

KNOWN_FILE = Path(__file__).with_name("known_facts.yml")
MOST_TRIED = 50_000
USUALLY_KNOWN = 3  # other matters that read a label from a source
ELSE = "\0else"
WAYS = ("e-licence", "post", "window")


def unreachable(shelf: Shelf) -> Iterator[str]:
    """A ``when`` that no combination of answers makes true."""
    for file, matter in shelf.matters():
        for place, what, when in _conditions(matter):
            if when and not can_hold(matter, when):
                yield (
                    f"{file.where(*place)}: {what} can never come: no answers make {when} true;"
                    " change its `when`, or drop it"
                )


def strange_ways(shelf: Shelf) -> Iterator[str]:
    """Choices of ``delivery`` by which nothing can be delivered."""
    for file, matter in shelf.matters():
        for at, field in enumerate(matter.form):
            strange = [one.value for one in field.choices or [] if one.value not in WAYS]
            if field.name == "delivery" and strange:
                yield (
                    f"{file.where('form', at)}: a result cannot be had by {', '.join(strange)};"
                    f" the values of `delivery` are {', '.join(WAYS)}"
                )


def can_hold(matter: Matter, when: Mapping[str, Any]) -> bool:
    """Whether some answers make a ``when`` true, each field having a value only where it is asked."""
    fields = _involved(matter, when)
    wanted = [when, *(field.when or {} for field in fields)]
    domains = [_values(field, wanted) for field in fields]
    for values in islice(product(*domains), MOST_TRIED):
        answers: dict[str, Any] = {}
        for field, value in zip(fields, values, strict=True):
            answers[field.name] = value if condition_holds(field.when, answers) else None
        if condition_holds(when, answers):
            return True
    return _too_many(domains)


def _too_many(domains: list[list[Any]]) -> bool:
    """Whether not everything was tried: then nothing is said against it."""
    count = 1
    for domain in domains:
        count *= len(domain)
    return count > MOST_TRIED


def _conditions(matter: Matter) -> Iterator[tuple[Place, str, Mapping[str, Any] | None]]:
    for at, field in enumerate(matter.form):
        yield ("form", at, "when"), f"field {field.name}", field.when
    for at, material in enumerate(matter.materials):
        yield ("materials", at), f"material {material.id}", material.when
    for at, reduction in enumerate(matter.fee.reductions):
        yield ("fee", "reductions", at), "this reduction", reduction.when
    for at, situation in enumerate(matter.situations):
        for number, change in enumerate(situation.changes):
            place = ("situations", at, "changes", number)
            yield place, f"this change by {situation.field}", change.when


def _named(when: Mapping[str, Any] | None) -> set[str]:
    found: set[str] = set()
    for name, wanted in (when or {}).items():
        found |= {one for each in wanted for one in _named(each)} if name == "$or" else {name}
    return found


def _involved(matter: Matter, when: Mapping[str, Any]) -> list[FormField]:
    """The fields on which a condition rests, and those on which they rest, in the form's order."""
    waiting, found = list(_named(when)), set[str]()
    while waiting:
        found.add(name := waiting.pop())
        field = matter.field(name)
        waiting += [one for one in _named(field.when if field else None) if one not in found]
    return [field for field in matter.form if field.name in found]


def _values(field: FormField, conditions: list[Mapping[str, Any]]) -> list[Any]:
    """The values worth trying: every choice, or what some condition compares with, and something else."""
    if field.type is FieldType.YES_NO:
        return [True, False, None]
    if field.type is FieldType.CHOICE:
        return [*(choice.value for choice in field.choices), None]
    if field.type is FieldType.MULTI_CHOICE:
        single = [choice.value for choice in field.choices]
        return [*([one] for one in single), *(list(pair) for pair in combinations(single, 2)), None]
    constants = {one for when in conditions for one in _constants(field.name, when)}
    numbers = [one for one in constants if isinstance(one, int | float) and not isinstance(one, bool)]
    around = {one + shift for one in numbers for shift in (-1, 0, 1)}
    other: list[Any] = [None] if numbers else [ELSE, None]
    return [*sorted(around), *sorted(constants - set(numbers), key=str), *other]


def _constants(name: str, when: Mapping[str, Any]) -> Iterator[Any]:
    for key, wanted in when.items():
        if key == "$or":
            for one in wanted:
                yield from _constants(name, one)
        elif key == name:
            rights = wanted.values() if isinstance(wanted, dict) else [wanted]
            for right in rights:
                yield from right if isinstance(right, list) else [right]


@lru_cache
def known_facts() -> dict[str, Any]:
    """``known_facts.yml``: what departments know, by the names it goes under; what is asked anyway."""
    found: dict[str, Any] = yaml.safe_load(KNOWN_FILE.read_text("utf-8"))
    return found


def asked_although_known(shelf: Shelf) -> Iterator[str]:
    """Fields without a source that departments know, or that other matters read from one."""
    readers: dict[str, dict[str, str]] = defaultdict(dict)
    for matter in shelf.catalogue.all():
        for field in matter.form if not matter.is_bundle else []:
            if field.source:
                readers[field.label][matter.id] = field.source
    for file, matter in shelf.matters():
        for at, field in enumerate(matter.form):
            if field.source or field.default is not None or not field.may_be_edited:
                continue
            if f"{matter.id}.{field.name}" in known_facts()["asked_anyway"]:
                continue
            source = _known_source(field, readers.get(field.label, {}), matter.id)
            if source:
                yield _told(file, at, field, source)


def _told(file: File, at: int, field: FormField, source: str) -> str:
    return (
        f"{file.where('form', at)}: {field.name} ({field.label}) is asked, but departments know it;"
        f" write `source: {source}` with `editable: true`, or list it under `asked_anyway` of"
        f" {KNOWN_FILE.name}"
    )


def _known_source(field: FormField, readers: Mapping[str, str], matter: str) -> str | None:
    for fact in known_facts()["known"]:
        if field.name in fact.get("names", ()) or field.label in fact.get("labels", ()):
            return str(fact["source"])
    others = {one: source for one, source in readers.items() if one != matter}
    if len(others) < USUALLY_KNOWN:
        return None
    return max(set(others.values()), key=list(others.values()).count)
