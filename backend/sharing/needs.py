"""Which data items a matter reads: derived from the paths in its file."""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.matters.schema import Matter
from backend.profiles.paths import parse_path
from backend.sharing.catalogue import Item, Share, items, items_of

LOGICAL = ("$and", "$or", "$nor")


def needs_of(matter: Matter) -> tuple[str, ...]:
    """The ids of the items of other departments that a matter's form, conditions and grounds read."""
    found = {
        item.id
        for section, field in (*form_steps(matter), *_filter_steps(matter))
        for item in items_of(section, field)
        if is_foreign(item, matter)
    }
    return tuple(sorted(found))


def conditional_needs(matter: Matter) -> tuple[str, ...]:
    """Those of a matter's needs that have to be granted."""
    return tuple(one for one in needs_of(matter) if items()[one].share is Share.ON_CONDITION)


def form_steps(matter: Matter) -> set[tuple[str, str | None]]:
    """The first two steps of every path that the form is filled from."""
    return {steps_of(field.source) for field in matter.form if field.source}


def steps_of(path: str) -> tuple[str, str | None]:
    """
    >>> steps_of("population.hukou.address"), steps_of("licences[type=identity-card].number")
    (('population', 'hukou'), ('licences', 'number'))
    """
    steps = parse_path(path)
    return steps[0].name, steps[1].name if len(steps) > 1 else None


def is_foreign(item: Item, matter: Matter) -> bool:
    """Whether an item belongs to another department than the matter's."""
    return item.department is not None and item.department != matter.department


def _filter_steps(matter: Matter) -> set[tuple[str, str | None]]:
    filters = [condition.filter for condition in matter.accept_when]
    filters += [ground.filter for ground in matter.handling.automatic]
    filters += [one.filter for one in matter.fee.reductions if one.filter]
    if matter.prompt:
        filters.append(matter.prompt.when)
    return {step for one in filters for step in _keys(one)}


def _keys(where: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for key, value in where.items():
        if key in LOGICAL:
            for part in value:
                yield from _keys(part)
        elif not key.startswith("$"):
            section, _, rest = key.partition(".")
            yield section, rest.partition(".")[0] or None
