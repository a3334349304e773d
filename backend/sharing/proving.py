"""Whether a filter that holds for what may be seen holds for what is hidden too."""

from collections.abc import Collection, Mapping
from typing import Any

from backend.sharing.needs import LOGICAL, Step, filter_steps

# These hold only by something that is there: more to see can never undo them.
FINDING = ("$elemMatch", "$gt", "$gte", "$lt", "$lte")


def proves(where: Mapping[str, Any], hidden: Collection[Step]) -> bool:
    """Whether its match on a profile without the hidden steps says that it matches the whole one.

    >>> proves({"licences": {"$elemMatch": {"type": "x"}}}, {("licences", None)})
    True
    >>> proves({"benefits.type": {"$ne": "relief"}}, {("benefits", "type")})
    False
    """
    return all(_proves(key, value, hidden) for key, value in where.items())


def _proves(key: str, value: Any, hidden: Collection[Step]) -> bool:
    if not filter_steps({key: value}) & set(hidden):
        return True
    if key in LOGICAL:
        return key != "$nor" and all(proves(one, hidden) for one in value)
    return not key.startswith("$") and _finds(value)


def _finds(wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return wanted is not None
    return bool(wanted) and all(_is_finding(operator, value) for operator, value in wanted.items())


def _is_finding(operator: str, value: Any) -> bool:
    if operator == "$in":
        return None not in value
    if operator == "$exists":
        return bool(value)
    return (operator in FINDING or operator == "$eq") and value is not None
