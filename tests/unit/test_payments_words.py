from datetime import UTC, datetime

from backend.applications.states import CLOSED, State
from backend.payments import paying, store
from integrations.gateways.payments import PaymentOrder


def test_money_goes_back_from_every_end_but_the_good_ones() -> None:
    went_on = {State.DONE, State.FORWARDED, State.REVOKED}
    assert CLOSED - went_on == paying.NOTHING_CAME


def test_every_state_of_an_order_but_open_says_why_nothing_is_to_be_paid() -> None:
    states = {paying.OPEN, paying.PAID, paying.REFUNDING, paying.REFUNDED, paying.CLOSED}
    assert set(paying.NOT_OPEN) == states - {paying.OPEN}


def test_an_order_is_the_applications_and_has_three_days() -> None:
    now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    order = store.fresh_order({"_id": "a1", "citizen": "c1"}, "80.00", now)
    assert (order["_id"], order["state"], order["amount"]) == ("a1", "open", "80.00")
    assert (order["next_at"] - now).days == 3


def test_asking_twice_makes_the_same_notice() -> None:
    order = PaymentOrder(
        order="a1", amount="80.00", state="paid", refunded="0.00", cashier="/cashier/x", trade="t"
    )
    assert paying._as_notice(order) == paying._as_notice(order)
    assert paying._as_notice(order)["event_id"] != paying._as_notice(order, "refunded")["event_id"]
