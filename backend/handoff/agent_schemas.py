"""What goes into and out of the agents' routes."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming, IncomingQuery, PageQuery

ID = "01k9v3x7m2q4c8t6w5b1n0h9jd"
AT = "2026-11-23T02:00:00+00:00"
BRIEF: dict[str, Any] = {
    "id": ID,
    "state": "waiting",
    "reason": {"id": "asked", "label": "本人要求转人工"},
    "number": "",
    "urgent": False,
    "elder": True,
    "call_back": False,
    "lang": "zh",
    "asked_at": AT,
    "waited_seconds": 42,
    "dropped": 0,
    "agent": None,
    "unanswered_since": None,
    "rating": None,
}
TURN: dict[str, Any] = {
    "turn": ID,
    "by": "citizen",
    "said": "我的电话是[电话]，能帮我看看吗",
    "replies": [],
    "at": AT,
}
NOTE: dict[str, Any] = {"by": ID, "at": AT, "text": "老人耳背，说短一点"}
WHOLE: dict[str, Any] = BRIEF | {
    "state": "attended",
    "matter": {"id": "driving-licence-renewal", "name": "驾驶证期满换证"},
    "asked": ["转人工", "体检在哪儿做"],
    "draft": {
        "application": ID,
        "step": 2,
        "of": 2,
        "asking": "联系电话",
        "fields": [{"label": "持证人", "filled": True, "value": "随*办"}],
    },
    "message": None,
    "turns": [TURN],
    "notes": [NOTE],
    "transfers": [],
}
SUGGESTION: dict[str, Any] = {
    "text": "县级以上医院或有资质的体检站都行，带身份证去，一般十几分钟。",
    "source": {
        "matter": "driving-licence-renewal",
        "name": "驾驶证期满换证",
        "part": "常见问题：体检能在哪儿做",
    },
    "score": 0.81,
}
FIGURES: dict[str, Any] = {
    "day": "2026-11-23",
    "asked": 12,
    "taken": 9,
    "wait_seconds": 73.0,
    "handling_seconds": 310.0,
    "rating_mean": 4.4,
    "reasons": {"asked": 10, "stuck": 1, "unhappy": 0, "danger": 0, "distress": 1},
}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="allow", json_schema_extra={"example": example})


def _page(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": {"items": [example], "next_cursor": None}})


class QueueQuery(PageQuery):
    """Which part of the queue."""

    state: Literal["waiting", "message", "all"] = "all"


class MineQuery(PageQuery):
    """Which of one's own conversations."""

    state: Literal["attended", "ended"] = "attended"


class SuggestionsQuery(IncomingQuery):
    """What to look for; without words, what the citizen said last."""

    q: str = Field("", max_length=200)
    limit: int = Field(6, ge=3, le=20)


class CannedQuery(PageQuery):
    """What to look for, and for which conversation the answers are filled in."""

    q: str = Field("", max_length=100)
    conversation: str | None = Field(None, max_length=80)


class FiguresQuery(IncomingQuery):
    """Which days, both included; without them the last seven."""

    since: date | None = None
    until: date | None = None


class SayBody(Incoming):
    """What an agent says; the same ``id`` again is said once."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"text": "您好，我看到您在换驾照，体检当天就能传过来。", "id": "7f0c2b9e"}
        }
    )

    text: str = Field(min_length=1, max_length=1000)
    id: str | None = Field(None, min_length=1, max_length=80)


class NoteBody(Incoming):
    """A note for colleagues."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "老人耳背，说短一点"}})

    text: str = Field(min_length=1, max_length=500)


class TransferBody(Incoming):
    """To whom, and why."""

    model_config = ConfigDict(json_schema_extra={"example": {"to": ID, "why": "社保的事，这位同事熟"}})

    to: str = Field(min_length=1, max_length=80)
    why: str = Field(min_length=2, max_length=300)


class AnswerBody(Incoming):
    """The answer to a message."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "您母亲可以请社区工作人员上门认证。"}})

    text: str = Field(min_length=1, max_length=1000)


class PhoneToCall(BaseModel):
    """The number of somebody who asked to be called."""

    model_config = ConfigDict(json_schema_extra={"example": {"phone": "19900000001"}})

    phone: str


class Brief(BaseModel):
    """Somebody who waits or is attended: why and since when, nothing that was said."""

    model_config = _example(BRIEF)

    id: str
    state: str


class BriefPage(BaseModel):
    """One page of the queue, the next one first; or of one's own, newest first."""

    model_config = _page(BRIEF)

    items: list[Brief]
    next_cursor: str | None


class Conversation(BaseModel):
    """A conversation as its agent sees it: values masked."""

    model_config = _example(WHOLE)

    id: str
    state: str


class AgentTurn(BaseModel):
    """A turn as an agent reads it."""

    model_config = _example(TURN)

    turn: str
    by: Literal["citizen", "assistant", "agent"]
    said: str | None


class TurnPage(BaseModel):
    """One page of a conversation, newest first."""

    model_config = _page(TURN)

    items: list[AgentTurn]
    next_cursor: str | None


class Said(BaseModel):
    """What was said, by its turn."""

    model_config = _example({"turn": ID})

    turn: str


class Suggestions(BaseModel):
    """What may be said, best first, each with where it stands."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [SUGGESTION]}})

    items: list[dict[str, Any]]


class CannedPage(BaseModel):
    """One page of canned answers, filled in."""

    model_config = _page(
        {"id": "one-moment", "title": "请稍等", "text": "请稍等一两分钟，我查一下，马上回来。"}
    )

    items: list[dict[str, Any]]
    next_cursor: str | None


class NotePage(BaseModel):
    """One page of notes, the oldest first."""

    model_config = _page(NOTE)

    items: list[dict[str, Any]]
    next_cursor: str | None


class Colleagues(BaseModel):
    """Who is there, and how many conversations they have."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [{"id": ID, "name": "客服安话", "attending": 2, "me": True}]}}
    )

    items: list[dict[str, Any]]


class FiguresList(BaseModel):
    """One row a day."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [FIGURES]}})

    items: list[dict[str, Any]]
