"""The carrier's notices, and a citizen's new collection code, over HTTP."""

from typing import Any, Literal

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.applications.reports import Moment, Receipt, check_signature
from backend.applications.schemas import DELIVERY, SubmitHeader
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.idempotency import Answer, once
from backend.core.schemas import IdPath, Incoming
from backend.delivery import sending, window

# As it signs its notices.
CARRIER = "post"
blueprint = APIBlueprint(
    "delivery", __name__, url_prefix="/api/v1/departments", abp_tags=[Tag(name="部门回调 departments")]
)

collecting = APIBlueprint(
    "collecting", __name__, url_prefix="/api/v1/applications", abp_tags=[Tag(name="办件 applications")]
)


class Delivery(BaseModel):
    """How a result reaches its owner; at the window with the code that is shown there."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": DELIVERY})

    way: str
    code: str | None


class ParcelNotice(Incoming):
    """A step of a parcel's journey."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "event_id": "ev-1",
                "parcel": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                "number": "MN0000000001",
                "event": "delivered",
                "text": "已签收",
                "at": "2026-11-23T02:00:00+00:00",
            }
        },
    )

    event_id: str = Field(min_length=1, max_length=80)
    parcel: str = Field(max_length=64)
    number: str = Field(max_length=40)
    event: Literal["collected", "on-the-way", "out-for-delivery", "delivered"]
    text: str = Field(max_length=80)
    at: Moment


@blueprint.post("/parcels", summary="快递进展通知", responses={200: Receipt})
@audience(Audience.SIGNED)
def told(body: ParcelNotice) -> Any:
    """Take in a step once; 200 means it is committed."""
    check_signature(house(), CARRIER)
    return {"outcome": sending.take_in(house(), body.model_dump())}


@collecting.post("/<string:id>/collection-code", summary="换一个取件码", responses={200: Delivery})
@audience(Audience.CITIZEN)
def new_code(path: IdPath, header: SubmitHeader) -> Response:
    """A new code in the old one's place. The same Idempotency-Key gives the same code again."""
    citizen = caller().citizen

    def work() -> Answer:
        changed = window.ask_for_code(house(), citizen, path.id)
        return Answer(sending.view(changed, code=window.code_for(house(), changed)), 200)

    done = once(
        house(),
        who=citizen,
        what="collection-code",
        key=header.idempotency_key,
        body={"application": path.id},
        work=work,
    )
    response = jsonify(done.body)
    response.status_code = done.status
    if done.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
