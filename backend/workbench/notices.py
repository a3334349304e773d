"""The one-time notice of what is missing (一次性告知), made from the matter's own fields and materials."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.core.errors import Problem
from backend.matters.schema import Matter

MOST_ITEMS = 30


def notice_choices(matter: Matter) -> dict[str, list[dict[str, str]]]:
    """What a notice about this matter can name: its fields and its materials."""
    return {
        "fields": [{"id": field.name, "label": field.label} for field in matter.form],
        "materials": [
            {"id": one.id, "label": one.name, "standard": one.standard or one.note}
            for one in matter.materials
        ],
    }


def notice_items(matter: Matter, chosen: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The items of a notice: ``{field|material, label, reason}``.

    Raises ``invalid-request`` for what the matter does not have, twice the same, or no reason.
    """
    items, seen = [], set[tuple[str, str]]()
    for one in chosen[:MOST_ITEMS]:
        kind = "field" if one.get("field") else "material"
        name, reason = str(one.get(kind) or ""), str(one.get("reason") or "").strip()
        label = _label(matter, kind, name)
        if label is None:
            raise Problem("invalid-request", f"这个事项没有“{name}”这一项，请从事项的表单和材料里选。")
        if not reason:
            raise Problem("invalid-request", f"请写明“{label}”要补正的理由。")
        if (kind, name) in seen:
            raise Problem("invalid-request", f"“{label}”写了两次，请合成一条。")
        seen.add((kind, name))
        items.append({kind: name, "label": label, "reason": reason})
    if not items:
        raise Problem("invalid-request", "请至少选一项要补正的内容。")
    return items


def _label(matter: Matter, kind: str, name: str) -> str | None:
    if kind == "field":
        field = matter.field(name)
        return field.label if field else None
    return next((one.name for one in matter.materials if one.id == name), None)
