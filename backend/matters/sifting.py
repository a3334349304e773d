"""The filters of the search, how many matters each would leave, and its cursor."""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from backend.core.errors import Problem
from backend.matters.catalogue import catalogue
from backend.matters.events import event_name
from backend.matters.schema import Matter

Chosen = Mapping[str, Any]
# What a matter is sorted by: each gives the values under which the matter is found.
FILTERS: dict[str, Callable[[Matter], list[Any]]] = {
    "life_event": lambda matter: [matter.life_event],
    "department": lambda matter: [matter.department],
    "audience": lambda matter: list(matter.audience),
    "visits": lambda matter: [matter.visits],
    "online": lambda matter: [matter.visits == 0],
    "bundle": lambda matter: [matter.is_bundle],
}


def chosen_filters(query: BaseModel) -> Chosen:
    """The filters that a query names, with the value wanted of each."""
    return {
        name: value for name, value in query.model_dump(include=set(FILTERS)).items() if value is not None
    }


def passes(matter: Matter, chosen: Chosen, *, but: str = "") -> bool:
    """Whether a matter passes every filter, ``but`` one."""
    return all(name == but or value in FILTERS[name](matter) for name, value in chosen.items())


def facets(found: Iterable[Matter], chosen: Chosen, lang: str) -> dict[str, list[dict[str, Any]]]:
    """For each filter its values, with how many matters each would leave beside the other filters."""
    matters = list(found)
    return {
        name: _counts(name, [one for one in matters if passes(one, chosen, but=name)], lang)
        for name in FILTERS
    }


def _counts(name: str, matters: Iterable[Matter], lang: str) -> list[dict[str, Any]]:
    counts = Counter(value for matter in matters for value in FILTERS[name](matter))
    rows = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [{"value": value, "name": _name(name, value, lang), "count": count} for value, count in rows]


def _name(name: str, value: Any, lang: str) -> str | None:
    if name == "life_event":
        return event_name(value, lang)
    if name == "department":
        department = catalogue().department(value)
        return (lang == "en" and department.name_en) or department.name
    return None


def write_cursor(position: int) -> str:
    """Where the next page begins, opaque."""
    return base64.urlsafe_b64encode(str(position).encode()).decode()


def read_start(cursor: str | None) -> int:
    """Where a page begins. Raises ``invalid-request``."""
    try:
        return max(0, int(base64.urlsafe_b64decode(cursor.encode()))) if cursor else 0
    except (ValueError, binascii.Error) as error:
        raise Problem("invalid-request", "cursor 无效，请使用上一页返回的 next_cursor。") from error
