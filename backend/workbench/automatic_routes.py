"""The switch of 秒批 over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath, Incoming
from backend.workbench import pausing
from backend.workbench.roles import CASE_ROLES, Role

blueprint = APIBlueprint(
    "automatic", __name__, url_prefix="/api/v1/staff/automatic", abp_tags=[Tag(name="工作台 cases")]
)
ROW: dict[str, Any] = {
    "matter": "senior-card",
    "name": "敬老卡申领",
    "grounds": ["户籍登记在本市", "已满 65 周岁"],
    "paused": False,
    "reason": None,
}


class PauseBody(Incoming):
    """Whether data may decide, and if not, why."""

    model_config = ConfigDict(json_schema_extra={"example": {"paused": True, "reason": "登记数据正在核对"}})

    paused: bool
    reason: str = Field("", max_length=300)


class AutomaticMatters(BaseModel):
    """A department's matters that data may decide."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ROW]}})

    items: list[dict[str, Any]]


@blueprint.get("", summary="本部门的秒批事项", responses={200: AutomaticMatters})
@audience(Audience.STAFF, roles=CASE_ROLES)
def list_automatic() -> Any:
    """Each with its grounds, and whether it is paused."""
    return {"items": pausing.list_automatic(house(), caller().department)}


@blueprint.put("/<string:id>", summary="暂停或恢复秒批", responses={200: AutomaticMatters})
@audience(Audience.STAFF, roles={Role.SUPERVISE})
def switch(path: IdPath, body: PauseBody) -> Any:
    """Send a matter's cases to people, or let data decide again."""
    who = caller()
    if body.paused:
        pausing.pause(house(), who.staff, who.department, path.id, reason=body.reason)
    else:
        pausing.resume(house(), who.department, path.id)
    return {"items": pausing.list_automatic(house(), who.department)}
