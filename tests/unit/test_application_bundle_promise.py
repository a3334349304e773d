"""By when a whole bundle is due while some of its parts are not begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.applications import bundle_promise
from backend.applications.bundle_promise import latest_promise
from backend.applications.clock import deadline
from backend.applications.clocks import stored_deadline
from backend.core.clock import CITY
from backend.core.mongo import Document
from backend.core.settings import ROOT
from backend.matters.catalogue import load_catalogue
from backend.matters.schema import Part

NOW = datetime(2026, 3, 2, 10, tzinfo=CITY)
FIRST, SECOND = "birth-certificate-issue", "birth-registration"
CATALOGUE = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])
PARTS = [Part(matter=FIRST), Part(matter=SECOND, after=[FIRST])]


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_promise, "catalogue", lambda: CATALOGUE)


def promise(
    started: Mapping[str, Any], *, told: Document | None = None, settled: set[str] | None = None
) -> Any:
    found = latest_promise(PARTS, started, settled or set(), {}, told=told, now=NOW)
    return found and found["due"]


def begun(due: datetime) -> Document:
    return {"promised": {"due": due, "provisional": False}}


def own(start: datetime, matter: str = SECOND) -> datetime:
    return deadline(start, CATALOGUE.get(matter).clocks.promised).due


def test_a_part_that_waits_counts_from_the_end_of_what_it_waits_for() -> None:
    due = NOW + timedelta(days=30)
    assert promise({FIRST: begun(due)}) == own(due)
    assert promise({}) == own(own(NOW, FIRST))


def test_after_a_part_that_is_done_the_next_counts_from_now() -> None:
    assert promise({FIRST: begun(NOW - timedelta(days=9))}, settled={FIRST}) == own(NOW)


def test_nothing_is_earlier_than_told_until_every_part_is_begun() -> None:
    told = stored_deadline(deadline(NOW + timedelta(days=60), CATALOGUE.get(SECOND).clocks.promised))
    first, second = begun(NOW + timedelta(days=1)), begun(NOW + timedelta(days=8))
    assert promise({FIRST: first}, told=told) == told["due"]
    assert promise({FIRST: first, SECOND: second}, told=told) == second["promised"]["due"]
    assert promise({FIRST: first}, told=told, settled={SECOND}) == first["promised"]["due"]


def test_it_may_become_later_than_told() -> None:
    due = NOW + timedelta(days=30)
    assert promise({FIRST: begun(due)}, told=begun(NOW)["promised"]) == own(due)
