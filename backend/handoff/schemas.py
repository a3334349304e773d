"""What goes into and out of the hand-off's routes for citizens."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.assistant.schemas import Reply
from backend.core.schemas import Incoming

ID = "01k9v3x7m2q4c8t6w5b1n0h9jd"
STANDING: dict[str, Any] = {
    "id": ID,
    "state": "waiting",
    "position": 2,
    "wait_minutes": 6,
    "text": "大约等 6 分钟",
    "asked_at": "2026-11-23T02:00:00+00:00",
}
TOLD = {"type": "notice", "level": "info", "text": "好，正在为您转人工：前面还有 1 位，大约等 6 分钟。"}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": example})


class AskBody(Incoming):
    """Why a person is asked for; whoever is in danger comes first."""

    model_config = _example({"reason": "asked"})

    reason: Literal["asked", "stuck", "unhappy", "danger", "distress"] = "asked"
    number: str = Field("", max_length=8, description="有危险时该打的电话")
    lang: Literal["zh", "en"] | None = Field(None, description="不给就用对话的语言")


class MessageBody(Incoming):
    """A message for when somebody is there again."""

    model_config = _example({"text": "我妈的养老金停发了，她在外地，想问问怎么补认证。"})

    text: str = Field(min_length=1, max_length=1000)


class RatingBody(Incoming):
    """How the conversation was, in five levels."""

    model_config = _example({"level": 5, "comment": "讲得很清楚"})

    level: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=500)


class Standing(BaseModel):
    """How a citizen's hand-off stands; nothing in it when there is none."""

    model_config = _example(STANDING)

    id: str | None
    state: str | None = Field(
        description="offered 可留言；writing 正在留言；waiting 排队；attended 人工；message 已留言；其余结束"
    )
    position: int | None = Field(description="排第几，从 1 起")
    wait_minutes: int | None = Field(description="大约要等几分钟；空：说不准")
    text: str = Field(description="等多久，用话说")
    asked_at: str | None = None


class Asked(Standing):
    """How it stands after asking, with what to show."""

    model_config = _example(STANDING | {"replies": [TOLD]})

    replies: list[Reply]


class Rated(BaseModel):
    """A conversation's rating."""

    model_config = _example({"id": ID, "level": 5, "text": "记下了：非常满意。谢谢您。"})

    id: str
    level: int
    text: str
