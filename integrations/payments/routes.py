"""The payment company over HTTP: for merchants with their key, and the cashier's page for payers."""

from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from integrations.departments.doors import read_body, require_key
from integrations.payments.company import OrderConflict, OrderUnknown, PaymentCompany, shown
from integrations.payments.shapes import OrderWish, RefundWish

PAGE = Path(__file__).with_name("cashier.html").read_text("utf-8")
TOLD = {
    "paid": "已经支付成功，谢谢。",
    "refunded": "这笔钱已经退回。",
    "closed": "这笔订单已关闭，不用付了。",
    "expired": "这笔订单已过期，请回到随办重新发起。",
}
Answer = Response | tuple[Response, int] | AnyResponse | str

merchants = Blueprint("payments", __name__, url_prefix="/payments")
cashier = Blueprint("cashier", __name__, url_prefix="/cashier")
require_key(merchants, lambda office: office.settings.key)


@merchants.post("/orders")
def place_order() -> Answer:
    """Order money to be collected."""
    return jsonify(shown(company().place(read_body(OrderWish))))


@merchants.get("/orders/<order>")
def find_order(order: str) -> Answer:
    """Where an order stands."""
    return jsonify(shown(company().find(order)))


@merchants.post("/orders/<order>/close")
def close_order(order: str) -> Answer:
    """Nobody may pay it any more."""
    return jsonify(shown(company().close(order)))


@merchants.post("/orders/<order>/refunds")
def refund_order(order: str) -> Answer:
    """Give money back."""
    return jsonify(shown(company().refund(order, read_body(RefundWish))))


@merchants.get("/statement")
def statement() -> Answer:
    """Every order settled between ``since`` and ``until`` (ISO moments)."""
    try:
        since, until = (datetime.fromisoformat(request.args[name]) for name in ("since", "until"))
    except (KeyError, ValueError):
        return jsonify(errors=[{"field": "since", "reason": "two ISO moments are needed"}]), 422
    return jsonify(orders=company().statement(since, until))


@cashier.get("/<token>")
def show_page(token: str) -> Answer:
    """The page on which somebody pays."""
    order = company().at_cashier(token)
    return _page(order["state"], order)


@cashier.post("/<token>")
def press_button(token: str) -> Answer:
    """The payer pressed a button."""
    order = company().at_cashier(token)
    if request.form.get("action") == "pay":
        try:
            company().pay(token)
        except OrderConflict:
            return _page("expired", order), 409  # type: ignore[return-value]
    return redirect(order["return_url"], code=303)


def company() -> PaymentCompany:
    """The company this application serves."""
    found = current_app.extensions["payments"]
    assert isinstance(found, PaymentCompany)
    return found


def answer_errors(blueprint: Blueprint) -> None:
    """Unknown orders and what does not fit them, as merchants and payers are told."""

    def unknown(_: OrderUnknown) -> tuple[Response, int]:
        return jsonify(error="not-found"), 404

    def conflict(error: OrderConflict) -> tuple[Response, int]:
        return jsonify(error="conflict", detail=str(error)), 409

    blueprint.register_error_handler(OrderUnknown, unknown)
    blueprint.register_error_handler(OrderConflict, conflict)


def _page(state: str, order: dict[str, object]) -> str:
    return render_template_string(
        PAGE,
        subject=order["subject"],
        amount=order["amount"],
        state=state,
        told=TOLD.get(state, ""),
        return_url=order["return_url"],
    )


for _blueprint in (merchants, cashier):
    answer_errors(_blueprint)
