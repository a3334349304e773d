"""Guides: whole, in words, in both languages; and what a matter would be for one citizen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest import mock

import pytest

from backend.core.clock import CITY
from backend.core.settings import ROOT
from backend.matters import catalogue as loaded
from backend.matters import events, guides, mine, sifting, telling
from backend.matters.catalogue import load_catalogue
from backend.matters.guides import guide, picture, row
from backend.matters.telling import period_text
from backend.matters.terms import Period, Unit

CATALOGUE = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])
NOW = datetime(2026, 10, 9, 10, 0, tzinfo=CITY)


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    """The shipped catalogue without settings."""
    with (
        mock.patch.object(guides, "catalogue", lambda: CATALOGUE),
        mock.patch.object(events, "catalogue", lambda: CATALOGUE),
        mock.patch.object(mine, "catalogue", lambda: CATALOGUE),
        mock.patch.object(sifting, "catalogue", lambda: CATALOGUE),
    ):
        guides._guide.cache_clear()
        yield
        guides._guide.cache_clear()
    assert loaded.catalogue is not None


@pytest.mark.parametrize("matter", CATALOGUE.all(), ids=lambda one: one.id)
def test_every_guide_is_whole_in_both_languages(matter: Any) -> None:
    for lang in ("zh", "en"):
        told = guide(matter, lang)
        assert told["lang"] == lang
        assert told["contact"]["phone"] and told["contact"]["hours"]
        assert told["remedies"] and told["basis_text"] and told["visits_text"] and told["handling"]["text"]
        assert all(told["clocks"][name] for name in ("statutory", "promised", "acceptance", "extension"))
        assert told["delivery"]
        assert "{" not in told["remedies"] + told["handling"]["text"] + told["visits_text"]
    assert guide(matter, "en")["name"] == matter.name_en
    assert guide(matter)["name"] == matter.name


def test_a_guide_tells_clocks_branches_and_tolerance_in_words() -> None:
    assert (
        "5 个工作日内告诉您" in guide(CATALOGUE.get("driving-licence-renewal"))["clocks"]["acceptance_text"]
    )
    tolerant = next(one for one in CATALOGUE.all() if one.tolerance and not one.is_bundle)
    assert guide(tolerant)["tolerance"]["materials"]
    branching = next(one for one in CATALOGUE.all() if any(each.changes for each in one.situations))
    changes = [change for each in guide(branching)["situations"] for change in each["changes"]]
    assert changes and all("when" in change for change in changes)
    quick = next(one for one in CATALOGUE.all() if one.handling.automatic)
    assert guide(quick)["handling"]["automatic_text"].startswith("秒批")


def test_a_bundle_names_its_parts_and_has_a_picture() -> None:
    bundle = CATALOGUE.get("newborn")
    told = guide(bundle)
    assert [part["id"] for part in told["parts"]] == [part.matter for part in bundle.parts]
    assert all(part["department"]["name"] and part["promised"] for part in told["parts"])
    assert told["picture"] == "/api/v1/matters/newborn/picture"
    assert picture(bundle).startswith("<svg")
    assert guide(CATALOGUE.get("passport"))["picture"] is None
    assert "newborn" in [one["id"] for one in guide(CATALOGUE.get("birth-registration"))["bundles"]]


@pytest.mark.parametrize(
    ("amount", "unit", "zh", "en"),
    [
        (1, Unit.WORKING_DAY, "1 个工作日", "1 working day"),
        (20, Unit.CALENDAR_DAY, "20 日", "20 days"),
        (2, Unit.MONTH, "2 个月", "2 months"),
        (0, Unit.WORKING_DAY, "当场办结", "decided at once"),
    ],
)
def test_periods_in_words(amount: int, unit: Unit, zh: str, en: str) -> None:
    period = Period(amount=amount, unit=unit)
    assert (period_text(period), period_text(period, "en")) == (zh, en)


def test_every_life_event_of_the_catalogue_has_names() -> None:
    told = events.list_events()
    assert sum(one["matters"] + one["bundles"] for one in told) == len(CATALOGUE.matters)
    assert {one["id"] for one in told} <= set(events.event_names())
    assert events.event_name("birth", "en") == "Birth and childcare"
    assert events.event_name("moon", "zh") == "moon"


def test_a_row_is_in_the_language_asked_for() -> None:
    matter = CATALOGUE.get("passport")
    assert row(matter, "en")["name"] == matter.name_en
    assert row(matter, "en")["name_zh"] == row(matter)["name"] == matter.name


def test_every_kind_of_matter_has_a_remedy() -> None:
    assert {one.kind for one in CATALOGUE.all()} <= set(telling.texts()["remedy_of"])


@dataclass
class Clock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


@dataclass
class Town:
    """A house with one citizen in it, whose facts are given."""

    profile: dict[str, Any]
    unmet: tuple[str, ...] = ()
    open: list[dict[str, Any]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)


def look(town: Town, matter: str, lang: str = "zh") -> dict[str, Any]:
    """The matter for the town's one citizen; conditions whose filter names an ``unmet`` word fail."""

    def matches(_: Any, __: str, where: dict[str, Any]) -> bool:
        return not any(word in str(where) for word in town.unmet)

    page = mock.Mock(items=town.open)
    with (
        mock.patch.object(mine.facts, "get_profile", lambda *_: town.profile),
        mock.patch.object(mine.facts, "matches", matches),
        mock.patch.object(mine.accounts, "get_citizen", lambda *_: {"assurance": 3}),
        mock.patch.object(mine.store, "list_own", lambda *_, **__: page),
    ):
        return mine.look_at(town, "someone", CATALOGUE.get(matter), lang)  # type: ignore[arg-type]


