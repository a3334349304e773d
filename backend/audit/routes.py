"""Who read my data, over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict

from backend.audit.trail import about_me, view_reading
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import PageQuery

blueprint = APIBlueprint("audit", __name__, url_prefix="/api/v1/me", abp_tags=[Tag(name="我的 me")])


class ReadingPage(BaseModel):
    """One page of who read the citizen's data, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": "2026-11-23/00000017",
                        "at": "2026-11-23T02:00:00+00:00",
                        "department": "市民政局",
                        "by": "安*",
                        "what": "查看了您的档案",
                        "why": "核对家庭成员",
                        "basis": "个人信息保护法第三十四条",
                        "application": "01k9v3x7m2q4c8t6w5b1n0h9jd",
                        "number": "SB261123004182737",
                        "refused": False,
                    }
                ],
                "next_cursor": None,
            }
        }
    )

    items: list[dict[str, Any]]
    next_cursor: str | None


@blueprint.get("/audit", summary="谁看过我的信息", responses={200: ReadingPage})
@audience(Audience.CITIZEN)
def list_readings(query: PageQuery) -> Any:
    """Every reading of the citizen's data by staff, also those that were refused."""
    found = about_me(house(), caller().citizen, query)
    return found.view(lambda entry: view_reading(house(), entry))
