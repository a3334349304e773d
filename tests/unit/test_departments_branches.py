"""The roads a case can take, and what approvals write, without a server."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError

from integrations.departments.behaviour import CALL_MODES, CASE_MODES, Mode
from integrations.departments.branches import missing_materials, road, step_after
from integrations.departments.registries import RegistryEdit
from integrations.departments.rules import RULES_FOLDER, RulesMistake, read_rules, the_rule_book
from integrations.departments.writes import Words, Write, apply_writes

TODAY = date(2026, 10, 12)
WORDS = Words({"kind": "水", "number": "B2", "empty": ""}, TODAY, "SB1")
SHARED = (RULES_FOLDER / "_shared.yml").read_text(encoding="utf-8")


class Entry:
    """A person's record in memory, as `apply_writes` sees one."""

    def __init__(self, **sections: Any) -> None:
        self.sections = sections
        self.touched: set[tuple[str, str]] = set()

    def read(self, _: str, section: str) -> Any:
        return self.sections.get(section)

    def put(self, department: str, section: str, value: Any) -> None:
        self.sections[section] = value
        self.touched.add((department, section))


def _write(entry: Entry, **said: Any) -> Entry:
    write = Write.model_validate({"department": "health"} | said)
    apply_writes(cast("RegistryEdit", entry), (write,), WORDS)
    return entry


# --- writes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("form:kind", "水"),
        ("form:nothing", None),
        ("form:empty|today", "2026-10-12"),
        ("form:kind|today", "水"),
        ("today+1y", "2027-10-12"),
        ("application", "SB1"),
        ("职工", "职工"),
        (300, 300),
        ({"since": "today", "list": ["form:kind"]}, {"since": "2026-10-12", "list": ["水"]}),
    ],
)
def test_words_stand_for_values(said: Any, meant: Any) -> None:
    assert WORDS.value(said) == meant


def test_an_answer_that_looks_like_a_word_is_taken_as_it_is() -> None:
    assert Words({"name": "today"}, TODAY, "SB1").value("form:name") == "today"


def test_a_key_is_set_and_the_rest_of_the_section_stays() -> None:
    entry = _write(
        Entry(medical={"pregnancy": {"week": 12}, "x": 1}), set={"medical.pregnancy.registered": True}
    )
    assert entry.sections["medical"] == {"pregnancy": {"week": 12, "registered": True}, "x": 1}
    assert entry.touched == {("health", "medical")}


def test_what_is_not_there_yet_is_made_on_the_way() -> None:
    assert _write(Entry(medical=None), set={"medical.chronic.disease": "form:kind"}).sections["medical"] == {
        "chronic": {"disease": "水"}
    }


def test_a_whole_section_can_be_replaced() -> None:
    assert _write(Entry(fund={"balance": 1}), set={"fund": None}).sections["fund"] is None


def test_something_is_pushed_onto_a_list_that_may_not_be_there() -> None:
    grant = {"type": "allowance", "since": "today"}
    assert _write(Entry(), push={"benefits": grant}).sections["benefits"] == [
        {"type": "allowance", "since": "2026-10-12"}
    ]
    nested = _write(Entry(insurance={"filings": [1]}), push={"insurance.filings": 2})
    assert nested.sections["insurance"] == {"filings": [1, 2]}


def test_only_the_items_that_fit_are_changed() -> None:
    children = [{"number": "B1", "insured": False}, {"number": "B2", "insured": False}]
    entry = _write(
        Entry(children=children), item="children", where={"number": "form:number"}, set={"insured": True}
    )
    assert [child["insured"] for child in entry.sections["children"]] == [False, True]
    assert children[1]["insured"] is False, "the record that was read is not changed in place"


def test_no_item_that_fits_means_no_change_and_no_notice() -> None:
    entry = _write(
        Entry(children=[]), item="children", where={"number": "form:number"}, set={"insured": True}
    )
    assert entry.touched == set()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"push": {"a": 1}, "item": "children"},
        {"set": {"a": 1}, "where": {"b": 1}},
        {"set": {"a": 1}, "unknown": 1},
    ],
)
def test_a_write_that_makes_no_sense_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Write.model_validate({"department": "health"} | broken)


# --- the folder of rules -------------------------------------------------------------------------


def _folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "_shared.yml").write_text(SHARED, encoding="utf-8")
    for name, text in files.items():
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    return tmp_path


def test_rules_of_all_files_are_one_book(tmp_path: Path) -> None:
    book = read_rules(
        _folder(tmp_path, a="matters: {one: {department: health}}", b="matters: {two: {department: housing}}")
    )
    assert set(book.matters) == {"one", "two"}
    assert book.remedy == the_rule_book().remedy


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a": "matters: {m: {}}", "b": "matters: {m: {}}"}, r"b\.yml: m has rules in a\.yml already"),
        ({"a": "matters: {m: {efect: x}}"}, r"a\.yml: m: efect: Extra inputs"),
        ({"a": "matters: [m]"}, r"a\.yml: there should be nothing but a mapping called matters"),
        ({"a": "rules: {m: {}}"}, r"a\.yml: there should be nothing but a mapping called matters"),
        ({"a": "matters: {m: {department: 'x"}, r"a\.yml: this is not YAML"),
        (
            {"a": "matters: {m: {writes: [{department: health, set: {fund.x: 1}}]}}"},
            r"a\.yml: m: writes: health does not keep fund",
        ),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, files: Mapping[str, str], told: str) -> None:
    with pytest.raises(RulesMistake, match=told):
        read_rules(_folder(tmp_path, **files))


# --- roads ---------------------------------------------------------------------------------------


def _case(**more: Any) -> dict[str, Any]:
    return {"service": "承诺件", "conduct": "normal", "materials": []} | more


@pytest.mark.parametrize(
    ("case", "steps"),
    [
        (_case(), "accept review decide"),
        (_case(service="即办件"), "accept decide"),
        (_case(special=["检验"]), "accept review suspend resume decide"),
        (_case(conduct="suspends"), "accept review suspend resume decide"),
        (_case(conduct="extends"), "accept review extend decide"),
        (_case(conduct="forwards"), "accept review forward"),
        (_case(joint=["health"]), "accept review consult decide"),
        (_case(handling="workbench", special=["检验"]), ""),
    ],
)
def test_the_road_follows_from_filing_and_mode(case: dict[str, Any], steps: str) -> None:
    assert road(case) == steps.split()


def test_steps_follow_one_another_to_the_end() -> None:
    assert step_after(_case(), None) == "accept"
    assert step_after(_case(), "review") == "decide"
    assert step_after(_case(), "decide") is None
    assert step_after(_case(handling="workbench"), None) is None


def test_what_may_come_later_is_missing_until_it_came() -> None:
    case = _case(later=["photo", "slip"], materials=[{"id": "slip"}])
    assert missing_materials(case) == ["photo"]
    assert missing_materials(_case()) == []


def test_every_mode_shows_in_calls_or_in_cases() -> None:
    assert set(Mode) == CALL_MODES | CASE_MODES | {Mode.NORMAL}
