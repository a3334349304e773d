"""Request and response models that every feature shares."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Incoming(BaseModel):
    """A request's body, query or path: unknown members are refused, texts are trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]
        """The schema, built once: the web framework asks for it on every request."""
        return super().model_json_schema(*args, **kwargs)


class IncomingQuery(Incoming):
    """A query string: unknown parameters are ignored, as proxies add their own."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class PageQuery(IncomingQuery):
    """What a caller says of the page it wants."""

    limit: int = Field(20, ge=1, le=100, description="最多返回多少条")
    cursor: str | None = Field(None, max_length=300, description="上一页给出的 next_cursor")


class LongPageQuery(PageQuery):
    """A page of what is seldom long: whoever asks for no limit gets all of it but for a few."""

    limit: int = Field(100, ge=1, le=100, description="最多返回多少条")


class IdPath(Incoming):
    """The id in a path."""

    id: str = Field(max_length=80, description="编号")


class ProblemDocument(BaseModel):
    """An RFC 9457 problem: ``type`` is stable, ``detail`` is a sentence for people."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "https://suiban.example/problems/not-found",
                "title": "没有找到",
                "status": 404,
                "detail": "没有找到这个办件，可能已删除，或不属于您。",
            }
        },
    )

    type: str
    title: str
    status: int
    detail: str
