"""Figures over HTTP: for staff, and a month later for everybody."""

from datetime import date
from typing import Any, Literal

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.core.guard import Audience, audience
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import Incoming
from backend.figures import telling
from backend.workbench.roles import Role

blueprint = APIBlueprint("figures", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="效能 figures")])
READS = Limit("open-data", count=60, seconds=60)
ROW: dict[str, Any] = {
    "department": "civil-affairs",
    "name": "市民政局",
    "handled": 1204,
    "on_time_rate": 0.9983,
    "online_share": 0.97,
    "zero_visit_share": 0.94,
    "correction_rate": 0.06,
    "refusal_rate": 0.02,
    "data_reuse": 0.83,
    "satisfaction": 0.98,
    "acceptance_hours_median": 3,
    "rated": 611,
    "rating_mean": 4.7,
}


class FiguresQuery(Incoming):
    """Which figures: by department or matter, over which days, as JSON or CSV."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    by: Literal["department", "matter"] = "department"
    since: date = Field(alias="from")
    until: date = Field(alias="to")
    format: Literal["json", "csv"] | None = None


class OpenQuery(Incoming):
    """Which month's figures, by department or matter, as JSON or CSV."""

    model_config = ConfigDict(extra="ignore")

    by: Literal["department", "matter"] = "department"
    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="月份，如 2026-10")
    format: Literal["json", "csv"] | None = None


class Figures(BaseModel):
    """A row each department or matter; shares are between 0 and 1."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ROW]}})

    items: list[dict[str, Any]]


class OpenFigures(BaseModel):
    """A month's figures; None is what is too small to be told, or would give that away."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "by": "department",
                "month": "2026-10",
                "licence": {**telling.LICENCE},
                "total": 20311,
                "items": [ROW],
            }
        }
    )

    by: str
    month: str
    licence: dict[str, str]
    total: int | None
    items: list[dict[str, Any]]


@blueprint.get("/staff/figures", summary="办件效能", responses={200: Figures})
@audience(Audience.STAFF, roles={Role.SUPERVISE, Role.ADMINISTRATE})
def read_figures(query: FiguresQuery) -> Any:
    """How departments or matters do over some days."""
    rows = telling.staff_figures(house(), by=query.by, since=query.since, until=query.until)
    return _csv(rows, f"figures-{query.by}") if _wants_csv(query.format) else {"items": rows}


@blueprint.get("/open-data/figures", summary="开放数据：办件效能", responses={200: OpenFigures})
@audience(Audience.PUBLIC)
def read_open_figures(query: OpenQuery) -> Any:
    """A whole month's figures for everybody, licensed CC BY 4.0."""
    spend(house(), READS, request.remote_addr or "")
    year, month = query.month.split("-")
    told = telling.open_data(house(), by=query.by, year=int(year), month=int(month))
    return _csv(told["items"], f"figures-{query.by}-{query.month}") if _wants_csv(query.format) else told


def _wants_csv(asked: str | None) -> bool:
    return asked == "csv" or (asked is None and request.accept_mimetypes.best == "text/csv")


def _csv(rows: list[dict[str, Any]], name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename={name}.csv",
        "Link": f'<{telling.LICENCE["url"]}>; rel="license"',
    }
    return Response(telling.as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)
