"""A stored turn as its owner reads it back: personal values stay hidden."""

from typing import Any

from backend.assistant.records import Records
from backend.assistant.showing import Page, show
from backend.assistant.tokens import for_people
from backend.assistant.words import words
from backend.core.mongo import Document


def past_turn(turn: Document, records: Records, *, newest: bool) -> dict[str, Any]:
    """A turn as it is read back. Only the newest question of a form can still be answered as one."""
    references = [reply if newest else _past(reply) for reply in turn["replies"]]
    if not turn["answered"]:
        references = [{"type": "notice", "level": "warning", "text": words(turn["lang"], "away")}]
    return {
        "turn": turn["_id"],
        "said": _said(turn),
        "replies": show(references, records, turn["lang"], Page.of(turn)).replies,
        "at": turn["created_at"].isoformat(),
        "by": turn.get("by") or ("assistant" if _said(turn) is None else "citizen"),
    }


def _past(reply: dict[str, Any]) -> dict[str, Any]:
    """An earlier question is words, and nobody is asked to pay twice."""
    if reply["type"] == "form-field":
        return {"type": "text", "text": reply["text"]}
    return reply | {"card": "application"} if reply.get("card") == "payment" else reply


def _said(turn: Document) -> str | None:
    if turn["choice"] is not None:
        return turn["title"] or words(turn["lang"], "pressed")
    return None if turn["text"] is None else for_people(turn["text"], turn["lang"])
