"""What goes into and out of the prompts' routes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming, PageQuery

ID = "01k9v3x7m2q4c8t6w5b1n0h9jd"
PROMPT: dict[str, Any] = {
    "id": ID,
    "matter": {"id": "driving-licence-renewal", "name": "驾驶证期满换证"},
    "level": "L1",
    "topic": "licences",
    "title": "驾驶证快到期了",
    "title_en": "Your driving licence is about to expire",
    "text": "您的驾驶证将于2026年12月18日到期，现在可以网上换证。",
    "text_en": "Your driving licence expires on 18 December 2026.",
    "because": "交管部门登记的驾驶证有效期在 90 天之内。",
    "because_en": "Traffic police records show that your licence expires within 90 days.",
    "state": "shown",
    "application": None,
    "correction": None,
    "evidence": [
        {
            "label": "驾驶证有效期至",
            "value": "2026-12-18",
            "department": "市公安局交通警察总队",
            "as_of": "2026-11-23",
        }
    ],
    "circumstances": [
        {
            "words": ["搬家", "地址变了"],
            "text": "搬了家，换证和改地址一起办。",
            "text_en": "",
            "gives": {"request": "both"},
        }
    ],
    "shown_at": "2026-11-23T02:00:00+00:00",
    "created_at": "2026-11-23T02:00:00+00:00",
}
TOPIC: dict[str, Any] = {"topic": "licences", "name": "证照到期", "muted": False}
CORRECTION: dict[str, Any] = {
    "id": ID,
    "prompt": ID,
    "note": "证已经换过了",
    "state": "open",
    "created_at": "2026-11-23T02:00:00+00:00",
}


class PromptsQuery(PageQuery):
    """Which prompts to list."""

    state: Literal["open", "closed"] | None = Field(None, description="open: 还没答复的；不填为全部")


class AnswerBody(Incoming):
    """What the citizen says to a prompt."""

    model_config = ConfigDict(json_schema_extra={"example": {"answer": "accept"}})

    answer: Literal["accept", "decline", "later", "wrong-data", "mute"]
    note: str = Field("", max_length=500, description="信息不对时，哪里不对")


class TopicPath(Incoming):
    """A topic of prompts."""

    topic: str = Field(max_length=40)


class TopicBody(Incoming):
    """Whether prompts of a topic are switched off."""

    model_config = ConfigDict(json_schema_extra={"example": {"muted": True}})

    muted: bool


class Evidence(BaseModel):
    """A fact a prompt rests on; personal values masked."""

    label: str
    value: str
    department: str
    as_of: str | None


class Circumstance(BaseModel):
    """Words that, said to the prompt, change what is to be done, and the form's answers that follow."""

    words: list[str]
    text: str
    text_en: str
    gives: dict[str, str]


class Prompt(BaseModel):
    """One prompt, with why it came."""

    model_config = ConfigDict(json_schema_extra={"example": PROMPT})

    id: str
    matter: dict[str, str]
    level: str
    topic: str
    title: str
    title_en: str
    text: str
    text_en: str
    because: str
    because_en: str
    state: str
    application: str | None
    correction: str | None
    evidence: list[Evidence]
    circumstances: list[Circumstance]
    shown_at: str | None
    created_at: str


class PromptPage(BaseModel):
    """A page of prompts, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [PROMPT], "next_cursor": None}})

    items: list[Prompt]
    next_cursor: str | None


class Outcome(BaseModel):
    """What an answer led to: an application for yes, a day for later, a correction for wrong data."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "state": "filed",
                "application": {
                    "id": ID,
                    "number": "SB261123004182737",
                    "filed": True,
                    "promised_date": "2026-11-24",
                },
            }
        }
    )

    state: str
    application: dict[str, Any] | None = None
    until: str | None = None
    correction: str | None = None


class Topic(BaseModel):
    """A topic and its switch."""

    model_config = ConfigDict(json_schema_extra={"example": TOPIC})

    topic: str
    name: str
    muted: bool


class Topics(BaseModel):
    """Every topic."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [TOPIC]}})

    items: list[Topic]


class CorrectionPage(BaseModel):
    """A page of data corrections, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [CORRECTION], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None
