"""The departments' rules: complete, and in step with the matters that citizens see."""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from integrations.departments.calendar_words import add_months, day_of_word, resolve_words
from integrations.departments.directory import the_directory
from integrations.departments.effects import EFFECTS
from integrations.departments.rules import Check, Rule, RuleBook, Stage, Verdict, the_rule_book

CATALOGUE = Path(__file__).resolve().parents[2] / "backend" / "matters" / "catalogue"
RULES = sorted(the_rule_book().matters.items())
TODAY = date(2026, 10, 12)


def _matter(matter: str) -> dict[str, Any]:
    (file,) = CATALOGUE.glob(f"*/{matter}.yml")
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("matter", "rule"), RULES, ids=[name for name, _ in RULES])
def test_a_rule_reads_only_fields_and_materials_that_the_matter_has(matter: str, rule: Rule) -> None:
    declared = _matter(matter)
    fields = {field["name"] for field in declared["form"]}
    materials = {material["id"] for material in declared.get("materials", [])}
    text = json.dumps([said.model_dump() for said in (*rule.checks, *rule.writes)])
    assert set(rule.requires) <= fields
    assert set(re.findall(r"form[.:]([a-z_]+)", text)) <= fields
    items = [item for check in rule.checks for item in check.items]
    assert {item.field for item in items if item.field} <= fields
    assert {item.material for item in items if item.material} <= materials


@pytest.mark.parametrize(("matter", "rule"), RULES, ids=[name for name, _ in RULES])
def test_department_and_matter_agree_on_who_how_and_what(matter: str, rule: Rule) -> None:
    declared = _matter(matter)
    assert rule.department == declared["department"]
    assert rule.service == declared["service"]
    assert (rule.result.licence if rule.result else None) == (declared["result"] or {}).get("licence")


@pytest.mark.parametrize(("matter", "rule"), RULES, ids=[name for name, _ in RULES])
def test_a_rule_names_things_that_exist(matter: str, rule: Rule) -> None:
    directory = the_directory()
    assert rule.department is not None
    assert directory.get(rule.department)
    assert all(check.registry is None or directory.get(check.registry) for check in rule.checks)
    assert rule.effect is None or rule.effect in EFFECTS
    if rule.result and rule.result.licence:
        maker = directory[rule.department]
        assert directory.issuer_of(rule.result.licence, otherwise=maker) == maker


def test_every_effect_is_used() -> None:
    assert {rule.effect for _, rule in RULES if rule.effect} == set(EFFECTS)


def test_required_fields_are_always_asked_for() -> None:
    """A field that a department insists on may not depend on another answer."""
    for matter, rule in RULES:
        conditional = {field["name"] for field in _matter(matter)["form"] if field.get("when")}
        assert not conditional & set(rule.requires), matter


def test_a_matter_without_rules_and_a_matter_elsewhere_are_handled_by_default() -> None:
    book = the_rule_book()
    assert book.rule_for("never-heard-of", "health") == Rule()
    assert book.rule_for("elderly-allowance", "health") == Rule()
    assert book.rule_for("elderly-allowance", "civil-affairs").effect == "grant-elderly-allowance"


def _book(*checks: dict[str, Any]) -> tuple[RuleBook, Rule]:
    book = the_rule_book()
    return book, Rule(checks=tuple(Check.model_validate(check) for check in checks))


def _fix(field: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {"when": condition, "then": "correction", "items": [{"field": field, "reason": "r"}]}


def test_everything_to_correct_is_told_at_once() -> None:
    book, rule = _book(_fix("a", {"x": 1}), _fix("b", {"x": 2}), _fix("c", {"x": 3}))
    found = book.first_obstacles(rule, Stage.ACCEPT, lambda _, condition: condition["x"] != 2)
    assert [check.items[0].field for check in found] == ["a", "c"]


def test_who_is_not_accepted_is_not_asked_to_correct_anything() -> None:
    book, rule = _book(_fix("a", {"x": 1}), {"unless": {"x": 2}, "then": "not-accepted", "reason": "no"})
    found = book.first_obstacles(rule, Stage.ACCEPT, lambda _, condition: condition["x"] == 1)
    assert [check.then for check in found] == [Verdict.NOT_ACCEPTED]


def test_checks_of_the_decision_wait_for_the_decision() -> None:
    book, rule = _book({"at": "decide", "when": {"x": 1}, "then": "refused", "reason": "no"})

    def always(_: str | None, __: Mapping[str, Any]) -> bool:
        return True

    assert book.first_obstacles(rule, Stage.ACCEPT, always) == []
    assert len(book.first_obstacles(rule, Stage.DECIDE, always)) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"then": "refused", "reason": "neither when nor unless", "at": "decide"},
        {"when": {}, "unless": {}, "then": "refused", "reason": "both", "at": "decide"},
        {"when": {}, "then": "refused", "reason": "before the decision"},
        {"when": {}, "then": "refused", "at": "decide"},
        {"when": {}, "then": "correction"},
    ],
)
def test_a_check_that_makes_no_sense_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Check.model_validate(broken)


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("today", "2026-10-12"),
        ("today+90d", "2027-01-10"),
        ("today-6m", "2026-04-12"),
        ("today+3m", "2027-01-12"),
        ("today-10y", "2016-10-12"),
        ("month_end-80y", "1946-10-31"),
        ("month_start", "2026-10-01"),
    ],
)
def test_date_words(word: str, day: str) -> None:
    assert str(day_of_word(word, TODAY)) == day


@pytest.mark.parametrize("word", ["todays", "yesterday", "today+", "today+3w", "职工"])
def test_other_words_are_left_alone(word: str) -> None:
    assert day_of_word(word, TODAY) is None
    assert resolve_words({"a": [word]}, today=TODAY, form={}) == {"a": [word]}


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_an_answer_stands_in_a_filter_as_a_value_only() -> None:
    form = {"plate": "沪Z00001", "trick": {"$gt": ""}, "word": "today"}
    resolved = resolve_words(
        {"a": "form:plate", "b": "form:trick", "c": "form:word", "d": "form:none"}, today=TODAY, form=form
    )
    assert resolved == {"a": "沪Z00001", "b": None, "c": "today", "d": None}
