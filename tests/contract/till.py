"""A town where fees are taken: the payment company in this process or in its own, its notices in hand."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import httpx

from integrations.departments.behaviour import Behaviour, Behaviours, Mode
from integrations.departments.calendar_words import city_day
from integrations.departments.database import Store, utc_now
from integrations.departments.notices import Outbox
from integrations.departments.seed import seed
from integrations.gateways.failures import CaseNotFound, DepartmentConflict, DepartmentUnavailable
from integrations.gateways.payments import PaymentOrder
from integrations.payments.company import OrderConflict, OrderUnknown, PaymentCompany, shown
from integrations.payments.shapes import OrderWish, RefundWish
from tests.contract.city import (
    ADMIN_KEY,
    KEY,
    PACE,
    ROOT,
    SECRET,
    City,
    Process,
    Receiver,
    emptied,
    free_port,
    serve_receiver,
)
from tests.contract.engine import EngineTown


class Crash(Exception):
    """The process died at this point."""


class CompanyAtHand:
    """The payment company without a line to it: what the gateway offers, and faults on demand.

    ``dies`` lets the caller die after the company did what it was asked; ``down`` answers nothing.
    """

    def __init__(self, company: PaymentCompany) -> None:
        self.company = company
        self.dies = False
        self.down = False

    def place(
        self, *, order: str, amount: str, subject: str, notify_url: str, return_url: str
    ) -> PaymentOrder:
        wish = {"order": order, "amount": amount, "subject": subject}
        wish |= {"notify_url": notify_url, "return_url": return_url}
        return self._ask(lambda: self.company.place(OrderWish.model_validate(wish)))

    def find(self, order: str) -> PaymentOrder:
        return self._ask(lambda: self.company.find(order))

    def close_order(self, order: str) -> PaymentOrder:
        return self._ask(lambda: self.company.close(order))

    def refund(self, order: str, *, refund: str, amount: str, reason: str) -> PaymentOrder:
        wish = RefundWish.model_validate({"refund": refund, "amount": amount, "reason": reason})
        return self._ask(lambda: self.company.refund(order, wish))

    def statement(self, since: datetime, until: datetime) -> list[PaymentOrder]:
        if self.down:
            raise DepartmentUnavailable("payments")
        return [PaymentOrder.model_validate(one) for one in self.company.statement(since, until)]

    def _ask(self, work: Any) -> PaymentOrder:
        if self.down:
            raise DepartmentUnavailable("payments")
        try:
            answer = PaymentOrder.model_validate(shown(work()))
        except OrderUnknown:
            raise CaseNotFound("payments") from None
        except OrderConflict:
            raise DepartmentConflict("payments") from None
        if self.dies:
            self.dies = False
            raise Crash
        return answer


class Till(EngineTown):
    """A town whose made-up matter costs eighty yuan when it is done ``paid``."""

    def __init__(self, mongo_url: str, database: str, folder: Path) -> None:
        super().__init__(mongo_url, database, folder)
        from backend.payments import store

        assert store.PAYMENTS
        settings = self.house.settings.model_copy(update={"collect_fees": True})
        self.house = replace(self.house, settings=settings)
        self.house.db.create_indexes()
        self.mongo_url = mongo_url
        self.done_events = 0
        self.told = 0

    def with_company_at_hand(self) -> CompanyAtHand:
        """Have the company in this process, on the town's clock."""
        store = Store(self.mongo_url, f"{self.house.settings.database}_company")
        self.company_store = store
        company = PaymentCompany(store, Outbox(store), Behaviours(store), clock=self.clock.now)
        at_hand = CompanyAtHand(company)
        self.house = replace(self.house, payments=cast(Any, at_hand))
        return at_hand

    def with_company_outside(self, city: City) -> None:
        """Have the company in its own process, with its notices at the city's receiver."""
        from integrations.gateways.payments import PaymentsGateway
        from integrations.gateways.post import PostGateway

        told = {"api_url": city.receiver.url, "departments_url": city.process.url}
        quick = {"attempts": 1, "failures_to_open": 1000}
        self.house = replace(
            self.house,
            settings=self.house.settings.model_copy(update=told),
            payments=PaymentsGateway(city.process.url, KEY, **cast(Any, quick)),
            post=PostGateway(city.process.url, KEY, **cast(Any, quick)),
        )

    def a_due(self, **fields: Any) -> str:
        """A submitted application that waits for its fee."""
        return self.a_submitted(**{"speed": "paid", **fields})

    def order(self, application: str) -> dict[str, Any]:
        return self.house.db["payments"].find_one({"_id": application}) or {}

    def payment(self, application: str) -> str:
        return str(self.document(application)["payment"]["state"])

    def start(self, application: str) -> dict[str, Any]:
        from backend.payments import paying

        return paying.start(self.house, self.citizen, application)

    def run_events(self) -> int:
        """Do what the tasks do that hear of what happened since the last time."""
        from backend.payments import paying

        fresh, self.done_events = self.events[self.done_events :], len(self.events)
        for kind, payload in fresh:
            if kind == "application.changed":
                paying.give_back_if_nothing_came(self.house, payload["application"])
        return len(fresh)

    def hear(self, city: City) -> list[str]:
        """Take in the company's notices that came since the last time; what became of each."""
        from backend.payments import paying
        from backend.payments.routes import PaymentNotice

        bodies = [one.body for one in list(city.receiver.notices) if one.path.endswith("/payments")]
        fresh, self.told = bodies[self.told :], len(bodies)
        return [paying.take_in(self.house, PaymentNotice.model_validate(one).model_dump()) for one in fresh]

    def go(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "company_store"):
            self.company_store.client.close()


def behave(city: City, mode: Mode) -> None:
    """Put the payment company into a mode."""
    Behaviours(city.store).put("payments", Behaviour(mode))


def press(order: dict[str, Any]) -> int:
    """Press the cashier's button; the page's status."""
    with httpx.Client(trust_env=False, timeout=10) as browser:
        return browser.post(order["pay_url"], data={"action": "pay"}).status_code


@contextmanager
def running_city(mongo_url: str, folder: Path, *, people: int = 60) -> Iterator[City]:
    """The departments' process, the company and the carrier, for a whole module of tests."""
    receiver = Receiver(free_port())
    receiver.gate.set()
    server = serve_receiver(receiver)
    database = emptied(mongo_url, "shops")
    environment = os.environ | {
        "SUIBAN_ENV": "test",
        "MONGO_URL": mongo_url,
        "DATABASE": database,
        "API_URL": receiver.url,
        "DEPARTMENTS_KEY": KEY,
        "DEPARTMENTS_ADMIN_KEY": ADMIN_KEY,
        "CALLBACK_SECRET": SECRET,
        "DEPARTMENT_PACE": str(PACE),
        "PYTHONPATH": str(ROOT),
    }
    store, today = Store(mongo_url, f"{database}_departments"), city_day(utc_now())
    seed(store, today=today, count=people)
    process = Process(free_port(), environment, folder / "departments.log")
    try:
        process.start()
        yield City(process, receiver, store, today)
    finally:
        process.stop()
        server.shutdown()
        server.server_close()
        store.client.close()
