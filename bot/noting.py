"""What was understood of a message, noted beside the replies so that the channel can tell it.

Rasa gives a channel the replies only. Whatever model reads a turn says here what it made of it; nothing
of this is for the citizen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

# A button's payload may hold anything; a matter's id is such a word.
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MOST_MATTERS = 5

_parse = MessageProcessor.parse_message


def note_readings() -> None:
    """From now on each message's output channel holds the message's ``reading``."""
    MessageProcessor.parse_message = _parse_and_note


def reading_of(parsed: Mapping[str, Any], model: str) -> dict[str, Any]:
    """``{act, confidence, decision, matters: [{id, score}], model}``: names and numbers, nothing said."""
    intent = parsed.get("intent") or {}
    entities = parsed.get("entities") or []
    matters = [
        {"id": found["value"], "score": round(float(found.get("confidence_entity", 1.0)), 3)}
        for found in entities
        if found.get("entity") == "matter" and _ID.fullmatch(str(found.get("value")))
    ]
    decisions = (found["value"] for found in entities if found.get("entity") == "matter_decision")
    return {
        "act": str(intent.get("name") or ""),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "decision": next(decisions, "none"),
        "matters": matters[:_MOST_MATTERS],
        "model": model,
    }


async def _parse_and_note(
    self: MessageProcessor,
    message: UserMessage,
    tracker: DialogueStateTracker | None = None,
    only_output_properties: bool = True,
) -> dict[str, Any]:
    parsed: dict[str, Any] = await _parse(self, message, tracker, only_output_properties)
    if message.output_channel is not None:
        message.output_channel.reading = reading_of(parsed, self.model_filename or "")
    return parsed
