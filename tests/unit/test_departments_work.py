"""Small pieces of the departments' work that need no server."""

from datetime import date
from typing import Any, cast

import pytest

from integrations.departments.behaviour import Behaviour, Mode
from integrations.departments.callbacks import LONGEST_RETRY_SECONDS, retry_delay
from integrations.departments.directory import the_directory
from integrations.departments.facts import merge
from integrations.departments.filings import fingerprint
from integrations.departments.issuing import Order, issue_licence
from integrations.departments.records import identity_card_expiry
from integrations.departments.registries import RegistryEdit
from integrations.departments.settings import Settings, SettingsIncomplete

TODAY = date(2026, 10, 12)


class Paper:
    """A registry entry in memory, as `issue_licence` sees one."""

    identity_number = "310000199001010011"

    def __init__(self, licences: list[dict[str, Any]], born: str = "1990-01-01") -> None:
        self.sections: dict[str, Any] = {
            "licences": licences,
            "population": {"born": born, "residence": {"address": "随安市示例路1号"}},
            "businesses": [{"name": "示例店", "number": "92X"}],
        }

    def read(self, _: str, section: str) -> Any:
        return self.sections.get(section)

    def licences(self, _: str) -> list[dict[str, Any]]:
        return list(self.sections["licences"])

    def put(self, _: str, section: str, value: Any) -> None:
        self.sections[section] = value


def _held(kind: str, expires: str | None, **data: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "number": "OLD",
        "issued": "2020-01-01",
        "expires": expires,
        "status": "valid",
        "data": data,
    }


def _issue(paper: Paper, kind: str, *, years: int | None = None, **form: Any) -> dict[str, Any]:
    order = Order(
        kind=kind,
        name="证",
        issuer="局",
        keeper="x",
        today=TODAY,
        valid_years=years,
        form=form,
        fresh_number="NEW",
    )
    return issue_licence(cast("RegistryEdit", paper), order)


@pytest.mark.parametrize(
    ("term", "old_end", "new_end", "new_term"),
    [
        (6, "2026-11-01", "2036-11-01", 10),
        (10, "2026-11-01", None, 0),
        (6, "2026-09-01", "2036-10-12", 10),
    ],
)
def test_a_driving_licence_grows_from_six_years_to_ten_to_for_ever(
    term: int, old_end: str, new_end: str | None, new_term: int
) -> None:
    paper = Paper([_held("driving-licence", old_end, term=term)])
    made = _issue(paper, "driving-licence", years=10)
    assert (made["expires"], made["data"]["term"], made["number"]) == (new_end, new_term, "OLD")
    assert [one["status"] for one in paper.sections["licences"]] == ["valid", "replaced"]


@pytest.mark.parametrize(
    ("born", "expires"),
    [
        ("2015-01-01", "2031-10-12"),
        ("2004-01-01", "2036-10-12"),
        ("1990-01-01", "2046-10-12"),
        ("1980-10-12", None),
    ],
)
def test_how_long_an_identity_card_lasts_follows_from_age(born: str, expires: str | None) -> None:
    assert _issue(Paper([], born), "identity-card", years=20)["expires"] == expires


def test_the_day_before_forty_six_is_not_forty_six() -> None:
    assert identity_card_expiry(born=date(1980, 10, 13), issued=TODAY) == date(2046, 10, 12)


@pytest.mark.parametrize(
    ("request_", "expires"), [("endorse", "2027-11-01"), ("both", "2027-11-01"), ("move", "2026-11-01")]
)
def test_an_endorsement_adds_a_year_and_a_move_adds_none(request_: str, expires: str) -> None:
    paper = Paper([_held("residence-permit", "2026-11-01")])
    assert _issue(paper, "residence-permit", request=request_)["expires"] == expires


def test_a_registration_lasts_no_longer_than_the_lease() -> None:
    assert _issue(Paper([]), "residence-registration", lease_ends="2027-03-01")["expires"] == "2027-03-01"
    assert _issue(Paper([]), "residence-registration", lease_ends="2030-03-01")["expires"] == "2027-10-12"
    assert _issue(Paper([]), "residence-registration", lease_ends="nonsense")["expires"] == "2027-10-12"


def test_any_other_licence_lasts_as_long_as_its_matter_says() -> None:
    other = _held("library-card", None)
    paper = Paper([other])
    assert _issue(paper, "senior-card", years=5)["expires"] == "2031-10-12"
    assert _issue(Paper([]), "senior-card")["expires"] is None
    assert paper.sections["licences"][1] == other


def test_a_business_licence_carries_the_number_of_the_business() -> None:
    assert _issue(Paper([]), "business-licence")["number"] == "92X"


def test_merging_goes_into_objects_and_replaces_all_else() -> None:
    assert merge({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}) == {"a": {"b": 3, "c": 2}}
    assert merge([1], [2]) == [2]
    assert merge(None, {"a": 1}) == {"a": 1}
    assert merge({"a": 1}, None) is None


def test_retries_grow_and_stay_under_a_minute() -> None:
    delays = [retry_delay(tries, lambda: 0.5) for tries in range(12)]
    assert delays[:4] == [0.5, 1.0, 2.0, 4.0]
    assert delays[-1] == LONGEST_RETRY_SECONDS
    assert retry_delay(10_000, lambda: 1.0) == pytest.approx(LONGEST_RETRY_SECONDS * 1.2)


def test_only_a_slow_department_works_slowly() -> None:
    assert Behaviour(Mode.NORMAL).step_seconds(2.0) == 2.0
    assert Behaviour(Mode.SLOW).step_seconds(2.0) == 10.0
    assert Behaviour(Mode.SLOW, pace=0.5).step_seconds(2.0) == 0.5


def test_every_department_numbers_its_cases_in_its_own_way() -> None:
    numbers = [department.number_case(7, TODAY) for department in the_directory()]
    assert len(set(numbers)) == len(numbers)
    assert the_directory()["traffic-police"].number_case(7, TODAY) == "JJ-2026-0000007"


def test_a_section_or_licence_has_one_keeper() -> None:
    directory = the_directory()
    sections = [name for entry in directory for name in entry.sections if name != "licences"]
    licences = [name for entry in directory for name in entry.licences]
    assert len(set(sections)) == len(sections)
    assert len(set(licences)) == len(licences)


def test_the_order_of_keys_does_not_make_another_body() -> None:
    assert fingerprint({"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint({"b": {"d": 3, "c": 2}, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


def test_the_process_names_the_variable_it_misses() -> None:
    with pytest.raises(SettingsIncomplete, match="MONGO_URL"):
        Settings.from_environment({})


def test_the_departments_have_a_database_of_their_own() -> None:
    given = {"MONGO_URL": "m", "DEPARTMENTS_KEY": "k", "DEPARTMENTS_ADMIN_KEY": "a", "CALLBACK_SECRET": "s"}
    settings = Settings.from_environment(given | {"DATABASE": "city", "API_URL": "http://a:1/"})
    assert settings.database == "city_departments"
    assert settings.facts_url == "http://a:1/api/v1/departments/facts"
    assert not settings.development, "who does not say is taken for production"
