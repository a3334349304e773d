"""What goes out of the messages' routes."""

from typing import Any

from pydantic import BaseModel, ConfigDict

MESSAGE: dict[str, Any] = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "kind": "application",
    "title": "已受理：驾驶证期满换证",
    "title_en": "Accepted: Driving licence renewal",
    "text": "“驾驶证期满换证”（SB261123004182737）材料齐全，市公安局交通警察总队已受理。",
    "text_en": "Your application “Driving licence renewal” (SB261123004182737) has been accepted.",
    "application": "01k9v3x7m2q4c8t6w5b1n0h9je",
    "prompt": None,
    "state": "accepted",
    "read": False,
    "created_at": "2026-11-23T02:00:00+00:00",
}


class Message(BaseModel):
    """One message, in both languages."""

    model_config = ConfigDict(json_schema_extra={"example": MESSAGE})

    id: str
    kind: str
    title: str
    title_en: str
    text: str
    text_en: str
    application: str | None
    prompt: str | None
    state: str | None
    read: bool
    created_at: str


class MessagePage(BaseModel):
    """A page of messages, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [MESSAGE], "next_cursor": None}})

    items: list[Message]
    next_cursor: str | None


class Unread(BaseModel):
    """How many messages are unread; 100 stands for 100 or more."""

    model_config = ConfigDict(json_schema_extra={"example": {"unread": 3}})

    unread: int
