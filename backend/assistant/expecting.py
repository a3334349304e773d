"""What the assistant's last words asked for, and which prompt is on the table."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.assistant.payload import write_payload
from backend.assistant.records import Records
from backend.core.errors import Problem

# Not "later": a 「好的」 to "I will remind you again" is no yes to the prompt.
ON_THE_TABLE = "shown"


def expecting_after(replies: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What the next message is expected to answer: a field, a material, the confirmation, or nothing."""
    for reply in reversed(replies):
        if reply["type"] == "form-field":
            return _field(reply)
        if reply["type"] == "card" and reply["card"] == "summary":
            return {"application": reply["id"], "field": "confirm", "type": None, "choices": []}
    return None


def with_matter(asked: dict[str, Any] | None, records: Records) -> dict[str, Any] | None:
    """What is asked, with the matter whose form is open and the other words for its choices.

    Who says those again in a form answers it, and wishes for nothing new.
    """
    if asked is None or asked["application"] is None:
        return asked
    try:
        matter = records.matter(records.matter_of(asked["application"]))
    except Problem as problem:
        if problem.kind.slug != "not-found":
            raise
        return asked  # deleted meanwhile
    field = matter.field(asked["field"]) if asked["choices"] else None
    aliases = [alias for choice in field.choices for alias in choice.aliases] if field else []
    return asked | {"matter": matter.id, "aliases": aliases}


def prompt_after(
    replies: Sequence[Mapping[str, Any]], before: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """The prompt in focus: the one just shown is fresh, an earlier one no longer is."""
    shown = [reply for reply in replies if reply["type"] == "card" and reply["card"] == "prompt"]
    if len(shown) == 1:
        return {"id": shown[0]["id"], "matter": shown[0].get("matter"), "fresh": True}
    return {**before, "fresh": False} if before else None


def offered_in(replies: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Every button of the replies: title and payload."""
    offered = [dict(choice) for reply in replies if reply["type"] == "choices" for choice in reply["choices"]]
    for reply in replies:
        if reply["type"] == "form-field":
            offered += [
                {"title": choice["label"], "value": write_payload("choose", field_value=choice["value"])}
                for choice in reply["field"]["choices"]
            ]
    return offered


def _field(reply: Mapping[str, Any]) -> dict[str, Any]:
    field = reply["field"]
    asked: dict[str, Any] = {
        "application": reply.get("application"),
        "field": field["name"],
        "type": field["type"],
        "choices": [choice["label"] for choice in field["choices"]],
    }
    return asked if field["type"] != "upload" else asked | {"field": None, "material": field["name"]}
