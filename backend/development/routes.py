"""Development only: who to try, and the texts that the simulated SMS gateway delivered."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict

from backend.accounts import store
from backend.accounts.schemas import CodeBody
from backend.core.guard import Audience, audience
from backend.core.house import house
from backend.development.demo import demo_citizens
from backend.workbench.demo import demo_staff

blueprint = APIBlueprint(
    "development", __name__, url_prefix="/api/v1/development", abp_tags=[Tag(name="开发 development")]
)


class DemoCitizens(BaseModel):
    """Synthetic citizens and their stories."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"items": [{"name": "随小办", "phone": "19900000001", "story": "驾驶证快到期"}]}
        }
    )

    items: list[dict[str, str]]


class DemoStaff(BaseModel):
    """Made-up staff of every department."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "name": "civil-affairs.receiver",
                        "password": "k3J9…",
                        "display": "窗口安收",
                        "department": "civil-affairs",
                        "roles": ["receive"],
                    }
                ]
            }
        }
    )

    items: list[dict[str, Any]]


class SmsList(BaseModel):
    """The newest texts first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {"text": "【随办】验证码 123456", "code": "123456", "at": "2026-11-23T02:00:00+00:00"}
                ]
            }
        }
    )

    items: list[dict[str, Any]]


@blueprint.get("/citizens", summary="演示用的居民", responses={200: DemoCitizens})
@audience(Audience.PUBLIC)
def list_citizens() -> Any:
    """Whom to sign in as."""
    return {"items": demo_citizens(house())}


@blueprint.get("/staff", summary="演示用的工作人员", responses={200: DemoStaff})
@audience(Audience.PUBLIC)
def list_staff() -> Any:
    """Whom to sign in as at a department, with the generated passwords."""
    return {"items": demo_staff(house())}


@blueprint.post("/sms-outbox", summary="读取模拟短信", responses={200: SmsList})
@audience(Audience.PUBLIC)
def sms_outbox(body: CodeBody) -> Any:
    """What was sent to a phone in the last ten minutes."""
    rows = store.read_sms(house(), body.phone)
    return {"items": [row | {"at": row["at"].isoformat()} for row in rows]}
