"""Fees over HTTP."""

from typing import Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.applications.reports import Moment, Receipt, check_signature
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath, Incoming
from backend.payments import paying

blueprint = APIBlueprint("payments", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="缴费 payments")])
# As it signs its notices.
COMPANY = "payments"
STARTS = Limit("payment", count=20, seconds=60)


class Payment(BaseModel):
    """A fee: ``amount`` in yuan with two decimals; ``pay_url`` is the cashier's page."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "order": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                "amount": "10.00",
                "state": "open",
                "pay_url": "http://127.0.0.1:8100/cashier/abc",
            }
        }
    )

    order: str
    amount: str
    state: Literal["open", "paid", "refunding", "refunded", "closed"]
    pay_url: str | None


class PaymentNotice(Incoming):
    """What the payment company tells of an order."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "event_id": "ev-1",
                "order": "01JD8ZQ4T6M3W5K7P9R1S2V3X4",
                "event": "paid",
                "at": "2026-11-23T02:00:00+00:00",
                "details": {"amount": "10.00", "trade": "t-1"},
            }
        },
    )

    event_id: str = Field(min_length=1, max_length=80)
    order: str = Field(max_length=64)
    event: Literal["paid", "refunded"]
    at: Moment
    details: dict[str, Any] = Field(default_factory=dict)


@blueprint.post("/applications/<string:id>/payment", summary="去缴费", responses={200: Payment})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def start(path: IdPath) -> Any:
    """Open the cashier's page for an application's fee; asking again gives the same order."""
    spend(house(), STARTS, caller().citizen)
    return paying.start(house(), caller().citizen, path.id)


@blueprint.get("/applications/<string:id>/payment", summary="缴费情况", responses={200: Payment})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read(path: IdPath) -> Any:
    """Where the fee stands."""
    return paying.read(house(), caller().citizen, path.id)


@blueprint.post("/departments/payments", summary="支付结果通知", responses={200: Receipt})
@audience(Audience.SIGNED)
def told(body: PaymentNotice) -> Any:
    """Take in a notice once; 200 means it is committed."""
    check_signature(house(), COMPANY)
    return {"outcome": paying.take_in(house(), body.model_dump())}
