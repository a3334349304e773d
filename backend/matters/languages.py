"""In which language each part of a guide really stands: not everything has an English text."""

from collections.abc import Collection
from typing import Any

from backend.matters.catalogue import catalogue
from backend.matters.fields import FormField
from backend.matters.schema import Matter
from backend.matters.telling import said, texts


def spoken(matter: Matter, lang: str, among: Collection[str] | None = None) -> dict[str, Any]:
    """``languages`` of the parts that have a text, and a ``language_note`` on those in another one.

    ``among`` are the parts that the answer holds; all when it is not given.
    """
    found = {
        name: "en" if lang == "en" and has_english else "zh"
        for name, has_english in _parts(matter).items()
        if has_english is not None and (among is None or name in among)
    }
    chinese = [name for name, language in found.items() if language != lang]
    blocks = "; ".join(texts()["blocks"][name] for name in chinese)
    return {
        "languages": found,
        "language_note": said("chinese_only", lang, blocks=blocks) if chinese else "",
    }


def _parts(matter: Matter) -> dict[str, bool | None]:
    """Whether each part has an English text; None for one that has no text at all."""
    guide = matter.guide
    chinese: dict[str, object] = {
        "conditions": matter.accept_when,
        "steps": guide.steps,
        "bring": guide.bring,
        "faq": guide.faq,
        "law": guide.law,
        "materials": matter.materials,
        "situations": matter.situations,
        "flow": matter.flow,
        "fee": matter.fee.basis or matter.fee.reductions,
        "visits": matter.visits_reason,
        "tolerance": matter.tolerance,
        "special": matter.special,
        "result": matter.result.name,
        "automatic": matter.handling.automatic,
    }
    return {
        "name": bool(matter.name_en),
        "summary": bool(guide.summary_en),
        "form": all(_labelled(field) for field in matter.form),
        **{name: False if there else None for name, there in chinese.items()},
        "parts": _parts_named(matter) if matter.parts else None,
    }


def _labelled(field: FormField) -> bool:
    return bool(field.label_en) and all(choice.label_en for choice in field.choices)


def _parts_named(matter: Matter) -> bool:
    """A part's reason to wait has no English text."""
    return all(catalogue().get(part.matter).name_en and not part.why for part in matter.parts)
