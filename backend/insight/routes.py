"""Insight over HTTP, for those who train the assistant."""

from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience
from backend.core.house import house
from backend.insight import schemas, telling
from backend.workbench.roles import Role

blueprint = APIBlueprint(
    "insight", __name__, url_prefix="/api/v1/operator/insight", abp_tags=[Tag(name="运营洞察 insight")]
)


@blueprint.get("", summary="对话的成效", responses={200: schemas.Insight})
@audience(Audience.STAFF, roles={Role.OPERATE})
def read_insight(query: schemas.InsightQuery) -> Any:
    """Containment, hand-offs, first answers, repetitions: in all, and by what is asked."""
    return telling.insight(house(), by=query.by, since=query.since, until=query.until)


@blueprint.get("/fields", summary="表填到哪里放下了", responses={200: schemas.FieldsLeft})
@audience(Audience.STAFF, roles={Role.OPERATE})
def read_fields(query: schemas.SpanQuery) -> Any:
    """At which question people leave a form and have not come back."""
    return {"items": telling.fields_left(house(), since=query.since, until=query.until)}


@blueprint.get("/unanswered", summary="没答上来的话题", responses={200: schemas.Unanswered})
@audience(Audience.STAFF, roles={Role.OPERATE})
def read_unanswered(query: schemas.SpanQuery) -> Any:
    """What was asked in vain, grouped by likeness."""
    return {"items": telling.unanswered(house(), since=query.since, until=query.until)}


@blueprint.get("/chart.svg", summary="一项成效的走势图", responses={200: None})
@audience(Audience.STAFF, roles={Role.OPERATE})
def read_chart(query: schemas.ChartQuery) -> Response:
    """One figure over the days, as SVG."""
    picture = telling.chart(house(), query.figure, since=query.since, until=query.until)
    return Response(picture, content_type="image/svg+xml; charset=utf-8")
