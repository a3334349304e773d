"""What the payment company takes in."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)]
Url = Annotated[str, Field(pattern=r"^https?://", max_length=300)]


class OrderWish(BaseModel):
    """Money to collect: in yuan, for something a payer understands, and where to tell of it."""

    model_config = ConfigDict(extra="forbid")

    order: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    amount: Amount
    subject: str = Field(min_length=1, max_length=80)
    notify_url: Url
    return_url: Url


class RefundWish(BaseModel):
    """Money to give back, all or part of an order's."""

    model_config = ConfigDict(extra="forbid")

    refund: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    amount: Amount
    reason: str = Field(min_length=1, max_length=80)
