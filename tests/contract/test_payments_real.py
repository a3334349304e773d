"""Fees against the real payment company: taken once, given back when nothing came of it, reconciled."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from integrations.departments.database import utc_now
from integrations.gateways.failures import DepartmentConflict
from integrations.gateways.payments import PaymentOrder, PaymentsGateway
from integrations.gateways.post import PostGateway
from tests.contract.city import KEY, City, wait_until


@pytest.fixture
def company(city: City) -> PaymentsGateway:
    return PaymentsGateway(city.process.url, KEY)


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


def an_order(company: PaymentsGateway, city: City, *, amount: str = "10.00") -> PaymentOrder:
    return company.place(
        order=f"ORDER{time.monotonic_ns()}",
        amount=amount,
        subject="驾驶证期满换证",
        notify_url=f"{city.receiver.url}/api/v1/departments/payments",
        return_url="http://127.0.0.1:9/back",
    )


def press(browser: httpx.Client, city: City, order: PaymentOrder) -> httpx.Response:
    return browser.post(f"{city.process.url}{order.cashier}", data={"action": "pay"})


def told(city: City, order: PaymentOrder) -> list[dict[str, Any]]:
    return [one.body for one in list(city.receiver.notices) if one.body.get("order") == order.order]


def test_the_page_shows_what_is_paid_for_and_pressing_twice_pays_once(
    city: City, company: PaymentsGateway, browser: httpx.Client
) -> None:
    order = an_order(company, city)
    page = browser.get(f"{city.process.url}{order.cashier}").text
    assert "驾驶证期满换证" in page
    assert "10.00" in page
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: press(browser, city, order).status_code, range(4)))
    assert answers == [303] * 4
    wait_until(lambda: bool(told(city, order)), what="the notice")
    time.sleep(0.5)
    assert [one["event"] for one in told(city, order)] == ["paid"]
    assert company.find(order.order).state == "paid"


def test_an_order_is_placed_once_and_never_for_another_amount(city: City, company: PaymentsGateway) -> None:
    order = an_order(company, city)
    again = company.place(
        order=order.order, amount="10.00", subject="x", notify_url="http://127.0.0.1:9", return_url="http://x"
    )
    assert again.cashier == order.cashier
    with pytest.raises(DepartmentConflict):
        company.place(
            order=order.order, amount="1.00", subject="x", notify_url="http://x", return_url="http://x"
        )


def test_a_closed_order_cannot_be_paid_and_a_paid_one_not_closed(
    city: City, company: PaymentsGateway, browser: httpx.Client
) -> None:
    order = an_order(company, city)
    company.close_order(order.order)
    assert press(browser, city, order).status_code == 409
    paid = an_order(company, city)
    press(browser, city, paid)
    with pytest.raises(DepartmentConflict):
        company.close_order(paid.order)


def test_no_more_is_given_back_than_was_paid(
    city: City, company: PaymentsGateway, browser: httpx.Client
) -> None:
    order = an_order(company, city)
    with pytest.raises(DepartmentConflict):
        company.refund(order.order, refund="REFUND0001", amount="10.00", reason="没有办成")
    press(browser, city, order)
    for _ in range(2):
        company.refund(order.order, refund="REFUND0001", amount="10.00", reason="没有办成")
    with pytest.raises(DepartmentConflict):
        company.refund(order.order, refund="REFUND0002", amount="0.01", reason="没有办成")
    assert company.find(order.order).refunded == "10.00"
    wait_until(lambda: len(told(city, order)) >= 2, what="both notices")
    assert [one["event"] for one in told(city, order)] == ["paid", "refunded"]


def test_the_statement_has_what_was_settled(
    city: City, company: PaymentsGateway, browser: httpx.Client
) -> None:
    order, open_order = an_order(company, city), an_order(company, city)
    press(browser, city, order)
    now = utc_now()
    listed = [one.order for one in company.statement(now - timedelta(minutes=5), now + timedelta(minutes=5))]
    assert order.order in listed
    assert open_order.order not in listed


def test_a_parcel_is_sent_once_and_told_of_step_by_step(city: City) -> None:
    carrier = PostGateway(city.process.url, KEY)
    wish = {
        "parcel": f"PARCEL{time.monotonic_ns()}",
        "sender": "市公安局交通警察总队",
        "contents": "机动车驾驶证",
        "name": "随小行",
        "phone": "19900000001",
        "address": "随安市清溪区安居街道安居路1弄1号",
        "notify_url": f"{city.receiver.url}/api/v1/departments/parcels",
    }
    first, again = carrier.send(**wish), carrier.send(**wish)
    assert first.number == again.number

    def steps() -> list[str]:
        bodies = [one.body for one in list(city.receiver.notices)]
        return [body["event"] for body in bodies if body.get("parcel") == wish["parcel"]]

    wait_until(lambda: "delivered" in steps(), what="the delivery")
    assert steps() == ["collected", "on-the-way", "out-for-delivery", "delivered"]
    assert [step.event for step in carrier.track(wish["parcel"]).journey] == steps()
