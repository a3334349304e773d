"""Filing a case and following it to its end, through the gateway, at a real department."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from integrations.gateways.departments import (
    CaseNotFound,
    DepartmentConflict,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentsGateway,
    Material,
    PersonNotFound,
    ResultWanted,
)
from integrations.gateways.signature import SignatureInvalid, verify_from
from tests.contract.city import DRIVING_LICENCE, FITNESS, KEY, RENEWAL, SECRET, City, wait_until

PROMISED = ["received", "accepted", "reviewing", "approved", "licence-issued", "completed"]
AT_ONCE = ["received", "accepted", "approved", "completed"]


def test_a_renewal_ends_with_a_new_licence_and_the_old_one_replaced(city: City) -> None:
    filing = city.filing(
        "driving-licence-renewal", "driver", RENEWAL, materials=FITNESS, result=DRIVING_LICENCE
    )
    receipt = city.gateway().file_case("traffic-police", filing)
    assert receipt.reference.startswith(f"JJ-{city.today.year}-")
    assert city.wait_for(receipt.reference, "completed") == PROMISED

    issued = next(
        body for body in city.receiver.of_case(receipt.reference) if body["event"] == "licence-issued"
    )
    new, old = (
        one for one in city.facts("driver", "traffic-police")["licences"] if one["type"] == "driving-licence"
    )
    assert issued["details"]["licence"] == {key: value for key, value in new.items() if key != "status"}
    assert (new["status"], old["status"]) == ("valid", "replaced")
    assert int(new["expires"][:4]) == int(old["expires"][:4]) + 10
    assert issued["application"] == filing.application


def test_the_registry_change_is_told_in_a_signed_notice_that_names_no_value(city: City) -> None:
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "6229990000000000019"})
    reference = city.gateway().file_case("housing-fund", filing).reference
    number = city.person("renter")["_id"]
    notice = wait_until(lambda: city.receiver.facts(number), what="a facts notice")[0]

    assert notice.path == "/api/v1/departments/facts"
    assert set(notice.body) == {"event_id", "department", "identity_number", "sections", "at"}
    assert notice.body["sections"] == ["fund"]
    now = float(notice.headers["Suiban-Timestamp"])
    verify_from(SECRET, "housing-fund", notice.raw, notice.headers, now=now)
    for sender, raw in (("housing-fund", notice.raw + b" "), ("traffic-police", notice.raw)):
        with pytest.raises(SignatureInvalid):
            verify_from(SECRET, sender, raw, notice.headers, now=now)
    city.wait_for(reference, "completed")
    fund = city.facts("renter", "housing-fund")["fund"]
    assert fund["last_rent_withdrawal"] == city.today.isoformat()
    assert fund["balance"] == 46_800 - 18_000


def test_every_case_notice_is_signed_and_goes_to_its_own_address(city: City) -> None:
    plate = city.facts("driver", "traffic-police")["vehicles"][0]["plate"]
    filing = city.filing("vehicle-inspection-exempt", "driver", {"plate": plate})
    reference = city.gateway().file_case("traffic-police", filing).reference
    assert city.wait_for(reference, "completed") == AT_ONCE
    for notice in city.receiver.notices:
        now = float(notice.headers["Suiban-Timestamp"])
        verify_from(SECRET, notice.body["department"], notice.raw, notice.headers, now=now)
    assert {one.path for one in city.receiver.notices if "reference" in one.body} == {
        "/api/v1/departments/callbacks"
    }


def test_a_child_is_registered_in_the_records_of_both_parents(city: City) -> None:
    child = city.facts("new-mother", "health")["children"][0]
    form = {
        "child_name": "禾小光",
        "child_sex": "女",
        "follow": "mother",
        "birth_certificate": child["birth_certificate"],
    }
    wanted = ResultWanted(name="居民户口簿", licence="household-register")
    filing = city.filing("birth-registration", "new-mother", form, result=wanted)
    reference = city.gateway().file_case("public-security", filing).reference
    assert city.wait_for(reference, "completed") == PROMISED
    for parent in ("new-mother", "new-father"):
        registered = city.facts(parent, "health")["children"][0]
        assert (registered["registered"], registered["name"]) == (True, "禾小光")
    register = city.facts("new-mother", "public-security")["licences"][0]
    assert register["data"]["members"] == [{"name": "禾小光", "relation": "女"}]
    wait_until(lambda: city.receiver.facts(city.person("new-father")["_id"]), what="the father's notice")


@dataclass(frozen=True)
class Due:
    """What a demo person is due, and how the registry shows that it was granted."""

    department: str
    matter: str
    story: str
    form: dict[str, str]
    section: str
    granted: Callable[[Any], bool]


ALL_DUE = (
    Due(
        "civil-affairs",
        "elderly-allowance",
        "turning-eighty",
        {},
        "benefits",
        lambda value: value[0]["amount"] > 0,
    ),
    Due(
        "medical-insurance",
        "childbirth-allowance",
        "new-mother",
        {},
        "medical_insurance",
        lambda value: value["birth_settlement"]["paid"],
    ),
    Due(
        "medical-insurance",
        "remote-medical-filing",
        "retired-away",
        {"destination": "合肥市", "filing_kind": "settled"},
        "medical_insurance",
        lambda value: value["remote_filings"][0]["destination"] == "合肥市",
    ),
    Due(
        "human-resources",
        "unemployment-benefit",
        "laid-off",
        {},
        "employment",
        lambda value: value["benefit_claimed"],
    ),
    Due(
        "market-regulation",
        "individual-business-setup",
        "founder",
        {"business_name": "小店示例便利店"},
        "businesses",
        lambda value: value[0]["name"].endswith("小店示例便利店"),
    ),
    Due(
        "public-security",
        "residence-registration",
        "new-arrival",
        {"residence_address": "随安市示例路9号"},
        "population",
        lambda value: value["residence"]["address"] == "随安市示例路9号",
    ),
    Due(
        "public-security",
        "residence-permit",
        "settled-newcomer",
        {"ground": "job"},
        "licences",
        lambda value: (value[0]["type"], value[0]["status"]) == ("residence-permit", "valid"),
    ),
    Due(
        "public-security",
        "residence-permit-endorsement",
        "permit-holder",
        {"request": "endorse"},
        "licences",
        lambda value: value[0]["expires"] > value[-1]["expires"] and value[-1]["status"] == "replaced",
    ),
    Due(
        "public-security",
        "id-card-renewal",
        "old-card",
        {"delivery": "post"},
        "licences",
        lambda value: (value[0]["type"], value[0]["status"]) == ("identity-card", "valid"),
    ),
)


def test_what_is_due_to_the_demo_people_is_granted_and_written_down(city: City) -> None:
    gateway = city.gateway()
    filed = [
        (due, gateway.file_case(due.department, city.filing(due.matter, due.story, due.form)).reference)
        for due in ALL_DUE
    ]
    for due, reference in filed:
        assert "approved" in city.wait_for(reference, "completed"), due.matter
        assert due.granted(city.facts(due.story, due.department)[due.section]), due.matter


def test_a_matter_nobody_has_rules_for_is_handled_by_default(city: City) -> None:
    wanted = ResultWanted(name="敬老卡", licence="senior-card", valid_years=5)
    filing = city.filing(
        "senior-card", "turning-eighty", {"delivery": "post"}, result=wanted, service="即办件"
    )
    reference = city.gateway().file_case("civil-affairs", filing).reference
    assert city.wait_for(reference, "completed") == [
        "received",
        "accepted",
        "approved",
        "licence-issued",
        "completed",
    ]
    card = city.facts("turning-eighty", "civil-affairs")["licences"][0]
    assert (card["type"], card["name"], card["status"]) == ("senior-card", "敬老卡", "valid")
    assert card["expires"] == f"{city.today.year + 5}{city.today.isoformat()[4:]}"


def test_filing_again_gives_the_same_receipt_and_one_case(city: City) -> None:
    gateway = city.gateway()
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    receipts: list[str] = []
    posts = [
        threading.Thread(target=lambda: receipts.append(gateway.file_case("housing-fund", filing).reference))
        for _ in range(6)
    ]
    for post in posts:
        post.start()
    for post in posts:
        post.join()
    assert len(receipts) == 6
    assert len(set(receipts)) == 1
    city.wait_for(receipts[0], "completed")
    assert city.store["cases"].count_documents({}) == 1
    assert city.facts("renter", "housing-fund")["fund"]["balance"] == 46_800 - 18_000


def test_another_body_under_the_same_key_is_a_conflict(city: City) -> None:
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    city.gateway().file_case("housing-fund", filing)
    with pytest.raises(DepartmentConflict):
        city.gateway().file_case("housing-fund", filing.model_copy(update={"form": {"bank_account": "2"}}))


def test_a_filing_that_cannot_be_taken_says_what_is_wrong(city: City) -> None:
    good = city.filing("birth-registration", "new-mother", {"child_name": ""})
    stranger = good.model_copy(update={"applicant": good.applicant.model_copy(update={"name": "别人"})})
    with pytest.raises(DepartmentRejected) as refused:
        city.gateway().file_case("public-security", stranger)
    assert {error.field for error in refused.value.errors} == {
        "applicant.name",
        "child_name",
        "birth_certificate",
    }


def test_rules_refuse_with_a_reason_and_a_way_on(city: City) -> None:
    patch = {"identity_number": city.person("renter")["_id"], "section": "property", "value": {"owned": 1}}
    city.process.admin("POST", "/facts/patch", patch)
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    reference = city.gateway().file_case("housing-fund", filing).reference
    city.wait_for(reference, "refused")
    told = city.receiver.of_case(reference)[-1]["details"]
    assert "住房" in told["reason"]
    assert told["remedy"]
    assert city.gateway().get_case("housing-fund", reference).state == "refused"
    assert city.facts("renter", "housing-fund")["fund"]["balance"] == 46_800


def test_what_is_missing_is_asked_for_and_the_case_goes_on_when_it_comes(city: City) -> None:
    patch = {
        "identity_number": city.person("driver")["_id"],
        "department": "health",
        "section": "licences",
        "value": [],
    }
    city.process.admin("POST", "/facts/patch", patch)
    gateway = city.gateway()
    filing = city.filing("driving-licence-renewal", "driver", RENEWAL, result=DRIVING_LICENCE)
    reference = gateway.file_case("traffic-police", filing).reference
    city.wait_for(reference, "correction-requested")
    told = city.receiver.of_case(reference)[-1]["details"]
    assert told["items"][0]["material"] == "medical-fitness"
    assert told["days"] > 0

    paper = [Material(id="medical-fitness", file_sha256="a" * 64)]
    assert gateway.supplement("traffic-police", reference, form={}, materials=paper).state == "received"
    gateway.supplement("traffic-police", reference, form={}, materials=paper)
    assert city.wait_for(reference, "completed") == ["received", "correction-requested", *PROMISED[1:]]
    with pytest.raises(DepartmentConflict):
        gateway.supplement("traffic-police", reference, form={"delivery": "post"})


def test_a_case_can_be_taken_back_until_it_is_decided(city: City) -> None:
    gateway = city.gateway()
    city.process.behave("traffic-police", "normal", pace=60)
    filing = city.filing("driving-licence-renewal", "driver", RENEWAL, materials=FITNESS)
    reference = gateway.file_case("traffic-police", filing).reference
    assert gateway.withdraw("traffic-police", reference).state == "withdrawn"
    assert gateway.withdraw("traffic-police", reference).state == "withdrawn"

    city.process.admin("POST", "/reset")
    decided = gateway.file_case(
        "housing-fund", city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    )
    city.wait_for(decided.reference, "approved")
    with pytest.raises(DepartmentConflict):
        gateway.withdraw("housing-fund", decided.reference)


def test_a_birth_is_told_by_health_and_by_the_insurance(city: City) -> None:
    mother = city.person("renter")["_id"]
    fact = {"mother_identity_number": mother, "sex": "男", "born": city.today.isoformat()}
    changed = city.process.admin("POST", "/facts/birth", fact)["changed"]
    assert changed == {"health": ["children", "licences"], "medical-insurance": ["medical_insurance"]}
    wait_until(lambda: len(city.receiver.facts(mother)) == 2, what="two notices")
    assert {one.body["department"] for one in city.receiver.facts(mother)} == {"health", "medical-insurance"}
    child = city.facts("renter", "health")["children"][0]
    assert (child["registered"], child["name"]) == (False, None)


def test_a_licence_can_be_given_another_last_day(city: City) -> None:
    number = city.person("driver")["_id"]
    city.process.admin(
        "POST",
        "/facts/licence",
        {"identity_number": number, "type": "driving-licence", "expires": "2030-01-31"},
    )
    assert city.facts("driver", "traffic-police")["licences"][-1]["type"] == "vehicle-licence"
    assert {"2030-01-31"} == {
        one["expires"]
        for one in city.facts("driver", "traffic-police")["licences"]
        if one["type"] == "driving-licence"
    }


def test_the_population_register_knows_names_and_numbers(city: City) -> None:
    gateway, person = city.gateway(), city.person("driver")
    right = gateway.verify_person(name=person["name"], identity_number=person["_id"])
    wrong = gateway.verify_person(name="别人", identity_number=person["_id"])
    nobody = gateway.verify_person(name=person["name"], identity_number="310000190001010017")
    assert [(one.found, one.match) for one in (right, wrong, nobody)] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    with pytest.raises(PersonNotFound):
        gateway.query_registry("health", identity_number="310000190001010017", purpose="test")


def test_a_query_gives_only_the_sections_that_were_asked_for(city: City) -> None:
    number = city.person("laid-off")["_id"]
    answer = city.gateway().query_registry(
        "human-resources", identity_number=number, purpose="test", sections=["employment", "population"]
    )
    assert list(answer.sections) == ["employment"]


def test_nobody_enters_without_the_key(city: City) -> None:
    stranger = DepartmentsGateway(city.process.url, "wrong")
    with pytest.raises(DepartmentProtocolError):
        stranger.verify_person(name="随小行", identity_number="1")
    for path in ("/admin/departments", "/departments/health/cases/1"):
        assert httpx.get(city.process.url + path, trust_env=False).status_code == 401
    wrong_side = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.get(f"{city.process.url}/admin/departments", headers=wrong_side, trust_env=False)
    assert answer.status_code == 401


def test_a_reference_belongs_to_its_department(city: City) -> None:
    filing = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "1"})
    reference = city.gateway().file_case("housing-fund", filing).reference
    with pytest.raises(CaseNotFound):
        city.gateway().get_case("health", reference)


def test_the_demo_people_are_found_with_what_is_due_to_them(city: City) -> None:
    people = city.process.admin("POST", "/people/search", {"demo": True, "limit": 50})["people"]
    assert [person["phone"] for person in people] == [f"199{order:08d}" for order in range(1, 14)]
    assert people[0]["due"] == ["driving-licence-renewal", "vehicle-inspection-exempt"]
    assert people[10]["due"] == []
    eighties = city.process.admin("POST", "/people/search", {"age_from": 30, "age_to": 39})["people"]
    assert eighties
    assert all(30 <= person["age"] <= 39 for person in eighties)


def test_nothing_personal_is_in_the_log(city: City) -> None:
    filing = city.filing("birth-registration", "new-mother", {"child_name": ""})
    with pytest.raises(DepartmentRejected):
        city.gateway().file_case("public-security", filing)
    rent = city.filing("fund-withdrawal-rent", "renter", {"bank_account": "6229990000000000019"})
    city.wait_for(city.gateway().file_case("housing-fund", rent).reference, "completed")
    written = city.process.log.read_text(encoding="utf-8")
    assert "case.moved" in written
    for story in ("new-mother", "renter"):
        person = city.person(story)
        for secret in (person["_id"], person["name"], person["phone"], "6229990000000000019"):
            assert secret not in written
