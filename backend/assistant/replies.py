"""The assistant's replies as Rasa sends them: references only, checked before they are kept."""

from collections.abc import Iterable
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from backend.assistant import schemas
from backend.core.logs import logger

Reference = dict[str, Any]


class _Reference(BaseModel):
    """What a reply may hold before it is filled; more is left out."""

    model_config = ConfigDict(extra="ignore")


class _Card(_Reference):
    card: schemas.CardKind
    id: str
    text: str | None = None


class _FormField(_Reference):
    application: str | None = None
    field: str | None = None
    material: str | None = None
    # A question of the conversation's own, about no application.
    question: schemas.QuestionKind | None = None
    text: str

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.question is None and (self.application is None or not (self.field or self.material)):
            raise ValueError("a form field asks for a field, a material or a question")
        return self


_KINDS: dict[str, type[BaseModel]] = {
    "text": schemas.TextReply,
    "choices": schemas.ChoicesReply,
    "notice": schemas.NoticeReply,
    "card": _Card,
    "form-field": _FormField,
}


def read_replies(answers: Iterable[dict[str, Any]]) -> list[Reference]:
    """Rasa's ``{text?, custom?}`` as replies by reference; what is none is logged and left out."""
    replies: list[Reference] = []
    for answer in answers:
        said = answer.get("custom") or {"type": "text", "text": answer.get("text")}
        reply = _read(said)
        if reply is not None:
            replies.append(reply)
    return replies


def _read(said: Any) -> Reference | None:
    kind = said.get("type") if isinstance(said, dict) else None
    try:
        checked = _KINDS[str(kind)].model_validate(said)
    except (KeyError, ValidationError) as error:
        logger().error("chat.reply-unreadable", kind=kind, error=type(error).__name__)
        return None
    return {"type": kind, **checked.model_dump(exclude_none=True, exclude={"type"})}
