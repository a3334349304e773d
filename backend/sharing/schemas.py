"""What goes into and out of the sharing routes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import IdPath, Incoming, PageQuery

REQUEST: dict[str, Any] = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "item": {"id": "property", "name": "不动产登记信息", "share": "有条件"},
    "owner": {"id": "natural-resources", "name": "市规划和自然资源局"},
    "department": {"id": "housing-fund", "name": "市住房公积金管理中心"},
    "matter": "fund-withdrawal-rent",
    "use": "核验申请人在本市有没有住房",
    "scene": "租房提取公积金",
    "days": 365,
    "state": "answering",
    "state_label": "等提供部门答复",
    "due": "2026-11-30T15:59:59+00:00",
    "late": False,
    "history": [],
    "created_at": "2026-11-23T02:00:00+00:00",
}
GRANT: dict[str, Any] = {
    "id": "property:fund-withdrawal-rent",
    "item": "property",
    "owner": "natural-resources",
    "department": "housing-fund",
    "matter": "fund-withdrawal-rent",
    "scene": "办理“租房提取住房公积金”时预填和核验",
    "state": "active",
    "until": "2028-11-22T02:00:00+00:00",
}


class RequestBody(Incoming):
    """Which item a department wants, for which matter, and what for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "item": "property",
                "matter": "fund-withdrawal-rent",
                "use": "核验申请人在本市有没有住房",
                "scene": "租房提取公积金",
                "days": 365,
            }
        }
    )

    item: str = Field(max_length=60)
    matter: str = Field(max_length=60)
    use: str = Field(min_length=4, max_length=500)
    scene: str = Field(min_length=2, max_length=200)
    days: int = Field(365, ge=1, le=1095)


class StepPath(IdPath):
    """A request and the next step of it."""

    step: Literal["check", "answer", "dispute", "settle"]


class StepBody(Incoming):
    """A yes or no with its reason; a grant may be shorter and narrower than asked."""

    model_config = ConfigDict(json_schema_extra={"example": {"yes": False, "reason": "用途与职责不符"}})

    yes: bool = True
    reason: str = Field("", max_length=500)
    days: int = Field(365, ge=1, le=1095)
    scene: str = Field("", max_length=200)


class EndBody(Incoming):
    """Why a grant ends."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "事项已经取消"}})

    reason: str = Field(min_length=2, max_length=300)


class RequestsQuery(PageQuery):
    """Which requests: those one's department made, those it has to answer, or all that concern it."""

    side: Literal["asked", "asking", "all"] = "all"
    state: str | None = Field(None, max_length=20)


class ItemList(BaseModel):
    """The catalogue of data items."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": "property",
                        "name": "不动产登记信息",
                        "department": "natural-resources",
                        "section": "property",
                        "fields": [],
                        "share": "有条件",
                        "basis": "不动产登记暂行条例",
                        "on_platform": True,
                    }
                ]
            }
        }
    )

    items: list[dict[str, Any]]


class SharingRequest(BaseModel):
    """One request and what became of it."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": REQUEST})

    id: str
    state: str


class SharingRequestPage(BaseModel):
    """One page of requests, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [REQUEST], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None


class Grant(BaseModel):
    """One grant: who may use which item for which matter, how long."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": GRANT})

    id: str
    state: str


class GrantPage(BaseModel):
    """One page of grants, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [GRANT], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None


class UsagePage(BaseModel):
    """One page of the log of use: an item, a matter and a day each."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {"day": "2026-11-23", "matter": "fund-withdrawal-rent", "item": "property", "uses": 41}
                ],
                "next_cursor": None,
            }
        }
    )

    items: list[dict[str, Any]]
    next_cursor: str | None
