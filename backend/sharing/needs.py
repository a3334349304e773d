"""Which data items a matter reads: derived from the paths in its file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from backend.matters.schema import Matter
from backend.profiles.paths import parse_path
from backend.sharing.catalogue import Item, Share, items, items_of

LOGICAL = ("$and", "$or", "$nor")
Step = tuple[str, str | None]


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


def form_steps(matter: Matter) -> set[Step]:
    """The first two steps of every path that the form is filled from."""
    return {steps_of(field.source) for field in matter.form if field.source}


def steps_of(path: str) -> Step:
    """
    >>> steps_of("population.hukou.address"), steps_of("licences[type=identity-card].number")
    (('population', 'hukou'), ('licences', 'number'))
    """
    steps = parse_path(path)
    return steps[0].name, steps[1].name if len(steps) > 1 else None


def filter_steps(where: Mapping[str, Any]) -> set[Step]:
    """The first two steps of everything that a filter on the profile reads.

    >>> sorted(filter_steps({"$or": [{"fund.months": {"$gte": 3}}, {"pension.retired": True}]}))
    [('fund', 'months'), ('pension', 'retired')]
    """
    return set(_keys(where))


def is_foreign(item: Item, matter: Matter) -> bool:
    """Whether an item belongs to another department than the matter's."""
    return item.department is not None and item.department != matter.department


def _filter_steps(matter: Matter) -> set[Step]:
    filters = [condition.filter for condition in matter.accept_when]
    filters += [ground.filter for ground in matter.handling.automatic]
    filters += [one.filter for one in matter.fee.reductions if one.filter]
    if matter.prompt:
        filters.append(matter.prompt.when)
    return {step for one in filters for step in filter_steps(one)}


def _keys(where: Mapping[str, Any]) -> Iterator[Step]:
    for key, value in where.items():
        if key in LOGICAL:
            for part in value:
                yield from _keys(part)
        elif key == "$expr":
            yield from _expressed(value)
        elif not key.startswith("$"):
            yield _step(key)


def _expressed(value: Any) -> Iterator[Step]:
    """What an expression names: ``$population.born``."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _expressed(one)
    elif isinstance(value, str) and re.match(r"\$[a-z]", value):
        yield _step(value[1:])


def _step(path: str) -> Step:
    section, _, rest = path.partition(".")
    return section, rest.partition(".")[0] or None
