"""What goes into the catalogue's routes and what comes out."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.errors import Problem, not_found
from backend.core.schemas import IncomingQuery, PageQuery

ROW: dict[str, Any] = {
    "id": "driving-licence-renewal",
    "name": "驾驶证期满换证",
    "name_zh": "驾驶证期满换证",
    "name_en": "Driving licence renewal",
    "department": {"id": "traffic-police", "name": "市公安局交通警察总队", "phone": "12123"},
    "life_event": "transport",
    "kind": "行政许可",
    "service": "承诺件",
    "audience": ["natural-person"],
    "bundle": False,
    "visits": 0,
    "promised": "1 个工作日",
    "summary": "驾驶证有效期满前 90 天内换领新证，网上办，不用跑。",
    "score": 1.0,
    "highlight": [[3, 7]],
    "matched": "换驾照",
}
FACETS: dict[str, Any] = {"life_event": [{"value": "transport", "name": "交通出行", "count": 1}]}
PAGE: dict[str, Any] = {"items": [ROW], "total": 1, "facets": FACETS, "next_cursor": None, "by_meaning": True}
MINE: dict[str, Any] = {
    "id": "driving-licence-renewal",
    "name": "驾驶证期满换证",
    "for": {"id": "01JD8ZQ4T6M3W5K7P9R1S2V3X4", "right": "self"},
    "for_me": True,
    "assurance": {"needed": 3, "mine": 3},
    "eligible": True,
    "conditions": [{"text": "您名下有机动车驾驶证", "met": True, "otherwise": None, "note": ""}],
    "materials": [
        {
            "id": "identity-card",
            "name": "居民身份证",
            "status": "exempt",
            "licence": "identity-card",
            "note": "",
        }
    ],
    "known": [{"name": "holder", "label": "持证人", "source": {"department": "市公安局", "as_of": None}}],
    "asked": [{"name": "contact_phone", "label": "联系电话", "required": True}],
    "fee": {"amount": 10.0, "usual": 10.0},
    "visits": 0,
    "notes": [],
    "promised": {"text": "1 个工作日", "date": "2026-10-12", "provisional": False},
    "acceptance": {"text": "5 个工作日", "date": "2026-10-16", "provisional": False},
    "parts": [],
    "open": None,
    "languages": {"name": "zh", "conditions": "zh", "materials": "zh", "form": "zh"},
    "language_note": "",
}
PICTURE = {
    "description": "SVG",
    "content": {"image/svg+xml": {"schema": {"type": "string"}, "example": "<svg>…</svg>"}},
}


class LanguageQuery(IncomingQuery):
    """The language of the texts."""

    lang: Literal["zh", "en"] | None = Field(None, description="zh 或 en；不给时看 Accept-Language")


class MattersQuery(PageQuery):
    """What to search for, and filters."""

    q: str = Field("", max_length=100, description="想办的事：口语、拼音、首字母、英文都行")
    life_event: str | None = Field(None, max_length=30)
    department: str | None = Field(None, max_length=60)
    audience: Literal["natural-person", "organisation"] | None = None
    online: bool | None = Field(None, description="true：一次都不用跑")
    visits: int | None = Field(None, ge=0, le=10)
    bundle: bool | None = Field(None, description="true：只要一件事")
    lang: Literal["zh", "en"] | None = None


class SuggestionsQuery(IncomingQuery):
    """What was typed so far."""

    q: str = Field("", max_length=40, description="已经打的字、拼音或首字母")


class MineQuery(LanguageQuery):
    """For whom: oneself, or somebody one may act for."""

    principal: str | None = Field(
        None, alias="for", max_length=40, description="替谁看（id，见 /delegations/principals）；不填是自己"
    )


class MatterRow(BaseModel):
    """A line of the search."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": ROW})

    id: str
    name: str
    name_en: str
    department: dict[str, str]
    life_event: str
    visits: int
    promised: str
    summary: str


class MatterPage(BaseModel):
    """One page of matters, best match first, with counts for the filters."""

    model_config = ConfigDict(json_schema_extra={"example": PAGE})

    items: list[MatterRow]
    total: int
    facets: dict[str, list[dict[str, Any]]]
    next_cursor: str | None
    by_meaning: bool


class MatterGuide(MatterRow):
    """The whole guide: conditions, form, materials, fee, limits, flow, remedies, legal basis, questions."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": ROW | {"conditions": ["持有本市核发的机动车驾驶证"], "basis": "simulated"}
        },
    )


class MatterForMe(BaseModel):
    """The guide applied to the facts of the caller, or of whom they act for; null is not known."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": MINE})

    id: str
    eligible: bool | None
    conditions: list[dict[str, Any]]
    materials: list[dict[str, Any]]
    known: list[dict[str, Any]]
    asked: list[dict[str, Any]]


class SuggestionList(BaseModel):
    """Names to offer, best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [{"text": "换驾照", "id": "driving-licence-renewal", "name": "驾驶证期满换证"}]
            }
        }
    )

    items: list[dict[str, str]]


class LifeEventList(BaseModel):
    """Life events in their order."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"items": [{"id": "birth", "name": "生育收养", "matters": 10, "bundles": 1}]}
        }
    )

    items: list[dict[str, Any]]


def no_picture() -> Problem:
    """The problem of asking for the picture of a matter that has no parts."""
    return not_found("流程图")
