"""The carrier's notices over HTTP."""

from typing import Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import ConfigDict, Field

from backend.applications.reports import Moment, Receipt, check_signature
from backend.core.guard import Audience, audience
from backend.core.house import house
from backend.core.schemas import Incoming
from backend.delivery import sending

blueprint = APIBlueprint(
    "delivery", __name__, url_prefix="/api/v1/departments", abp_tags=[Tag(name="部门回调 departments")]
)


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
    check_signature(house())
    return {"outcome": sending.take_in(house(), body.model_dump())}
