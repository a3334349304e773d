"""What goes into and out of the data correction routes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming, PageQuery

CORRECTION: dict[str, Any] = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "prompt": None,
    "section": "population",
    "path": "population.residence.address",
    "should_be": "安居区安心路9号",
    "department": "public-security",
    "note": "去年搬的家",
    "state": "open",
    "state_label": "等部门核实",
    "reason": None,
    "due": "2026-11-30T15:59:59+00:00",
    "answered_at": None,
    "created_at": "2026-11-23T02:00:00+00:00",
}
DISPUTE: dict[str, Any] = {
    key: CORRECTION[key] for key in ("id", "section", "path", "state", "due", "answered_at", "created_at")
}


class DisputeBody(Incoming):
    """Which value of the profile is wrong, and what it should be."""

    model_config = ConfigDict(
        json_schema_extra={"example": {key: CORRECTION[key] for key in ("path", "should_be", "note")}}
    )

    path: str = Field(max_length=120, description="信息的路径，如 population.residence.address")
    should_be: str = Field(min_length=1, max_length=200)
    note: str = Field("", max_length=500)


class AnswerBody(Incoming):
    """Whether the value was wrong, and how that was found."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"accepted": True, "reason": "核对了租赁备案，地址确已变更。"}}
    )

    accepted: bool
    reason: str = Field(min_length=2, max_length=500)


class DisputesQuery(PageQuery):
    """Which disputes: those that stand so."""

    state: Literal["open", "accepted", "corrected", "refused"] = "open"


class Correction(BaseModel):
    """A data correction as its citizen sees it."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": CORRECTION})

    id: str
    state: str


class Dispute(BaseModel):
    """A disputed value as its owner department sees it."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": DISPUTE
            | {"citizen": "随*办", "value": "安居区安心路**", "should_be": "安居区安心路9号"}
        },
    )

    id: str
    state: str


class DisputePage(BaseModel):
    """One page of disputes, the nearest deadline first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [DISPUTE], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None
