"""What a department asks to have corrected, so that the applicant can read it and do something about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend.core.errors import Problem
from backend.matters.schema import Matter


def legible_items(matter: Matter, items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items with those names only that the form or the list of materials has.

    What nobody can fill in stays as a text to read; without one it is refused: ``invalid-request``.
    """
    return [_legible(matter, one) for one in items]


def is_known(matter: Matter, name: str) -> bool:
    """Whether the form or the list of materials has this name."""
    return matter.field(name) is not None or any(one.id == name for one in matter.materials)


def _legible(matter: Matter, item: Mapping[str, Any]) -> dict[str, Any]:
    field, material = item.get("field"), item.get("material")
    kept = dict(item)
    if field is not None and matter.field(str(field)) is None:
        del kept["field"]
    if material is not None and all(one.id != material for one in matter.materials):
        del kept["material"]
    if not kept.get("field") and not kept.get("material") and not str(kept.get("reason") or "").strip():
        asked = field or material or "?"
        raise Problem("invalid-request", f"这个事项没有“{asked}”这一项，也没有写明要补正什么。")
    return kept
