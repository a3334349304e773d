"""What the loader cannot see in matter files, told with file, line and what would be right."""

from collections.abc import Callable, Iterator
from pathlib import Path

from backend.matters.catalogue import CatalogueError
from backend.matters.checking_flows import broken_flows
from backend.matters.checking_forms import asked_although_known, strange_ways, unreachable
from backend.matters.checking_texts import hard_to_read
from backend.matters.datewords import fields_read
from backend.matters.documents import SHIPPED, Shelf, open_shelf
from backend.matters.events import event_names
from backend.matters.fields import FormField
from backend.profiles.paths import parse_path, section_of
from intents.wording import normalise

ACTING = "agent"
Check = Callable[[Shelf], Iterator[str]]


def check(folders: list[Path]) -> list[str]:
    """Every finding, in the order of the checks; what cannot be loaded at all is told alone."""
    try:
        shelf = open_shelf(folders)
    except CatalogueError as error:
        return error.problems
    return [finding for one in CHECKS for finding in one(shelf)]


def lost_references(shelf: Shelf) -> Iterator[str]:
    """Licences nobody issues, evidence of no department, life events without a name."""
    events = ", ".join(sorted(event_names()))
    for file in shelf.files:
        matter = shelf.catalogue.matters[file.id]
        if matter.life_event not in event_names():
            yield f"{file.where('life_event')}: life event {matter.life_event!r} is none of {events}"
    for file, matter in shelf.matters():
        for at, material in enumerate(matter.materials):
            if material.licence and material.licence not in shelf.issued:
                yield f"{file.where('materials', at)}: {_nobody_issues(material.licence)}"
        for name, field in enumerate(matter.form):
            for licence in _licences_read(field):
                if licence not in shelf.issued:
                    yield f"{file.where('form', name, 'source')}: {_nobody_issues(licence)}"
    for file in shelf.files:
        rule = shelf.catalogue.matters[file.id].prompt
        for at, one in enumerate(rule.evidence if rule else []):
            if one.source not in shelf.catalogue.departments:
                known = ", ".join(sorted(shelf.catalogue.departments))
                yield f"{file.where('prompt', 'evidence', at)}: {one.source!r} is none of {known}"


def strange_circumstances(shelf: Shelf) -> Iterator[str]:
    """Answers that follow from what is said to a prompt, and that its form does not know."""
    for file in shelf.files:
        matter = shelf.catalogue.matters[file.id]
        for at, circumstance in enumerate(matter.prompt.circumstances if matter.prompt else []):
            for name, value in circumstance.gives.items():
                field = matter.field(name)
                if field is None or value not in [choice.value for choice in field.choices]:
                    where = file.where("prompt", "circumstances", at)
                    yield f"{where}: {name}: {value!r} is no choice of this form"


def unkept_sections(shelf: Shelf) -> Iterator[str]:
    """Paths and filters that read a section of the profile which no department keeps."""
    known = ", ".join(sorted(shelf.sections))
    for file in shelf.files:
        matter = shelf.catalogue.matters[file.id]
        # A bundle's form is its parts': only what its own file says is judged on it.
        form = [] if matter.is_bundle else matter.form
        read: list[tuple[tuple[str | int, ...], str]] = [
            (("form", at, "source"), section_of(field.source))
            for at, field in enumerate(form)
            if field.source
        ]
        for at, condition in enumerate(matter.accept_when):
            read += [(("accept_when", at), section_of(path)) for path in fields_read(condition.filter)]
        for at, ground in enumerate(matter.handling.automatic):
            read += [(("handling", "automatic", at), section_of(path)) for path in fields_read(ground.filter)]
        if matter.prompt:
            read += [(("prompt", "when"), section_of(path)) for path in fields_read(matter.prompt.when)]
            said = [matter.prompt.occasion, *(one.path for one in matter.prompt.evidence)]
            read += [(("prompt",), section_of(path)) for path in said]
        for place, section in dict.fromkeys(read):
            if section not in shelf.sections and section != ACTING:
                yield f"{file.where(*place)}: no department keeps {section!r}; kept are {known}, and {ACTING}"


def names_twice(shelf: Shelf) -> Iterator[str]:
    """Names and aliases that another matter has, too, unless one calls the word ambiguous."""
    owners: dict[str, list[str]] = {}
    for matter in shelf.catalogue.all():
        for name in {normalise(one) for one in (matter.name, *matter.aliases, *matter.aliases_en)}:
            owners.setdefault(name, []).append(matter.id)
    for file in shelf.files:
        matter = shelf.catalogue.matters[file.id]
        for place, name in [("name", matter.name), *(("aliases", one) for one in matter.aliases)]:
            others = [one for one in owners[normalise(name)] if one != matter.id]
            if others and not _is_ambiguous(shelf, name, [matter.id, *others]):
                yield (
                    f"{file.where(place)}: {name!r} is a name of {', '.join(others)}, too;"
                    " choose another, or list it under `ambiguous:` of the sentences"
                )


def uncompanied(shelf: Shelf) -> Iterator[str]:
    """Matters without sentences, and shipped ones without a case for the flow tests."""
    for file in shelf.files:
        if file.id not in shelf.spoken:
            yield f"{file.where('id')}: nobody can ask for it; write intents/matters/{file.id}.yml"
        if file.path.is_relative_to(SHIPPED) and file.id not in shelf.cases:
            yield f"{file.where('id')}: no flow test knows it; write tests/matters/{file.id}.yml"


CHECKS: tuple[Check, ...] = (
    lost_references,
    strange_circumstances,
    unkept_sections,
    unreachable,
    asked_although_known,
    strange_ways,
    broken_flows,
    hard_to_read,
    names_twice,
    uncompanied,
)


def _is_ambiguous(shelf: Shelf, name: str, matters: list[str]) -> bool:
    wanted = normalise(name)
    words = (word for one in matters if one in shelf.spoken for word in shelf.spoken[one].ambiguous)
    return wanted in map(normalise, words)


def _licences_read(field: FormField) -> Iterator[str]:
    for step in parse_path(field.source) if field.source else ():
        if step.name == "licences":
            yield from (str(one.value) for one in step.selectors if one.key == "type")


def _nobody_issues(licence: str) -> str:
    return (
        f"nobody issues the licence {licence!r}; let a matter's `result.licence` be it, or list it under"
        " `licences` of a department in integrations/departments/departments.yml"
    )
