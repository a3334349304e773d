"""A fee when things go wrong: undone decisions, strange notices, refused refunds, books nobody compared."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.city import emptied
from tests.contract.engine import trial_matter
from tests.contract.test_fees_paid import filed, hear, look, notice_of, pay
from tests.contract.till import CompanyAtHand, Till


@pytest.fixture
def till(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    made = Till(mongo_url, emptied(mongo_url, "till_troubled"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.at("2026-03-02")
    with trial_matter():
        yield made
    made.go()


@pytest.fixture
def at_hand(till: Till) -> CompanyAtHand:
    return till.with_company_at_hand()


def a_granted(till: Till, at_hand: CompanyAtHand) -> str:
    """Paid, filed, approved and done."""
    application = till.a_due()
    pay(till, at_hand, application)
    hear(till, application)
    filed(till)
    till.report(application, "completed")
    till.run_events()
    assert till.state(application) == "done"
    return application


@pytest.mark.parametrize("undone", ["voided", "revoked"])
@pytest.mark.parametrize(
    ("fault", "back"), [("department", "80.00"), ("applicant", "0.00"), (None, "0.00"), ("nobody", "0.00")]
)
def test_what_was_granted_and_is_undone_keeps_its_fee_unless_the_department_was_at_fault(
    till: Till, at_hand: CompanyAtHand, undone: str, fault: str | None, back: str
) -> None:
    application = a_granted(till, at_hand)
    details = {"reason": "材料虚假"} | ({"fault": fault} if fault else {})
    assert till.report(application, undone, details=details) == "applied"
    till.run_events()
    look(till, hours=2)
    assert at_hand.find(application).refunded == back
    assert till.order(application)["state"] == ("refunded" if fault == "department" else "paid")


def test_what_is_voided_before_anything_was_granted_gives_its_fee_back(
    till: Till, at_hand: CompanyAtHand
) -> None:
    application = till.a_due()
    pay(till, at_hand, application)
    hear(till, application)
    filed(till)
    assert till.report(application, "voided", details={"reason": "重复申请"}) == "applied"
    till.run_events()
    look(till)
    assert at_hand.find(application).refunded == "80.00"


def troubles(till: Till, **where: Any) -> list[tuple[str, str]]:
    found = till.house.db["troubles"].find({"settled_at": None, **where}).sort("since")
    return [(one["kind"], one["reference"]) for one in found]


def test_a_notice_of_another_amount_is_for_people_until_the_books_agree(
    till: Till, at_hand: CompanyAtHand
) -> None:
    from backend.payments import paying

    application = till.a_due()
    pay(till, at_hand, application)
    notice = notice_of(till, application)
    wrong = notice | {"event_id": "wrong", "details": notice["details"] | {"amount": "8.00"}}
    for _ in range(2):
        paying.take_in(till.house, wrong)
    assert troubles(till) == [("payment-strange", application)]
    assert till.payment(application) == "due"
    now = till.clock.now()
    paying.reconcile(till.house, now - timedelta(days=1), now + timedelta(days=1))
    assert (till.payment(application), troubles(till)) == ("paid", [])


def test_what_the_statement_has_and_we_have_not_is_for_people_once(
    till: Till, at_hand: CompanyAtHand
) -> None:
    from backend.payments import paying

    application = till.a_due()
    pay(till, at_hand, application)
    till.house.db["payments"].delete_one({"_id": application})
    now = till.clock.now()
    for _ in range(2):
        found = paying.reconcile(till.house, now - timedelta(days=1), now + timedelta(days=1))
        assert found["strange"] == [application]
    assert troubles(till) == [("payment-strange", application)]


def test_a_refund_that_is_refused_is_asked_for_again_and_for_people_until_it_is_made(
    till: Till, at_hand: CompanyAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from integrations.payments.company import OrderConflict

    application = till.a_due()
    pay(till, at_hand, application)
    hear(till, application)
    filed(till)
    till.report(application, "not-accepted", details={"reason": "不符合"})

    def full(*_: Any) -> None:
        raise OrderConflict("not today")

    with monkeypatch.context() as patch:
        patch.setattr(at_hand.company, "refund", full)
        till.run_events()
        look(till, hours=2)
    assert till.order(application)["state"] == "refunding"
    assert troubles(till) == [("refund-refused", application)]
    look(till, hours=2)
    assert at_hand.find(application).refunded == "80.00"
    assert till.order(application)["state"] == "refunded"
    assert troubles(till) == []


def test_an_order_that_fails_again_and_again_is_for_people_until_it_is_looked_after(
    till: Till, at_hand: CompanyAtHand
) -> None:
    application = till.a_due()
    till.start(application)
    till.clock.advance(days=4)
    for expected in ([], [], [("order-stuck", application)]):
        at_hand.dies = True
        look(till, hours=2)
        assert troubles(till) == expected
    look(till, hours=2)
    assert (till.state(application), troubles(till)) == ("voided", [])


def test_books_that_are_not_compared_for_hours_are_for_people_until_they_are(
    till: Till, at_hand: CompanyAtHand
) -> None:
    from backend.payments import paying
    from backend.troubles import watching

    till.start(till.a_due())
    watching.watch(till.house)
    assert troubles(till) == []
    till.clock.advance(hours=7)
    for _ in range(2):
        watching.watch(till.house)
    assert troubles(till) == [("books-not-compared", "statement")]
    now = till.clock.now()
    paying.reconcile(till.house, now - timedelta(days=1), now)
    watching.watch(till.house)
    assert troubles(till) == []