def a_licence(kind: str, number: str) -> dict[str, Any]:
    return {"id": number, "type": kind, "number": number, "status": "valid", "department": "traffic-police"}


DRIVER: dict[str, Any] = {
    "population": {"name": "安小宝", "residence": {"address": "安心路 8 号"}},
    "licences": [a_licence("driving-licence", "X1"), a_licence("identity-card", "X2")],
    "sources": {
        "population": {"department": "public-security", "as_of": NOW},
        "licences": {"department": "traffic-police", "as_of": NOW},
    },
}


def test_what_a_matter_would_be_for_me() -> None:
    told = look(Town(DRIVER), "driving-licence-renewal")
    assert told["eligible"]
    assert all(one["met"] and one["otherwise"] is None for one in told["conditions"])
    statuses = {one["id"]: one["status"] for one in told["materials"]}
    assert statuses == {"medical-fitness": "missing", "identity-card": "exempt", "old-licence": "exempt"}
    known = {one["name"]: one["source"] for one in told["known"]}
    assert known["holder"] == {"department": "市公安局", "as_of": NOW.isoformat()}
    assert {one["name"] for one in told["asked"]} == {"delivery", "contact_phone"}
    assert told["promised"] == {"text": "1 个工作日", "date": "2026-10-10", "provisional": False}
    assert told["acceptance"]["date"] == "2026-10-15"
    assert told["fee"] == {"amount": 10, "usual": 10}
    assert told["open"] is None
    assert "安小宝" not in str(told) and "X2" not in str(told)


def test_what_does_not_hold_says_where_to_go() -> None:
    told = look(Town(DRIVER, unmet=("driving-licence",)), "driving-licence-renewal", "en")
    assert not told["eligible"]
    assert all(one["otherwise"] for one in told["conditions"])
    assert {one["label"] for one in told["asked"]} == {"How to receive it", "Contact phone"}


def test_an_open_application_is_named() -> None:
    running = {"_id": "a1", "state": "reviewing"}
    assert look(Town(DRIVER, open=[running]), "driving-licence-renewal")["open"]["id"] == "a1"


def test_a_bundle_says_of_each_part_whether_it_can_begin() -> None:
    told = look(Town(DRIVER, unmet=("birth_certificate",)), "newborn")
    assert [one["id"] for one in told["parts"]] == [part.matter for part in CATALOGUE.get("newborn").parts]
    assert all(one["eligible"] == (one["otherwise"] is None) for one in told["parts"])


def test_a_matter_of_firms_is_not_for_me() -> None:
    told = look(Town(DRIVER), "company-change")
    assert not told["for_me"] and not told["eligible"]
