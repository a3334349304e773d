"""What the assistant answers with: typed replies that carry references, never values.

The gateway fills cards and fields from the database for their owner, so the tracker never
holds personal data.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

Reply = dict[str, Any]
Choice = dict[str, str]

# What of an answer's source is shown; public, all of it.
SOURCE = ("id", "article", "title", "number", "department", "valid_from", "standing", "as_of", "basis_text")
_PAYLOAD = re.compile(r"^/(?P<act>[a-z_]+)(?P<entities>\{.*\})?$", re.DOTALL)


def text(sentence: str) -> Reply:
    """Plain words."""
    return {"type": "text", "text": sentence}


def sourced(sentence: str, source: dict[str, Any]) -> Reply:
    """Plain words with where they stand: title, number, department, and as of which day."""
    shown = {name: source[name] for name in SOURCE if source.get(name) is not None}
    return {"type": "text", "text": sentence, "source": shown}


def choice(title: str, act: str, **entities: str) -> Choice:
    """A button: a title and the payload that pressing it sends."""
    return {"title": title, "value": payload(act, **entities)}


def choices(sentence: str, options: Iterable[Choice]) -> Reply:
    """A question with buttons."""
    return {"type": "choices", "text": sentence, "choices": list(options)}


def card(kind: str, reference: str, sentence: str = "") -> Reply:
    """A card that the gateway fills: matter, found, summary, application, timeline, licence …"""
    return {"type": "card", "card": kind, "id": reference, **({"text": sentence} if sentence else {})}


def form_field(application: str, field: str, sentence: str) -> Reply:
    """A question of a form."""
    return {"type": "form-field", "application": application, "field": field, "text": sentence}


def upload(application: str, material: str, sentence: str) -> Reply:
    """A material to send."""
    return {"type": "form-field", "application": application, "material": material, "text": sentence}


def question(name: str, sentence: str) -> Reply:
    """A question of the conversation's own, whose answer only the API reads."""
    return {"type": "form-field", "question": name, "text": sentence}


def notice(level: str, sentence: str, phone: str = "") -> Reply:
    """Something to be seen before all else, with a number to call."""
    return {"type": "notice", "level": level, "text": sentence, **({"phone": phone} if phone else {})}


def payload(act: str, **entities: str) -> str:
    """What a button sends: ``/do_matter{"matter": "residence-permit"}``."""
    return f"/{act}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


def read_payload(value: str) -> tuple[str, dict[str, str]] | None:
    """The act and the entities of a payload, or None for other text.

    >>> read_payload('/choose{"field_value": "post"}')
    ('choose', {'field_value': 'post'})
    >>> read_payload("好的") is None
    True
    """
    match = _PAYLOAD.match(value)
    if not match:
        return None
    entities = json.loads(match["entities"]) if match["entities"] else {}
    return match["act"], {name: str(entity) for name, entity in entities.items()}
