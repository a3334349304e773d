"""Buttons send payloads, people send words; neither may pass for the other."""

import json
import re
from collections.abc import Mapping
from typing import Any

from backend.core.errors import Problem

MOST_CHARACTERS = 500
_PAYLOAD = re.compile(r"/(?P<act>[a-z_]+)(?P<entities>\{.*\})?")
_PREFIX = re.compile(r"^[\s/]+")


def check_choice(choice: str) -> str:
    """A button's payload, as Rasa reads it. Raises ``invalid-request`` for anything else.

    >>> check_choice('/choose{"field_value": "post"}')
    '/choose{"field_value": "post"}'
    """
    if read_payload(choice) is None:
        raise Problem("invalid-request", "choice 无效，请原样发回按钮的 value。")
    return choice


def read_payload(choice: str) -> tuple[str, Mapping[str, Any]] | None:
    """The act and the entities of a payload; None when it is none."""
    found = _PAYLOAD.fullmatch(choice)
    if len(choice) > MOST_CHARACTERS or found is None:
        return None
    try:
        entities = json.loads(found["entities"] or "{}")
    except ValueError:
        return None
    return (found["act"], entities) if isinstance(entities, dict) else None


def write_payload(act: str, **entities: str) -> str:
    """What a button sends.

    >>> write_payload("answer_prompt", prompt="p1", answer="accept")
    '/answer_prompt{"prompt": "p1", "answer": "accept"}'
    """
    return f"/{act}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


def as_words(text: str) -> str:
    """A typed text in a form that Rasa never takes for a payload.

    >>> as_words(" //confirm")
    'confirm'
    """
    return _PREFIX.sub("", text) or "？"


def title_of(choice: str, offered: list[dict[str, str]]) -> str | None:
    """What stood on the button that sent a payload, if it was among those offered last."""
    sent = read_payload(choice)
    return next((one["title"] for one in offered if read_payload(one["value"]) == sent), None)
