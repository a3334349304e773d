"""Whatever happens around a fee, in whatever order: money is taken once, and kept only for what went on."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.applications.states import NotAllowed, State
from backend.core.errors import Problem
from integrations.gateways.failures import DepartmentUnavailable
from integrations.payments.company import OrderConflict, OrderUnknown
from tests.contract.city import emptied
from tests.contract.engine import trial_matter
from tests.contract.till import CompanyAtHand, Crash, Till

WENT_ON = ("approved", "issuing", "delivered", "done", "forwarded")
NOTHING_CAME = ("withdrawn", "rejected", "returned", "refused", "terminated", "voided")
REPORTS = [
    "received", "accepted", "not-accepted", "refused", "terminated", "returned", "approved", "completed",
]  # fmt: skip


class FeeLife(RuleBasedStateMachine):
    """One application that costs something, its payer, the company, the department, deaths and time."""

    def __init__(self, till: Till, company: CompanyAtHand) -> None:
        super().__init__()
        self.till, self.company = till, company
        self.cashier = ""
        self.given = 0

    @initialize()
    def submit(self) -> None:
        self.till.at("2026-03-02")
        self.company.dies = self.company.down = False
        self.till.departments.filed.clear()
        self.till.done_events = len(self.till.events)
        self.id = self.till.a_due()

    @rule()
    def go_to_the_cashier(self) -> None:
        def go() -> None:
            self.cashier = self.till.start(self.id)["pay_url"].rpartition("/")[2]

        _try(go)

    @precondition(lambda self: self.cashier)
    @rule()
    def press_the_button(self) -> None:
        with suppress(OrderConflict, OrderUnknown):
            self.company.company.pay(self.cashier)

    @rule(data=st.data())
    def a_notice_comes(self, data: st.DataObject) -> None:
        from backend.payments import paying

        known = list(self.till.company_store["notices"].find({"body.order": self.id}))
        if known:
            body = data.draw(st.sampled_from(sorted(known, key=lambda one: one["order"])))["body"]
            _try(lambda: paying.take_in(self.till.house, body))

    @rule()
    def withdraw(self) -> None:
        from backend.applications import applying

        _try(lambda: applying.withdraw(self.till.house, self.till.citizen, self.id))

    @rule()
    def it_is_filed(self) -> None:
        from backend.applications import filing

        self.till.clock.advance(seconds=30)
        filing.file_waiting(self.till.house)

    @precondition(lambda self: self.till.departments.filed)
    @rule(event=st.sampled_from(REPORTS))
    def the_department_reports(self, event: str) -> None:
        details = {"reason": "不符合", "where": "窗口"}
        _try(lambda: self.till.report(self.id, event, details=details))

    @rule()
    def the_tasks_run(self) -> None:
        _try(self.till.run_events)

    @rule(hours=st.sampled_from([0, 1, 5, 23, 25, 71, 73]))
    def time_passes_and_the_sweep_looks(self, hours: int) -> None:
        from backend.payments import paying

        self.till.clock.advance(hours=hours, minutes=1)
        _try(lambda: paying.watch(self.till.house))

    @rule()
    def the_books_are_compared(self) -> None:
        from backend.payments import paying

        now = self.till.clock.now()
        _try(lambda: paying.reconcile(self.till.house, now - timedelta(days=60), now + timedelta(hours=1)))

    @rule()
    def the_process_dies_at_the_next_call(self) -> None:
        self.company.dies = True

    @rule(down=st.booleans())
    def the_company_comes_and_goes(self, down: bool) -> None:
        self.company.down = down

    @invariant()
    def money_and_case_agree(self) -> None:
        if not hasattr(self, "id"):
            return
        state, there = self.till.state(self.id), self._there()
        if there is None:
            assert not self.till.departments.filed
            return
        back = there["refunded"] != "0.00"
        if self.till.departments.filed:
            assert there.get("trade"), "filed without the money"
        if state in WENT_ON:
            assert there["state"] == "paid", "granted and given back"
        if back:
            assert state in NOTHING_CAME, "given back while the case goes on"
            assert there["refunded"] == there["amount"]
            assert len(there["refunds"]) == 1
        assert len(self.till.departments.filed) <= 1

    def teardown(self) -> None:
        """Everybody does what is theirs to do, and in the end the books agree."""
        if not hasattr(self, "id"):
            return
        self.company.dies = self.company.down = False
        for _ in range(4):
            self.the_tasks_run()
            self.it_is_filed()
            self.time_passes_and_the_sweep_looks(hours=73)
            self.the_books_are_compared()
        self.money_and_case_agree()
        state, there, ours = self.till.state(self.id), self._there(), self.till.order(self.id)["state"]
        if there is None or there["state"] in ("open", "closed"):
            assert state in ("voided", "withdrawn")
            assert ours == "closed"
            assert there is None or there["state"] == "closed"
        elif there["state"] == "paid":
            assert state not in NOTHING_CAME
            assert (ours, self.till.payment(self.id)) == ("paid", "paid")
            assert len(self.till.departments.filed) == 1
        else:
            assert state in NOTHING_CAME
            assert (ours, self.till.payment(self.id)) == ("refunded", "refunded")
        told = [one for one in self.till.emitted("payment.refunded") if one["application"] == self.id]
        assert len(told) == (1 if ours == "refunded" else 0)

    def _there(self) -> dict[str, Any] | None:
        return self.till.company_store["payment_orders"].find_one({"_id": self.id})


# A thousand journaled writes: seconds, or many minutes on a disk that is busy with something else.
@pytest.mark.timeout(1200)
def test_a_fee_lives_any_life(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    till = Till(mongo_url, emptied(mongo_url, "fee_machine"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", till.keep_events)
    company = till.with_company_at_hand()
    quiet = settings(
        max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )

    def begin() -> FeeLife:
        for name in ("applications", "payments", "payment_inbox"):
            till.house.db[name].delete_many({})
        return FeeLife(till, company)

    with trial_matter():
        run_state_machine_as_test(begin, settings=quiet)
    assert {one.value for one in State} >= {*WENT_ON, *NOTHING_CAME}
    till.go()


def _try(work: Callable[[], Any]) -> None:
    with suppress(Problem, NotAllowed, Crash, DepartmentUnavailable):
        work()
