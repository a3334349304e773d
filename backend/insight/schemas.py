"""What goes into and out of insight's routes."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming

FIGURES: dict[str, Any] = {
    "conversations": 812,
    "turns_mean": 6.4,
    "containment": 0.91,
    "handoff_rate": 0.09,
    "first_answer_success": 0.87,
    "repeated_questions": 0.04,
    "unanswered": 0.06,
}


class SpanQuery(Incoming):
    """Some days, both included."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    since: date = Field(alias="from")
    until: date = Field(alias="to")


class InsightQuery(SpanQuery):
    """Which days, and by what the figures are divided."""

    by: Literal["day", "matter", "lang", "mode", "channel"] = "day"


class ChartQuery(SpanQuery):
    """Which figure to draw over which days."""

    figure: Literal[
        "conversations",
        "turns_mean",
        "containment",
        "handoff_rate",
        "first_answer_success",
        "repeated_questions",
        "unanswered",
    ] = "containment"


class Insight(BaseModel):
    """Figures in all and by row; rows of fewer than five people are left out and counted in ``hidden``."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "by": "day",
                "from": "2026-11-22",
                "to": "2026-11-23",
                "total": FIGURES,
                "items": [{"day": "2026-11-22", **FIGURES}],
                "hidden": 0,
            }
        }
    )

    by: str
    since: str = Field(alias="from")
    until: str = Field(alias="to")
    total: dict[str, Any] | None
    items: list[dict[str, Any]]
    hidden: int


class FieldsLeft(BaseModel):
    """At which question of which form people leave, most often first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "matter": "residence-permit",
                        "name": "居住证申领",
                        "field": "photo",
                        "label": "照片",
                        "left": 31,
                    }
                ]
            }
        }
    )

    items: list[dict[str, Any]]


class Unanswered(BaseModel):
    """What people asked for in vain, most people first; a group is labelled by its most typical sentence."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [{"label": "科目三在哪约考", "people": 12, "times": 15}]}}
    )

    items: list[dict[str, Any]]
