"""E-licences over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath, PageQuery
from backend.licences import uses, wallet

blueprint = APIBlueprint(
    "licences", __name__, url_prefix="/api/v1/licences", abp_tags=[Tag(name="电子证照 licences")]
)
EXAMPLE: dict[str, Any] = {
    "id": "4f0c2b9d7a61e8c35d20",
    "type": "driving-licence",
    "name": "机动车驾驶证",
    "number": "310101********0011",
    "status": "valid",
    "issuer": "市公安局交通警察总队",
    "issued": "2026-11-23",
    "expires": "2036-11-23",
    "data": {"class": "C1"},
}


class Licence(BaseModel):
    """One e-licence, its number masked."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": EXAMPLE})

    id: str
    type: str
    name: str
    number: str | None
    status: str
    issuer: str
    issued: str | None
    expires: str | None


class Licences(BaseModel):
    """The whole wallet; a person has some dozen at most."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [EXAMPLE]}})

    items: list[Licence]


class Use(BaseModel):
    """One use of a licence in the place of a material."""

    application: str
    number: str | None
    department: str
    purpose: str
    material: str
    at: str


class Uses(BaseModel):
    """One page of a licence's uses, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "application": "01k9v3x7m2q4c8t6w5b1n0h9jd",
                        "number": "SB261123004182737",
                        "department": "市公安局交通警察总队",
                        "purpose": "办理“驾驶证期满换证”",
                        "material": "medical-fitness",
                        "at": "2026-11-23T02:00:00+00:00",
                    }
                ],
                "next_cursor": None,
            }
        }
    )

    items: list[Use]
    next_cursor: str | None


@blueprint.get("", summary="我的证照", responses={200: Licences})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def list_licences() -> Any:
    """Every licence of the citizen."""
    return {"items": wallet.list_licences(house(), caller().citizen)}


@blueprint.get("/<string:id>", summary="证照详情", responses={200: Licence})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read_licence(path: IdPath) -> Any:
    """One licence."""
    return wallet.get_licence(house(), caller().citizen, path.id)


@blueprint.get("/<string:id>/uses", summary="证照用在了哪里", responses={200: Uses})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def list_uses(path: IdPath, query: PageQuery) -> Any:
    """Every application in which the licence stood in for a material, and who got it why."""
    return uses.list_uses(house(), caller().citizen, path.id, query).view(uses.view_use)
