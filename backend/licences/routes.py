"""E-licences over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath
from backend.licences import wallet

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
