"""The people of the city: well-formed, coherent, and always the same."""

from collections import Counter, defaultdict
from datetime import date

import pytest
from stdnum import luhn
from stdnum.cn import ric, uscc

from integrations.departments.directory import the_directory
from integrations.departments.people import open_town, populate
from integrations.departments.records import Person
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
            assert work["status"] == "在职" or person.story
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
