"""What goes into and out of the accounts' routes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.modes import Mode
from backend.core.schemas import Incoming

PHONE = Field(pattern=r"^1[3-9]\d{9}$", description="11 位手机号")
TOKENS: dict[str, Any] = {
    "access_token": "eyJhbGciOiJFZERTQSJ9…",
    "refresh_token": "01k9v3x7m2q4c8t6w5b1n0h9jd.q3F…",
    "token_type": "Bearer",
    "expires_in": 600,
    "citizen": {"id": "01k9v3x7m2q4c8t6w5b1n0h9jd", "assurance": 3},
}


class CodeBody(Incoming):
    """Where the one-time code goes."""

    model_config = ConfigDict(json_schema_extra={"example": {"phone": "19900000001"}})

    phone: str = PHONE


class CodeSent(BaseModel):
    """How long the code lives, in seconds."""

    model_config = ConfigDict(json_schema_extra={"example": {"expires_in": 300}})

    expires_in: int


class Device(Incoming):
    """The device that signs in."""

    id: str = Field("", max_length=100)
    name: str = Field("", max_length=100)


class SignInBody(Incoming):
    """A phone and the code that was sent to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "phone": "19900000001",
                "code": "123456",
                "device": {"id": "a1b2", "name": "我的手机"},
            }
        }
    )

    phone: str = PHONE
    code: str = Field(pattern=r"^\d{6}$")
    device: Device = Device(id="", name="")


class RefreshBody(Incoming):
    """The newest refresh token."""

    model_config = ConfigDict(json_schema_extra={"example": {"refresh_token": TOKENS["refresh_token"]}})

    refresh_token: str = Field(max_length=200)


class Tokens(BaseModel):
    """A pair of tokens: access for ten minutes, refresh rotates at every use."""

    model_config = ConfigDict(json_schema_extra={"example": TOKENS})

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    citizen: dict[str, Any]


class RealNameBody(Incoming):
    """Name and identity number, compared with the population registry."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "随小办", "identity_number": "310101199003070011"}}
    )

    name: str = Field(min_length=2, max_length=60)
    identity_number: str = Field(min_length=15, max_length=20)


class Assurance(BaseModel):
    """The identity level reached, and an access token that carries it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"assurance": 3, "access_token": "eyJ…", "expires_in": 600}}
    )

    assurance: int
    access_token: str
    expires_in: int


class Me(BaseModel):
    """The signed-in citizen, masked."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
                "name": "随*办",
                "phone": "199****0001",
                "identity_number": "310101********0011",
                "assurance": 3,
                "mode": "standard",
                "suggested_mode": None,
            }
        }
    )

    id: str
    name: str | None
    phone: str
    identity_number: str | None
    assurance: int
    mode: Mode
    suggested_mode: Mode | None = Field(description="建议换成的版本：满 60 岁、还没问过的，建议长辈版")


class MeChange(Incoming):
    """How the citizen wants to be spoken to."""

    model_config = ConfigDict(json_schema_extra={"example": {"mode": "elder"}})

    mode: Mode = Field(description="standard 标准版，elder 长辈版：句子短、选择少、能念出来、一键找人")


class ProfileView(BaseModel):
    """What departments know, by section, each with its source and time; personal values masked."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "sections": [
                    {
                        "section": "population",
                        "value": {"name": "随*办", "sex": "男"},
                        "department": "市公安局",
                        "as_of": "2026-11-23T02:00:00+00:00",
                    }
                ]
            }
        }
    )

    sections: list[dict[str, Any]]


class ConsentPath(Incoming):
    """One of the purposes that consent is asked for, each apart."""

    purpose: Literal["data-sharing", "prompts"]


class ConsentBody(Incoming):
    """Whether the citizen agrees, and to which version of the text."""

    model_config = ConfigDict(json_schema_extra={"example": {"granted": False, "version": "2026-10"}})

    granted: bool
    version: str = Field("2026-10", max_length=20)


class Consents(BaseModel):
    """Where each consent stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"items": [{"purpose": "prompts", "granted": True, "version": "2026-10", "at": None}]}
        }
    )

    items: list[dict[str, Any]]
