"""A fee from the submission to its end: held, paid once, filed once, given back when nothing came of it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import Problem
from integrations.departments.behaviour import Mode
from integrations.departments.database import utc_now
from tests.contract.city import City, emptied, wait_until
from tests.contract.engine import trial_matter
from tests.contract.prompting import together
from tests.contract.till import CompanyAtHand, Crash, Till, behave, press, running_city


@pytest.fixture(scope="module")
def shops(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(mongo_url, tmp_path_factory.mktemp("shops")) as city:
        yield city


@pytest.fixture
def till(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    made = Till(mongo_url, emptied(mongo_url, "till"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_matter():
        yield made
    made.go()


@pytest.fixture
def outside(till: Till, shops: City) -> Iterator[tuple[Till, City]]:
    """The till with the company in a process of its own."""
    till.with_company_outside(shops)
    till.told = len([one for one in shops.receiver.notices if one.path.endswith("/payments")])
    yield till, shops
    behave(shops, Mode.NORMAL)


@pytest.fixture
def at_hand(till: Till) -> CompanyAtHand:
    return till.with_company_at_hand()


def filed(till: Till) -> int:
    from backend.applications import filing

    till.clock.advance(seconds=30)
    filing.file_waiting(till.house)
    return len(till.departments.filed)


def hear_something(till: Till, city: City) -> list[str]:
    heard: list[str] = []
    wait_until(lambda: heard.extend(till.hear(city)) or heard, what="the company's notice")
    return heard


def refused(work: Any) -> str:
    with pytest.raises(Problem) as problem:
        work()
    return problem.value.kind.slug


def pay(till: Till, at_hand: CompanyAtHand, application: str) -> None:
    """Press the button of the company at hand; its notice is not heard yet."""
    cashier = till.start(application)["pay_url"].rpartition("/")[2]
    at_hand.company.pay(cashier)


def notice_of(till: Till, application: str, event: str = "paid") -> dict[str, Any]:
    rows = till.company_store["notices"].find({"body.order": application, "body.event": event})
    body: dict[str, Any] = next(iter(rows))["body"]
    return body


def hear(till: Till, application: str, event: str = "paid") -> str:
    from backend.payments import paying

    return paying.take_in(till.house, notice_of(till, application, event))


def test_what_costs_something_waits_for_its_fee_and_is_filed_when_it_is_paid(
    outside: tuple[Till, City],
) -> None:
    till, city = outside
    application = till.a_due()
    assert (till.state(application), till.payment(application)) == ("submitted", "due")
    assert filed(till) == 0
    assert till.clocks(application)["acceptance"] is None
    order = till.start(application)
    assert order["amount"] == "80.00"
    assert press(order) == 303
    assert hear_something(till, city) == ["applied"]
    assert till.payment(application) == "paid"
    assert till.clocks(application)["acceptance"] is not None
    assert filed(till) == 1
    assert filed(till) == 1


def test_pressing_again_and_hearing_it_twice_changes_nothing(outside: tuple[Till, City]) -> None:
    till, city = outside
    behave(city, Mode.ANSWERS_TWICE)
    application = till.a_due()
    order = till.start(application)
    assert together(*[lambda: press(order)] * 4) == [303] * 4
    heard: list[str] = []
    wait_until(lambda: len(heard.extend(till.hear(city)) or heard) >= 2, what="two notices")
    assert heard == ["applied", "duplicate"]
    assert len(till.emitted("application.submitted")) == 1
    assert [line["text"] for line in till.document(application)["timeline"]].count(
        "已缴费，等待部门收件"
    ) == 1


def test_a_lost_notice_is_mended_by_the_statement(outside: tuple[Till, City]) -> None:
    from backend.payments import paying

    till, city = outside
    behave(city, Mode.ANSWERS_LATE)
    application = till.a_due()
    assert press(till.start(application)) == 303
    time.sleep(0.3)
    assert till.hear(city) == []
    now = utc_now()
    report = paying.reconcile(till.house, now - timedelta(minutes=5), now + timedelta(minutes=5))
    assert application in report["mended"]
    assert till.payment(application) == "paid"
    assert paying.reconcile(till.house, now - timedelta(minutes=5), now)["mended"] == []


def test_coming_back_to_the_cashier_tells_of_a_payment_nobody_told_of(outside: tuple[Till, City]) -> None:
    till, city = outside
    behave(city, Mode.ANSWERS_LATE)
    application = till.a_due()
    press(till.start(application))
    assert till.start(application)["state"] == "paid"
    assert till.payment(application) == "paid"
    assert refused(lambda: till.start(application)) == "nothing-to-pay"


def test_starting_twice_at_once_gives_one_order(outside: tuple[Till, City]) -> None:
    till, _ = outside
    application = till.a_due()
    urls = {one["pay_url"] for one in together(*[lambda: till.start(application)] * 4)}
    assert len(urls) == 1
    assert till.house.db["payments"].count_documents({}) == 1


def test_withdrawn_at_the_cashier_the_money_comes_back(outside: tuple[Till, City]) -> None:
    from backend.applications import applying

    till, city = outside
    application = till.a_due()
    order = till.start(application)
    assert press(order) == 303
    applying.withdraw(till.house, till.citizen, application)
    till.run_events()
    outcomes = hear_something(till, city)
    assert set(outcomes) <= {"applied", "duplicate", "ignored"}
    look(till)
    wait_until(lambda: till.hear(city) or till.order(application)["state"] == "refunded", what="the refund")
    assert till.order(application)["state"] == "refunded"
    assert till.payment(application) == "refunded"
    assert till.house.payments.find(application).refunded == "80.00"
    assert filed(till) == 0
    assert len(till.emitted("payment.refunded")) == 1


def test_while_the_company_does_not_answer_the_application_waits(till: Till, at_hand: CompanyAtHand) -> None:
    application = till.a_due()
    at_hand.down = True
    assert refused(lambda: till.start(application)) == "payment-unavailable"
    assert look(till, days=4) == 1
    assert till.state(application) == "submitted"
    at_hand.down = False
    assert look(till, minutes=2) == 1
    assert till.state(application) == "voided"


def look(till: Till, **ahead: float) -> int:
    """The sweep, some time later."""
    from backend.payments import paying

    till.clock.advance(**(ahead or {"minutes": 2}))
    return paying.watch(till.house)


@pytest.mark.parametrize("report", ["not-accepted", "refused", "returned", "terminated"])
def test_what_is_turned_down_is_refunded_once(till: Till, at_hand: CompanyAtHand, report: str) -> None:
    application = till.a_due()
    pay(till, at_hand, application)
    assert hear(till, application) == "applied"
    assert filed(till) == 1
    till.run_events()
    assert till.report(application, report, details={"reason": "不符合", "where": "窗口"}) == "applied"
    till.run_events()
    till.run_events()
    look(till)
    assert at_hand.find(application).refunded == "80.00"
    assert (till.order(application)["state"], till.payment(application)) == ("refunded", "refunded")
    assert hear(till, application, "refunded") == "ignored"
    assert len(till.emitted("payment.refunded")) == 1


def test_what_is_granted_keeps_its_fee(till: Till, at_hand: CompanyAtHand) -> None:
    application = till.a_due()
    pay(till, at_hand, application)
    hear(till, application)
    filed(till)
    till.report(application, "approved")
    till.report(application, "completed")
    till.run_events()
    look(till, days=30)
    assert till.state(application) == "done"
    assert (at_hand.find(application).state, till.order(application)["state"]) == ("paid", "paid")


@pytest.mark.parametrize("been", [True, False])
def test_what_nobody_pays_for_three_days_is_void_and_cannot_be_paid_any_more(
    till: Till, at_hand: CompanyAtHand, been: bool
) -> None:
    from integrations.payments.company import OrderConflict

    application = till.a_due()
    cashier = till.start(application)["pay_url"].rpartition("/")[2] if been else ""
    assert look(till, days=2, hours=23) == 0
    assert look(till, hours=2) == 1
    assert (till.state(application), till.payment(application)) == ("voided", "closed")
    assert till.order(application)["state"] == "closed"
    if been:
        with pytest.raises(OrderConflict):
            at_hand.company.pay(cashier)
    assert refused(lambda: till.start(application)) == "nothing-to-pay"
    assert look(till, days=5) == 0
    assert filed(till) == 0


def test_a_day_later_the_cashier_still_takes_the_money(till: Till, at_hand: CompanyAtHand) -> None:
    application = till.a_due()
    till.start(application)
    till.clock.advance(days=2)
    pay(till, at_hand, application)
    assert hear(till, application) == "applied"


def test_paid_at_the_moment_of_expiry_it_is_filed(till: Till, at_hand: CompanyAtHand) -> None:
    application = till.a_due()
    till.clock.advance(days=2, hours=23)
    pay(till, at_hand, application)
    look(till, hours=2)
    assert (till.state(application), till.payment(application)) == ("submitted", "paid")
    assert filed(till) == 1
    assert hear(till, application) == "ignored"
    assert at_hand.find(application).state == "paid"


def test_paid_while_the_sweep_voids_it_is_either_filed_or_given_back(
    till: Till, at_hand: CompanyAtHand
) -> None:
    for _ in range(6):
        application = till.a_due()
        cashier = till.start(application)["pay_url"].rpartition("/")[2]
        till.clock.advance(days=2, hours=23, minutes=59)
        till.start(application)
        till.clock.advance(minutes=2)

        def settle(cashier: str = cashier, application: str = application) -> None:
            at_hand.company.pay(cashier)
            hear(till, application)

        together(settle, lambda: look(till, minutes=0))
        for _ in range(3):
            look(till, hours=2)
        filed(till)
        there, state = at_hand.find(application), till.state(application)
        if there.state == "paid":
            assert state == "submitted"
            assert till.payment(application) == "paid"
        else:
            assert state == "voided"
            assert there.refunded == ("80.00" if there.trade else "0.00")


def test_an_order_that_cannot_be_looked_after_does_not_keep_the_others_waiting(
    till: Till, at_hand: CompanyAtHand
) -> None:
    first, second = till.a_due(), till.a_due()
    for one in (first, second):
        till.start(one)
    till.clock.advance(days=4)
    at_hand.dies = True
    assert look(till) == 2
    assert sorted(till.state(one) for one in (first, second)) == ["submitted", "voided"]
    look(till, hours=2)
    assert {till.state(one) for one in (first, second)} == {"voided"}


def test_a_death_between_the_refund_and_our_note_refunds_once(till: Till, at_hand: CompanyAtHand) -> None:
    application = till.a_due()
    pay(till, at_hand, application)
    hear(till, application)
    filed(till)
    till.report(application, "not-accepted", details={"reason": "不符合"})
    at_hand.dies = True
    with pytest.raises(Crash):
        till.run_events()
    assert till.order(application)["state"] == "refunding"
    look(till, hours=2)
    assert till.order(application)["state"] == "refunded"
    assert at_hand.find(application).refunded == "80.00"


def test_what_is_free_holds_nothing(till: Till) -> None:
    application = till.a_submitted(speed="paid", disabled=True)
    assert till.document(application)["payment"] is None
    assert till.order(application) == {}
    assert filed(till) == 1
