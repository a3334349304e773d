"""Guides: whole, in words, in both languages."""

import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from backend.core.settings import ROOT
from backend.matters import catalogue as loaded
from backend.matters import events, guides, languages, sifting, telling
from backend.matters.catalogue import load_catalogue
from backend.matters.guides import guide, picture, row
from backend.matters.telling import period_text
from backend.matters.terms import Period, Unit

CATALOGUE = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    """The shipped catalogue without settings."""
    with (
        mock.patch.object(guides, "catalogue", lambda: CATALOGUE),
        mock.patch.object(events, "catalogue", lambda: CATALOGUE),
        mock.patch.object(languages, "catalogue", lambda: CATALOGUE),
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


def test_a_matter_that_is_never_extended_says_so() -> None:
    told = guide(CATALOGUE.get("legal-aid"))["clocks"]
    assert told["extension"] == "不延长"
    assert told["extension_text"] == "不延长，按时限办完。"
    assert guide(CATALOGUE.get("legal-aid"), "en")["clocks"]["extension"] == "none"


@pytest.mark.parametrize("matter", CATALOGUE.all(), ids=lambda one: one.id)
def test_no_clock_is_told_as_a_length_that_it_has_not(matter: Any) -> None:
    told = guide(matter)["clocks"]
    texts = " ".join(told[f"{name}_text"] for name in ("acceptance", "correction", "extension", "delivery"))
    assert "当场办结" not in texts
    assert not re.search(r"(?<!\d)0 ", texts)
    assert told["extension"] != "当场办结"


def test_an_english_reader_is_told_what_is_in_chinese_only() -> None:
    told = guide(CATALOGUE.get("driving-licence-renewal"), "en")
    assert told["languages"]["name"] == told["languages"]["summary"] == "en"
    assert {told["languages"][one] for one in ("conditions", "steps", "faq", "materials")} == {"zh"}
    assert told["language_note"].startswith("Available in Chinese only: the conditions; the steps; ")
    assert "the name" not in told["language_note"].partition(";")[0]
    chinese = guide(CATALOGUE.get("driving-licence-renewal"))
    assert set(chinese["languages"].values()) == {"zh"}
    assert chinese["language_note"] == ""


@pytest.mark.parametrize("matter", CATALOGUE.all(), ids=lambda one: one.id)
def test_what_is_marked_english_has_no_chinese_in_it(matter: Any) -> None:
    told = guide(matter, "en")
    spoken = told["languages"]
    shown = {
        "name": told["name"],
        "summary": told["summary"],
        "form": [(one["label"], [each["label"] for each in one["choices"]]) for one in told["form"]],
        "conditions": told["conditions"],
        "steps": told["guide"]["steps"],
        "faq": told["guide"]["faq"],
        "materials": told["materials"],
        "flow": told["flow"],
    }
    for part, text in shown.items():
        if text:
            assert spoken[part] == ("zh" if re.search(r"[\u4e00-\u9fff]", str(text)) else "en"), part
