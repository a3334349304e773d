from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.core.clock import city_midnight
from backend.matters.catalogue import load_catalogue
from backend.matters.datewords import is_dated, newly_true
from backend.matters.schema import Matter
from backend.prompts.rules import is_due, plan_filters

CATALOGUE = load_catalogue([Path(__file__).parents[2] / "backend" / "matters" / "catalogue"])
RULES = [matter for matter in CATALOGUE.all() if matter.prompt]
TODAY = date(2026, 11, 23)


def a_rule() -> Matter:
    return CATALOGUE.get("driving-licence-renewal")


def swept(through: str = "2026-11-22", version: str = "v1") -> dict[str, Any]:
    return {"_id": "driving-licence-renewal", "version": version, "through": through}


def test_a_new_rule_looks_at_everybody_once() -> None:
    rule = a_rule()
    assert rule.prompt
    assert is_due(rule, "v1", None, TODAY)
    [whole] = plan_filters(rule.prompt, version="v1", record={"_id": rule.id}, today=TODAY)
    assert whole["licences"]["$elemMatch"]["expires"]["$gte"] == city_midnight(TODAY)


def test_a_changed_rule_looks_at_everybody_again() -> None:
    rule = a_rule()
    assert rule.prompt
    assert is_due(rule, "v2", swept("2026-11-23"), TODAY)
    assert len(plan_filters(rule.prompt, version="v2", record=swept(), today=TODAY)) == 1


def test_the_next_day_only_those_whom_the_window_reached_are_looked_at() -> None:
    rule = a_rule()
    assert rule.prompt
    assert is_due(rule, "v1", swept(), TODAY)
    [narrowed] = plan_filters(rule.prompt, version="v1", record=swept(), today=TODAY)
    window = narrowed["licences"]["$elemMatch"]["expires"]
    assert (window["$lt"] - window["$gte"]).days == 1


def test_a_rule_swept_today_has_nothing_left() -> None:
    assert not is_due(a_rule(), "v1", swept("2026-11-23"), TODAY)


@pytest.mark.parametrize("matter", RULES, ids=lambda matter: str(matter.id))
def test_no_dated_rule_of_the_catalogue_needs_a_daily_walk_over_all_its_matches(matter: Matter) -> None:
    assert matter.prompt is not None
    if is_dated(matter.prompt.when):
        assert newly_true(matter.prompt.when, since=date(2026, 11, 22), today=TODAY) is not None
