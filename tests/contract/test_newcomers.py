"""Synthetic people and organisations made on request, as a case file wishes for them."""

import json
from typing import Any

import httpx
import pytest
import yaml
from stdnum.cn import ric, uscc

from integrations.departments.calendar_words import add_years
from integrations.gateways.departments import Applicant, CaseFiling
from tests.contract.city import ADMIN_KEY, ROOT, City


def _settle(city: City, **wish: Any) -> dict[str, Any]:
    return city.process.admin("POST", "/people", wish)


def _sections(city: City, number: str, department: str) -> dict[str, Any]:
    return city.gateway().query_registry(department, identity_number=number, purpose="test").sections


def test_somebody_is_made_with_the_facts_that_were_wished_for(city: City) -> None:
    facts = {
        "medical-insurance": {"medical_insurance": {"kind": "职工", "months": 24}},
        "health": {"medical": {"pregnancy": {"due": "today+60d", "week": 31, "registered": False}}},
    }
    paper = {"department": "health", "type": "birth-certificate", "name": "出生医学证明", "number": "CS1"}
    made = _settle(
        city, age=28, sex="女", local=True, facts=facts, licences=[paper | {"issued": "today-30d"}]
    )
    number = made["identity_number"]
    assert ric.validate(number) == number
    assert made["organisation"] is None
    assert city.gateway().verify_person(name=made["name"], identity_number=number).match

    insurance = _sections(city, number, "medical-insurance")["medical_insurance"]
    assert (insurance["kind"], insurance["months"], insurance["remote_filings"]) == ("职工", 24, [])
    health = _sections(city, number, "health")
    assert health["medical"]["pregnancy"]["due"] > city.today.isoformat()
    assert health["licences"][0]["issued"] < city.today.isoformat()
    identity = _sections(city, number, "public-security")
    assert {one["type"] for one in identity["licences"]} == {"identity-card", "household-register"}
    assert identity["family"]["members"][0]["identity_number"] == number


def test_newcomers_are_all_different_and_of_the_age_that_was_wished_for(city: City) -> None:
    made = [_settle(city, age={"from": 60, "to": 65}, local=False, sex="男") for _ in range(8)]
    assert len({one["identity_number"] for one in made}) == len({one["phone"] for one in made}) == 8
    assert all(one["phone"].startswith("1990000") for one in made)
    oldest, youngest = add_years(city.today, -66), add_years(city.today, -60)
    assert all(oldest < ric.get_birth_date(one["identity_number"]) <= youngest for one in made)
    identity = _sections(city, made[0]["identity_number"], "public-security")
    assert [one["type"] for one in identity["licences"]] == ["identity-card"]
    assert identity["population"]["hukou"]["local"] is False


def test_a_firm_is_an_entity_with_somebody_who_answers_for_it(city: City) -> None:
    wish = {
        "name": "随安某某样板有限公司",
        "seal_filed": False,
        "staff": {"insured": 3},
        "tax": {"clear": False},
    }
    made = _settle(city, age=40, organisation=wish)
    code = made["organisation"]["credit_code"]
    assert uscc.is_valid(code)
    market = _sections(city, code, "market-regulation")
    firm = market["organisation"]
    assert (firm["name"], firm["seal_filed"], firm["status"]) == ("随安某某样板有限公司", False, "存续")
    assert firm["legal_representative"] == {
        "name": made["name"],
        "identity_number": made["identity_number"],
    }
    assert [(one["type"], one["number"]) for one in market["licences"]] == [("business-licence", code)]
    assert _sections(city, code, "human-resources")["staff"]["insured"] == 3
    assert _sections(city, code, "taxation")["tax"]["clear"] is False
    assert city.gateway().verify_person(name=firm["name"], identity_number=code).match
    owned = _sections(city, made["identity_number"], "market-regulation")["businesses"]
    assert [one["number"] for one in owned] == [code]


def test_a_firm_files_as_people_do(city: City) -> None:
    made = _settle(city, age=40, organisation={})["organisation"]
    applicant = Applicant(name=made["name"], identity_number=made["credit_code"])
    filing = CaseFiling(
        matter="any-matter-of-firms",
        application="SB-1",
        applicant=applicant,
        callback_url=city.receiver.callback_url,
    )
    city.wait_for(city.gateway().file_case("health", filing).reference, "completed")


def test_every_section_has_an_answer_for_everybody(city: City) -> None:
    number = _settle(city)["identity_number"]
    for entry in city.process.admin("GET", "/departments")["departments"]:
        sections = _sections(city, number, entry["id"])
        assert set(sections) == set(entry["sections"]), entry["id"]


def test_the_citizen_of_every_case_file_can_be_made(city: City) -> None:
    files = sorted((ROOT / "tests" / "matters").glob("*.yml"))
    assert files
    for file in files:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
        wish = json.loads(json.dumps(said.get("citizen") or {}, default=str))
        made = _settle(city, **wish)
        assert (made["organisation"] is None) == ("organisation" not in wish), file.name


@pytest.mark.parametrize(
    "wish",
    [
        {"facts": {"health": {"fund": {}}}},
        {"facts": {"moon-office": {"x": 1}}},
        {"nonsense": 1},
        {"licences": [{"department": "moon-office", "type": "t", "name": "n"}]},
    ],
)
def test_a_wish_that_nobody_can_fulfil_is_told(city: City, wish: dict[str, Any]) -> None:
    answer = httpx.post(
        f"{city.process.url}/admin/people",
        json=wish,
        headers={"Authorization": f"Bearer {ADMIN_KEY}"},
        trust_env=False,
    )
    assert answer.status_code == 422
