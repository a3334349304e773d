"""Collecting money: orders, refunds and the statement of the payment company."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from integrations.gateways.line import Line, part

COMPANY = "payments"


class PaymentOrder(BaseModel):
    """An order as the company has it; amounts in yuan as text with two decimals."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    order: str
    amount: str
    state: str
    refunded: str
    cashier: str
    trade: str | None = None
    settled_at: str | None = None


class Statement(BaseModel):
    """Every order settled in a stretch of time."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    orders: list[PaymentOrder]


class PaymentsGateway(Line):
    """The payment company, as the backend sees it. Every call may be repeated."""

    def place(
        self, *, order: str, amount: str, subject: str, notify_url: str, return_url: str
    ) -> PaymentOrder:
        """Order money to be collected. Raises DepartmentConflict for another amount under the number."""
        body = {
            "order": order,
            "amount": amount,
            "subject": subject,
            "notify_url": notify_url,
            "return_url": return_url,
        }
        return self.read(COMPANY, self.ask(COMPANY, "POST", "/payments/orders", body), PaymentOrder)

    def find(self, order: str) -> PaymentOrder:
        """Where an order stands. Raises CaseNotFound."""
        answer = self.ask(COMPANY, "GET", f"/payments/orders/{part(order)}", None)
        return self.read(COMPANY, answer, PaymentOrder)

    def close_order(self, order: str) -> PaymentOrder:
        """Nobody may pay it any more. Raises DepartmentConflict when somebody did."""
        answer = self.ask(COMPANY, "POST", f"/payments/orders/{part(order)}/close", {})
        return self.read(COMPANY, answer, PaymentOrder)

    def refund(self, order: str, *, refund: str, amount: str, reason: str) -> PaymentOrder:
        """Give money back; the same refund twice is one. Raises DepartmentConflict."""
        body = {"refund": refund, "amount": amount, "reason": reason}
        answer = self.ask(COMPANY, "POST", f"/payments/orders/{part(order)}/refunds", body)
        return self.read(COMPANY, answer, PaymentOrder)

    def statement(self, since: datetime, until: datetime) -> list[PaymentOrder]:
        """Every order settled in a stretch of time."""
        span = f"since={part(since.isoformat())}&until={part(until.isoformat())}"
        answer = self.ask(COMPANY, "GET", f"/payments/statement?{span}", None)
        return self.read(COMPANY, answer, Statement).orders
