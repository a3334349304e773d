"""Form values at rest: those of personal types are encrypted."""

from collections.abc import Mapping
from typing import Any

from backend.applications import form
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.schema import Matter


def seal_values(house: House, matter: Matter, values: Mapping[str, Mapping[str, Any]]) -> Document:
    """Form values as they are stored: those of personal types encrypted."""
    sealed: Document = {}
    for name, one in values.items():
        field = matter.field(name)
        personal = field is not None and form.is_personal(field) and one["value"] is not None
        sealed[name] = {**one, "value": house.cipher.encrypt(one["value"]) if personal else one["value"]}
    return sealed


def open_values(house: House, document: Document) -> Document:
    """Form values as people gave them."""
    fields: Document = document["fields"]
    return {name: {**one, "value": house.cipher.open(one["value"])} for name, one in fields.items()}
