"""The catalogue over HTTP: search and guides."""

import base64
import binascii
from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.core.errors import Problem
from backend.core.guard import Audience, audience
from backend.core.schemas import IdPath, PageQuery
from backend.matters.catalogue import catalogue
from backend.matters.guides import guide, row
from backend.matters.search import search

blueprint = APIBlueprint(
    "matters", __name__, url_prefix="/api/v1/matters", abp_tags=[Tag(name="事项 matters")]
)
ROW: dict[str, Any] = {
    "id": "driving-licence-renewal",
    "name": "驾驶证期满换证",
    "name_en": "Driving licence renewal",
    "department": {"id": "traffic-police", "name": "市公安局交通警察总队"},
    "life_event": "transport",
    "kind": "行政许可",
    "service": "承诺件",
    "visits": 0,
    "promised": "1 个工作日",
    "summary": "驾驶证有效期满前 90 天内换领新证，网上办，不用跑。",
    "score": 1.0,
}


class MattersQuery(PageQuery):
    """What to search for, and filters."""

    q: str = Field("", max_length=100, description="想办的事，口语也行")
    life_event: str | None = Field(None, max_length=30)
    department: str | None = Field(None, max_length=60)


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
    """One page of matters, best match first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ROW], "next_cursor": None}})

    items: list[MatterRow]
    next_cursor: str | None


class MatterGuide(MatterRow):
    """The whole guide: conditions, form, materials, fee, limits, legal basis, questions."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": ROW | {"conditions": ["持有本市核发的机动车驾驶证"], "basis": "simulated"}
        },
    )


@blueprint.get("", summary="搜索事项", responses={200: MatterPage})
@audience(Audience.PUBLIC, Audience.CITIZEN, Audience.ASSISTANT)
def find(query: MattersQuery) -> Any:
    """Matters that match, best first; without words the whole catalogue by name."""
    if query.q:
        found = [(matter, score) for matter, score in search().find(query.q)]
    else:
        found = [(matter, 1.0) for matter in catalogue().all()]
    wanted = [
        (matter, score)
        for matter, score in found
        if query.life_event in (None, matter.life_event) and query.department in (None, matter.department)
    ]
    start = _start(query.cursor)
    page = wanted[start : start + query.limit]
    end = start + len(page)
    return {
        "items": [row(matter) | {"score": score} for matter, score in page],
        "next_cursor": _cursor(end) if end < len(wanted) else None,
    }


@blueprint.get("/<string:id>", summary="办事指南", responses={200: MatterGuide})
@audience(Audience.PUBLIC, Audience.CITIZEN, Audience.ASSISTANT)
def read(path: IdPath) -> Any:
    """The guide of one matter."""
    return guide(catalogue().get(path.id))


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode()


def _start(cursor: str | None) -> int:
    try:
        return max(0, int(base64.urlsafe_b64decode(cursor.encode()))) if cursor else 0
    except (ValueError, binascii.Error) as error:
        raise Problem("invalid-request", "cursor 无效，请使用上一页返回的 next_cursor。") from error
