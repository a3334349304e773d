"""The people of the city: well-formed, coherent, and always the same."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from stdnum import luhn
from stdnum.cn import ric, uscc

from integrations.departments.blanks import blank_sections
from integrations.departments.directory import the_directory
from integrations.departments.employers import found_employers
from integrations.departments.people import open_town, populate
from integrations.departments.records import Person, retirement_day
from integrations.departments.stories import HUSBAND, STORIES, tell_stories

TODAY = date(2026, 10, 12)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    town = open_town(TODAY)
    return tell_stories(town) + populate(town, 5000 - len(STORIES) - 1)


@pytest.fixture(scope="module")
def families(people: list[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        found[person.family].append(person)
    return found


def _story(people: list[Person], story: str) -> Person:
    return next(person for person in people if person.story == story)


def _licences(person: Person, department: str, kind: str) -> list[dict[str, object]]:
    return [one for one in person.record[department]["licences"] if one["type"] == kind]


def test_there_are_exactly_as_many_as_were_asked_for(people: list[Person]) -> None:
    assert len(people) == 5000


def test_every_identity_number_is_valid_unique_and_says_the_truth(people: list[Person]) -> None:
    assert len({person.identity_number for person in people}) == len(people)
    for person in people:
        number = person.identity_number
        assert ric.validate(number) == number
        assert ric.get_birth_date(number) == person.born
        assert (int(number[16]) % 2 == 1) == (person.sex == "男")
        assert number.startswith("310000") == person.local


def test_nobody_could_be_taken_for_a_real_person(people: list[Person]) -> None:
    assert all(person.name[1] == "小" and len(person.name) == 3 for person in people)
    phones = [person.phone for person in people if person.phone]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1990000") and len(phone) == 11 for phone in phones)
    assert all(person.identity_number[2:6] == "0000" for person in people), "no county has this code"


def test_other_numbers_are_well_formed(people: list[Person]) -> None:
    for person in people:
        assert luhn.is_valid(person.record["human-resources"]["bank_account"]["number"])
        for business in person.record["market-regulation"]["businesses"]:
            assert uscc.is_valid(business["number"])
    assert any(person.record["market-regulation"]["businesses"] for person in people)


def test_the_same_seed_and_day_give_the_same_people() -> None:
    first, second = (populate(open_town(TODAY), 300) for _ in range(2))
    assert first == second
    other = populate(open_town(TODAY, seed=7), 300)
    assert [person.identity_number for person in other] != [person.identity_number for person in first]


def test_more_people_do_not_change_who_the_first_ones_are() -> None:
    few, many = populate(open_town(TODAY), 200), populate(open_town(TODAY), 400)
    assert [person.identity_number for person in few[:190]] == [
        person.identity_number for person in many[:190]
    ]


def test_children_fit_their_parents(families: dict[str, list[Person]]) -> None:
    seen = 0
    for family in families.values():
        parents = [person for person in family if person.record["health"]["children"]]
        for parent in parents:
            for child in parent.record["health"]["children"]:
                seen += 1
                assert 19 <= (date.fromisoformat(child["born"]) - parent.born).days / 365.25 <= 55
                other = next(person for person in parents if person.name == child["other_parent"])
                assert other.sex != parent.sex
                certificates = {one["number"] for one in _licences(parent, "health", "birth-certificate")}
                assert child["birth_certificate"] in certificates
                if child["registered"]:
                    assert child["name"] in {person.name for person in family}
    assert seen > 1000


def test_families_live_together_and_marry_each_other(families: dict[str, list[Person]]) -> None:
    for family in families.values():
        assert len({person.home.address for person in family}) == 1
        married = [person for person in family if person.marital == "已婚"]
        assert len(married) in {0, 2}
        certificates = {
            one["number"]
            for person in married
            for one in _licences(person, "civil-affairs", "marriage-certificate")
        }
        assert len(certificates) == len(married) // 2


def test_ages_look_like_a_city(people: list[Person]) -> None:
    decades = Counter(person.age(TODAY) // 10 for person in people)
    assert all(decades[decade] > 50 for decade in range(9))
    assert max(person.age(TODAY) for person in people) < 105


def test_papers_fit_their_holders(people: list[Person]) -> None:
    for person in people:
        age, work = person.age(TODAY), person.record["human-resources"]["employment"]
        for one in _licences(person, "traffic-police", "driving-licence"):
            assert age >= 18
            assert date.fromisoformat(str(one["issued"])).year - person.born.year >= 18
        if person.record["housing-fund"]["fund"]:
            assert work["status"] in {"在职", "退休"} or person.story
        if person.record["civil-affairs"]["benefits"]:
            assert age >= 80
            assert person.local
        if _licences(person, "public-security", "residence-permit"):
            assert not person.local
            assert _licences(person, "public-security", "residence-registration")
        for issued, expires in _lives(person):
            assert issued <= expires


def _lives(person: Person) -> list[tuple[str, str]]:
    return [
        (one["issued"], one["expires"])
        for sections in person.record.values()
        for one in sections.get("licences", [])
        if one["expires"]
    ]


def test_records_hold_only_what_their_department_keeps(people: list[Person]) -> None:
    directory = the_directory()
    for person in people[:300]:
        for department, sections in person.record.items():
            assert set(sections) <= set(directory[department].sections)
            for one in sections.get("licences", []):
                assert one["type"] in directory[department].licences


def test_every_person_has_every_section(people: list[Person]) -> None:
    for entry in the_directory():
        for person in people[:300]:
            known = set(person.record.get(entry.id, blank_sections(entry.id)))
            assert known == set(entry.sections), entry.id


def test_households_say_who_belongs_to_them(families: dict[str, list[Person]]) -> None:
    for family in families.values():
        told = [person for person in family if not person.story]
        for person in told:
            entry = person.record["public-security"]["family"]
            assert {one["identity_number"] for one in entry["members"]} == {
                one.identity_number for one in told
            }
            spouse, marriage = entry["spouse"], person.record["civil-affairs"]["marriage"]
            assert (person.marital == "已婚") == (spouse is not None)
            assert (person.marital in {"已婚", "离异"}) == (marriage is not None)
            assert spouse is None or marriage["spouse_identity"] == {
                "identity_number": spouse["identity_number"]
            }


def test_relatives_who_live_are_people_of_the_city(people: list[Person]) -> None:
    known = {person.identity_number: person for person in people}
    seen = 0
    for person in people:
        for parent in person.record["public-security"]["family"]["parents"]:
            assert ric.is_valid(parent["identity_number"])
            assert parent["born"] < person.born.isoformat()
            if parent["living"]:
                seen += 1
                assert known[parent["identity_number"]].name == parent["name"]
            else:
                assert parent["identity_number"] not in known
                (death,) = person.record["civil-affairs"]["deaths"]
                assert death["identity_number"] == parent["identity_number"]
        for child in person.record["health"]["children"]:
            if child["registered"]:
                assert known[child["identity_number"]].born.isoformat() == child["born"]
    assert seen > 1000


def test_those_who_are_retired_draw_a_pension_and_nobody_else(people: list[Person]) -> None:
    for person in people:
        pension = person.record["human-resources"]["pension"]
        work = person.record["human-resources"]["employment"]
        assert pension["retired"] == (work["status"] == "退休")
        assert not pension["retired"] or pension["retires_on"] <= TODAY.isoformat()
        assert work["status"] != "在职" or pension["months"] == work["contribution_months"]


def test_homes_are_owned_together_and_have_meters(people: list[Person]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for person in people:
        held = person.record["natural-resources"]["property"]
        assert held["owned"] == len(held["units"])
        for unit in held["units"]:
            owners[unit["number"]].add(person.name)
        papers = _licences(person, "natural-resources", "property-certificate")
        assert {one["number"] for one in papers} == {unit["number"] for unit in held["units"]}
    for person in people:
        for unit in person.record["natural-resources"]["property"]["units"]:
            assert unit["co_owner"] is None or unit["co_owner"] in owners[unit["number"]]
        lease = person.record["housing"]["housing"]["lease"]
        assert lease is None or lease["landlord_phone"]["phone"].startswith("19900009")


def test_every_circumstance_is_met_by_some_and_not_by_many(people: list[Person]) -> None:
    def share(met: Callable[[dict[str, Any]], Any]) -> float:
        return sum(bool(met(person.record)) for person in people) / len(people)

    assert 0.045 < share(lambda record: record["disabled-federation"]["disability"]) < 0.075
    assert 0.005 < share(lambda record: record["veterans"]["service"]) < 0.05
    assert 0.002 < share(lambda record: record["civil-affairs"]["deaths"]) < 0.02
    assert 0.002 < share(lambda record: record["health"]["medical"]["pregnancy"]) < 0.02
    assert 0.003 < share(lambda record: record["civil-affairs"]["hardship"]["low_income"]) < 0.03
    assert 0.001 < share(lambda record: record["housing"]["housing"]["purchase"]) < 0.02
    assert 0.0005 < share(lambda record: record["exit-entry"]["travel"]["foreign"]) < 0.01
    assert 0.05 < share(lambda record: record["housing"]["housing"]["lease"]) < 0.3
    assert 0.1 < share(lambda record: record["taxation"]["tax"]["children_at_school"]) < 0.5


def test_every_employer_is_a_firm_that_somebody_answers_for() -> None:
    town = open_town(TODAY)
    tell_stories(town)
    populate(town, 1500)
    firms = {firm.name: firm for firm in found_employers(town)}
    assert len({firm.credit_code for firm in firms.values()}) == len(firms) > 100
    known = {person.identity_number: person for person in town.people}
    workers = Counter(person.record["human-resources"]["employment"]["employer"] for person in town.people)
    for firm in firms.values():
        assert uscc.is_valid(firm.credit_code)
        head = known[firm.legal_representative.identity_number]
        assert head.story is None
        owned = head.record["market-regulation"]["businesses"]
        assert firm.credit_code in {one["number"] for one in owned}
        staff = firm.record["human-resources"]["staff"]
        assert staff["insured"] <= workers[firm.name]
        assert all(one["identity_number"] in known for one in staff["new_hires"])
    for person in town.people:
        work = person.record["human-resources"]["employment"]
        assert work["status"] != "在职" or work["employer"] in firms


def test_nobody_of_the_demo_has_more_due_than_their_story_says(people: list[Person]) -> None:
    for person in people:
        if person.story is None:
            continue
        record = person.record
        assert record["health"]["medical"]["pregnancy"] is None
        assert record["civil-affairs"]["deaths"] == []
        assert record["disabled-federation"]["disability"] is None
        assert not record["civil-affairs"]["hardship"]["low_income"]
        verified = record["human-resources"]["pension"]["verified_until"]
        assert verified is None or _days(TODAY, verified) > 180


def test_retirement_comes_later_for_those_born_later() -> None:
    assert retirement_day("男", date(1964, 12, 31)) == date(2024, 12, 31)
    assert retirement_day("男", date(1965, 5, 1)) == date(2025, 7, 1)
    assert retirement_day("男", date(1980, 1, 1)) == date(2043, 1, 1)
    assert retirement_day("女", date(1970, 1, 1)) == date(2025, 2, 1)


def test_most_people_have_valid_identity_cards(people: list[Person]) -> None:
    expired = sum(
        one["status"] == "expired"
        for person in people
        for one in _licences(person, "public-security", "identity-card")
    )
    assert 0 < expired < 100


# --- demo people ---------------------------------------------------------------------------------


def test_demo_phones_count_up(people: list[Person]) -> None:
    told = sorted((person.phone or "", person.story) for person in people if person.story)
    assert [phone for phone, _ in told] == [f"199{order:08d}" for order in range(1, 14)]
    assert [story for _, story in told] == [story.id for story in (*STORIES, HUSBAND)]


@pytest.mark.parametrize(
    "today", [date(2026, 1, 31), date(2026, 2, 28), date(2028, 2, 29), date(2026, 12, 31)]
)
def test_stories_hold_on_any_day(today: date) -> None:
    told = tell_stories(open_town(today))
    driver = _story(told, "driver")
    assert _days(today, _licences(driver, "traffic-police", "driving-licence")[0]["expires"]) == 25
    assert _days(today, driver.record["traffic-police"]["vehicles"][0]["inspection_due"]) == 30
    eighty = _story(told, "turning-eighty")
    assert (today.year - eighty.born.year, eighty.born.month) == (80, today.month)
    assert _days(today, _story(told, "new-mother").record["health"]["children"][0]["born"]) == -5
    assert (
        _days(today, _licences(_story(told, "old-card"), "public-security", "identity-card")[0]["expires"])
        == 60
    )
    registered = _licences(_story(told, "settled-newcomer"), "public-security", "residence-registration")[0]
    assert -364 < _days(today, registered["issued"]) < -184
    assert registered["status"] == "valid"


def test_nothing_is_due_to_the_quiet_one(people: list[Person]) -> None:
    quiet = _story(people, "nothing-due")
    ends = [expires for _, expires in _lives(quiet)]
    assert all(_days(TODAY, expires) > 365 for expires in ends)
    assert quiet.record["traffic-police"]["vehicles"] == []
    assert quiet.record["health"]["children"] == []
    assert quiet.record["human-resources"]["employment"]["status"] == "在职"


def _days(today: date, day: object) -> int:
    return (date.fromisoformat(str(day)) - today).days
