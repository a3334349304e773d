"""What goes into and out of the staff account routes."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from backend.core.schemas import Incoming
from backend.workbench.roles import Role

NAME = Field(pattern=r"^[a-z][a-z0-9.\-]{2,39}$", description="用户名：小写字母、数字、点和连字符")
PASSWORD = Field(min_length=1, max_length=128)
ACCOUNT: dict[str, Any] = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "name": "an.xiaoban",
    "display": "安小办",
    "department": "civil-affairs",
    "roles": [{"id": "receive", "label": "收件受理"}],
    "disabled": False,
    "signed_in_at": None,
    "version": 1,
}


class SignInBody(Incoming):
    """A member of staff's name and password."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "an.xiaoban", "password": "a long password"}},
        str_strip_whitespace=False,
    )

    name: str = NAME
    password: SecretStr = PASSWORD


class RefreshBody(Incoming):
    """The newest refresh token."""

    model_config = ConfigDict(json_schema_extra={"example": {"refresh_token": "01k9v3x7m2.q3F…"}})

    refresh_token: str = Field(max_length=200)


class StaffTokens(BaseModel):
    """A pair of tokens: access for ten minutes; the refresh token rotates within one working day."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "access_token": "eyJhbGciOiJFZERTQSJ9…",
                "refresh_token": "01k9v3x7m2q4c8t6w5b1n0h9jd.q3F…",
                "token_type": "Bearer",
                "expires_in": 600,
                "staff": {"id": ACCOUNT["id"], "department": "civil-affairs", "roles": ["receive"]},
            }
        }
    )

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    staff: dict[str, Any]


class CreateBody(Incoming):
    """A new colleague."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "an.xiaoban",
                "display": "安小办",
                "password": "a long password",
                "roles": ["receive"],
            }
        }
    )

    name: str = NAME
    display: str = Field("", max_length=40)
    password: SecretStr = PASSWORD
    roles: list[Role] = Field(min_length=1, max_length=len(Role))


class ChangeBody(Incoming):
    """What changes of an account; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"example": {"roles": ["handle", "review"]}})

    display: str | None = Field(None, max_length=40)
    roles: list[Role] | None = Field(None, min_length=1, max_length=len(Role))
    disabled: bool | None = None


class PasswordBody(Incoming):
    """A new password."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "another long password"}})

    password: SecretStr = PASSWORD


class Account(BaseModel):
    """A member of staff."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": ACCOUNT})

    id: str
    name: str
    department: str
    roles: list[dict[str, str]]


class AccountPage(BaseModel):
    """One page of a department's accounts, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ACCOUNT], "next_cursor": None}})

    items: list[Account]
    next_cursor: str | None
