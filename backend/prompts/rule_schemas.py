"""What goes into and out of the operators' routes for prompt rules."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming

RULE = "driving-licence-renewal"
SOURCE = {"department": "traffic-police", "as_of": "2026-11-23T02:00:00+00:00"}
CONDITION: dict[str, Any] = {
    "holds": True,
    "path": "licences",
    "wanted": "elemMatch {type: driving-licence, expires: < 2027-02-21 (today+90d)}",
    "value": "{type: driving-licence, expires: 2026-12-18}",
} | SOURCE
CONTROL: dict[str, Any] = {"control": "quiet-hours", "lets": False, "why": "夜里不打扰"}
CONTROL |= {"until": "2026-11-24T00:00:00+00:00"}
PLAN: dict[str, Any] = {
    "rule": RULE,
    "why": "by day",
    "indexed": True,
    "index": "licences.type_1_licences.expires_1",
    "keys": 3,
}


class ExplainBody(Incoming):
    """Whose facts are read, and why: both are written down where that citizen sees it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"citizen": "01k9v3x7m2q4c8t6w5b1n0h9jd", "why": "市民问为什么收到"}}
    )

    citizen: str = Field(max_length=80)
    why: str = Field(min_length=2, max_length=200)


class Explanation(BaseModel):
    """Each condition with the fact that decided it, the controls, and what would become of the prompt.

    A condition is ``{holds, path, wanted, value, department, as_of}``, or several: ``{holds, join, of}``.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rule": RULE,
                "version": "0f3a9c1b22de",
                "day": "2026-11-23",
                "holds": True,
                "conditions": CONDITION,
                "controls": [CONTROL],
                "outcome": "waits",
            }
        }
    )

    rule: str
    version: str
    day: str
    holds: bool
    conditions: dict[str, Any]
    controls: list[dict[str, Any]]
    outcome: Literal["not-met", "kept-back", "waits", "shown"]


class DryRun(BaseModel):
    """Whom a rule reaches, counted; nobody hears of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rule": RULE,
                "version": "0f3a9c1b22de",
                "level": "L1",
                "day": "2026-11-23",
                "reached": 1204,
                "by_district": {"清溪区": 310},
                "by_age": {"35–59": 700},
                "by_sex": {"男": 801},
                "kept_back": {"topic": 12},
                "first_wave": 1192,
                "next_week": 95,
                "examples": [],
            }
        }
    )

    rule: str
    version: str
    level: str
    day: str
    reached: int
    by_district: dict[str, int]
    by_age: dict[str, int]
    by_sex: dict[str, int]
    kept_back: dict[str, int]
    first_wave: int
    next_week: int | None
    examples: list[dict[str, Any]]


class RulePlan(BaseModel):
    """How the day's question of a rule finds people."""

    model_config = ConfigDict(json_schema_extra={"example": PLAN})

    rule: str
    why: str
    indexed: bool
    index: str | None
    keys: int


class RulePlans(BaseModel):
    """Every rule's plan."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [PLAN]}})

    items: list[RulePlan]
