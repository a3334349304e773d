"""The daily sweep: whom the passing of days brought within a rule, found by index, page by page."""

from datetime import date, datetime, timedelta

from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import Catalogue, catalogue
from backend.matters.schema import Matter
from backend.profiles import facts
from backend.prompts import store
from backend.prompts.offering import offer
from backend.prompts.rules import is_due, plan_filters, rules_reading

PAGE = 500
LEASE = timedelta(minutes=1)
BUDGET = timedelta(seconds=20)


def sweep(house: House, today: date, *, budget: timedelta = BUDGET) -> bool:
    """Try every rule whose day has come; False when time ran out and a next call has to go on.

    A rule that was swept before looks only at the days since; a new or changed one at everybody.
    """
    stop_at = house.clock.now() + budget
    known = catalogue()
    records = store.sweep_records(house)
    finished = True
    for matter in rules_reading(known.all(), None):
        if is_due(matter, known.versions[matter.id], records.get(matter.id), today):
            finished = _sweep_rule(house, matter, known, today, stop_at) and finished
        if house.clock.now() >= stop_at:
            return False
    return finished


def _sweep_rule(house: House, matter: Matter, known: Catalogue, today: date, stop_at: datetime) -> bool:
    record = store.claim_sweep(house, matter.id, now=house.clock.now(), lease=LEASE)
    if record is None or matter.prompt is None:
        return True
    version = known.versions[matter.id]
    filters = plan_filters(matter.prompt, version=version, record=record, today=today)
    at = _resume(record, version, today)
    made = 0
    while at["part"] < len(filters):
        page = facts.find_citizens(house, filters[at["part"]], after=at["after"], limit=PAGE)
        for citizen in page:
            made += offer(house, citizen, matter) is not None
            if house.clock.now() >= stop_at:
                store.save_sweep(house, matter.id, {"at": at | {"after": citizen}, "leased_until": None})
                return False
        at |= {"after": page[-1]} if len(page) == PAGE else {"part": at["part"] + 1, "after": None}
        store.save_sweep(house, matter.id, {"at": at, "leased_until": house.clock.now() + LEASE})
    done = {"version": version, "through": today.isoformat(), "at": None, "leased_until": None}
    store.save_sweep(house, matter.id, done)
    logger().info("prompt.rule-swept", matter=matter.id, made=made, day=today.isoformat())
    return True


def _resume(record: Document, version: str, today: date) -> Document:
    """Where an interrupted sweep of the same rule and day stood, or the beginning."""
    start = {"day": today.isoformat(), "version": version, "part": 0, "after": None}
    at: Document | None = record.get("at")
    if at and at["day"] == start["day"] and at["version"] == version:
        return at
    return start
