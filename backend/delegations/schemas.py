"""What goes in and out of delegations and organisations."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.schemas import PHONE
from backend.core.schemas import Incoming

# As long as the name of a matter or of a kind of licence may be.
Name = Annotated[str, Field(max_length=60)]


class Terms(Incoming):
    """What a delegation covers: matters (``*`` for all), days, licences (None: all), how many times."""

    matters: list[Name] = Field(min_length=1, max_length=50, description="事项编号，* 表示所有事项")
    days: int = Field(30, ge=1, le=365, description="有效多少天")
    licences: list[Name] | None = Field(None, max_length=50, description="可用的证照种类，不填为全部")
    uses: int | None = Field(None, ge=1, le=100, description="可办几次，不填为不限")
    relation: str = Field("", max_length=10, description="对方是您的什么人")


class GiveBody(Terms):
    """A principal lets somebody act."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"agent_phone": "19900000002", "matters": ["elderly-allowance"]}}
    )

    agent_phone: str = PHONE


class AskBody(Terms):
    """Somebody asks to act for a principal."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "principal_phone": "19900000002",
                "matters": ["elderly-allowance"],
                "relation": "妈妈",
            }
        }
    )

    principal_phone: str | None = Field(None, pattern=r"^1[3-9]\d{9}$", description="对方的 11 位手机号")
    turn: str | None = Field(None, max_length=40, description="说出手机号的那句对话，代替 principal_phone")


class Delegation(BaseModel):
    """A delegation as either side sees it."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "id": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                "state": "active",
                "role": "principal",
                "principal": "安*寿",
                "agent": "随*行",
                "relation": "孩子",
                "matters": [{"id": "elderly-allowance", "name": "高龄津贴"}],
                "licences": None,
                "until": "2026-12-22T02:00:00+00:00",
                "uses_left": 1,
                "history": [{"at": "2026-11-22T02:00:00+00:00", "text": "已发起"}],
            }
        },
    )

    id: str
    state: Literal["asked", "offered", "active", "declined", "revoked"]
    role: Literal["principal", "agent"]
    matters: list[dict[str, str]]
    until: str
    uses_left: int | None


class Delegations(BaseModel):
    """One page of a citizen's delegations, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [], "next_cursor": None}})

    items: list[Delegation]
    next_cursor: str | None


class Principals(BaseModel):
    """Everybody a citizen may act for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "id": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                        "kind": "person",
                        "name": "安*寿",
                        "relation": "本人",
                        "right": "self",
                        "matters": ["*"],
                        "until": None,
                    }
                ]
            }
        }
    )

    items: list[dict[str, Any]]


class BindBody(Incoming):
    """An organisation as its legal representative names it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "随安市模拟商贸有限公司", "credit_code": "91990000MA00000000"}}
    )

    name: str = Field(min_length=2, max_length=80)
    credit_code: str = Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$", description="统一社会信用代码")


class AppointBody(Incoming):
    """An invitation to act for an organisation."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"phone": "19900000002", "role": "handler", "matters": ["seal-filing"]}}
    )

    phone: str = PHONE
    role: Literal["administrator", "handler"]
    matters: list[Name] = Field(["*"], min_length=1, max_length=100)
    days: int = Field(365, ge=1, le=1095)


class Membership(BaseModel):
    """Somebody's place in an organisation."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "id": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                "organisation": {"id": "01JD8ZQ4T6M3W5K7P9R1S2V3X5", "name": "随安市模拟商贸有限公司"},
                "name": "随*行",
                "role": "legal-representative",
                "role_label": "法定代表人",
                "matters": ["*"],
                "state": "active",
                "until": "2027-11-22T02:00:00+00:00",
            }
        },
    )

    id: str
    organisation: dict[str, str]
    role: str
    state: str


class Memberships(BaseModel):
    """One page of places in organisations, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [], "next_cursor": None}})

    items: list[Membership]
    next_cursor: str | None


class MemberPath(Incoming):
    """An organisation and one of its memberships."""

    id: str = Field(max_length=80)
    member: str = Field(max_length=80)
