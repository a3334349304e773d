"""The departments put together: what one process has in hand."""

from dataclasses import dataclass

from integrations.departments.behaviour import Behaviours
from integrations.departments.callbacks import Courier
from integrations.departments.cases import Cases
from integrations.departments.database import Clock, Store, utc_now
from integrations.departments.decisions import DecisionDesk
from integrations.departments.directory import Directory, the_directory
from integrations.departments.engine import Engine
from integrations.departments.facts import FactsDesk
from integrations.departments.newcomers import Settlement
from integrations.departments.notices import Outbox
from integrations.departments.registries import Registries
from integrations.departments.rules import the_rule_book
from integrations.departments.settings import Settings
from integrations.departments.steps import Clerk


@dataclass(frozen=True)
class Office:
    """Everything the routes speak to."""

    settings: Settings
    directory: Directory
    store: Store
    registries: Registries
    behaviours: Behaviours
    outbox: Outbox
    cases: Cases
    decisions: DecisionDesk
    facts: FactsDesk
    settlement: Settlement
    engine: Engine
    clock: Clock


def open_office(settings: Settings, *, clock: Clock = utc_now) -> Office:
    """Connect everything; nothing runs yet."""
    directory, book = the_directory(), the_rule_book()
    store = Store(settings.mongo_url, settings.database)
    store.make_indexes()
    registries, behaviours, outbox = Registries(store, directory), Behaviours(store), Outbox(store)
    cases = Cases(
        store,
        registries,
        behaviours,
        outbox,
        book,
        clock=clock,
        pace=settings.pace,
        callback_base=settings.api_url,
    )
    clerk = Clerk(cases, facts_url=settings.facts_url)
    courier = Courier(outbox, secret=settings.callback_secret, clock=clock)
    return Office(
        settings=settings,
        directory=directory,
        store=store,
        registries=registries,
        behaviours=behaviours,
        outbox=outbox,
        cases=cases,
        decisions=DecisionDesk(cases, facts_url=settings.facts_url),
        facts=FactsDesk(registries, outbox, clock=clock, facts_url=settings.facts_url),
        settlement=Settlement(registries, clock=clock),
        engine=Engine(clerk, courier, pace=settings.pace),
        clock=clock,
    )
