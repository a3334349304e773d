"""Every matter and every bundle, filed by the API to its end, and once corrected on the way."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from backend.matters.catalogue import load_catalogue
from backend.matters.schema import Matter
from tests.flows import casebook
from tests.flows.casebook import Case, Citizen
from tests.flows.conversation import wait_for
from tests.flows.office import Office
from tests.stack import Stack

# The whole table is filed before its first row is looked at.
pytestmark = pytest.mark.timeout(1500)
CATALOGUE = load_catalogue([casebook.ROOT / "backend" / "matters" / "catalogue"])
CASES = {case.matter: case for case in casebook.all_cases()}
MATTERS = sorted(matter.id for matter in CATALOGUE.all() if not matter.is_bundle)
BUNDLES = sorted(matter.id for matter in CATALOGUE.all() if matter.is_bundle)
AT_ONCE = 8
LEAST_SHARE = 0.7
CLOSED = ("done", "refused", "rejected", "returned", "terminated", "voided")
Outcome = dict[str, Any] | Exception


@dataclass
class Results:
    """What became of each case, and how many fields nobody had to fill."""

    plain: dict[str, Outcome] = field(default_factory=dict)
    corrected: dict[str, Outcome] = field(default_factory=dict)
    bundles: dict[str, Outcome] = field(default_factory=dict)
    known: dict[str, tuple[int, int]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    """All cases filed side by side, once for the whole table."""
    found = Results()
    with Stack(without=("actions", "bot"), DEPARTMENT_PACE="0.1") as stack:
        office = Office(stack)

        def run(into: dict[str, Outcome], work: Any, matter: str) -> None:
            try:
                into[matter] = work(stack, office, CATALOGUE.get(matter), CASES[matter], found)
            except Exception as error:
                into[matter] = error

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for matter in MATTERS:
                pool.submit(run, found.plain, file_plainly, matter)
            for bundle in BUNDLES:
                pool.submit(run, found.bundles, file_bundle, bundle)
        # What data decide at once cannot be sent back: supervisors leave it to people for the second round.
        for matter in map(CATALOGUE.get, MATTERS):
            if matter.handling.automatic:
                office.pause(matter.department, matter.id)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for one in MATTERS:
                pool.submit(run, found.corrected, file_and_correct, one)
        yield found


def file_plainly(stack: Stack, office: Office, matter: Matter, case: Case, found: Results) -> dict[str, Any]:
    """Draft, fill, submit, pay, have it handled, and see its end."""
    citizen = casebook.move_in(stack, case, office)
    application = _submitted(citizen, case, found)
    if matter.handling.by == "workbench":
        _handled(office, citizen, matter, application)
    return casebook.await_end(citizen, application, *CLOSED)


def file_and_correct(
    stack: Stack, office: Office, matter: Matter, case: Case, found: Results
) -> dict[str, Any]:
    """The same, with one thing sent back, corrected and handed in again."""
    citizen = casebook.move_in(stack, case, office)
    wrong, people = case.correction, matter.handling.by == "workbench"
    assert wrong, "its case has no correction"
    if not people:
        _doubt(stack, citizen, wrong)
    application = _submitted(citizen, case, found)
    if people:
        casebook.await_end(citizen, application, "received")
        item = {"field": wrong["field"], "reason": wrong["reason"]}
        office.act(matter.department, application, "correct", items=[item])
    sent_back = casebook.await_end(citizen, application, "correction")
    assert [one["field"] for one in sent_back["correction"]["items"]] == [wrong["field"]]
    assert sent_back["correction"]["due"]
    answer = casebook.day_of(wrong["answer"])
    given = {"fields": {wrong["field"]: answer}}
    filled = citizen.client.patch(f"/applications/{application}", json=given)
    assert filled.status_code == 200, filled.text
    casebook.submit(citizen, application)
    if people:
        _handled(office, citizen, matter, application)
    return casebook.await_end(citizen, application, *CLOSED)


def file_bundle(stack: Stack, office: Office, matter: Matter, case: Case, found: Results) -> dict[str, Any]:
    """One form, then every part to its own end, one of them corrected on the way."""
    citizen = casebook.move_in(stack, case, office)
    errand = Errand(office, citizen, case.correction)
    if errand.wrong and errand.wrong_matter.handling.by == "department":
        _doubt(stack, citizen, errand.wrong | {"matter": errand.wrong["part"]})
    application = _submitted(citizen, case, found)

    def look() -> dict[str, Any] | None:
        seen = dict(citizen.client.get(f"/applications/{application}").json())
        for part in seen["parts"]:
            errand.help_along(part)
        return seen if seen["state"] in CLOSED else None

    end = wait_for(look, f"the end of {matter.id}", 120)
    drawn = citizen.client.get(f"/applications/{application}/picture")
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    return end | {"corrected": errand.corrected}


@dataclass
class Errand:
    """What a citizen and the staff have to do for the parts of one bundle while it runs."""

    office: Office
    citizen: Citizen
    wrong: dict[str, Any] | None
    handled: set[str] = field(default_factory=set)
    corrected: bool = False

    @property
    def wrong_matter(self) -> Matter:
        """The part in which something is sent back."""
        assert self.wrong is not None
        return CATALOGUE.get(self.wrong["part"])

    def help_along(self, part: dict[str, Any]) -> None:
        """Pay for a part, hand in what is late, correct it, fetch it, have staff handle it where they do."""
        application, matter = part["application"], CATALOGUE.get(part["matter"]["id"])
        if application is None:
            return
        casebook.pay_if_asked(self.citizen, application)
        if part["state"] in casebook.IN_REVIEW:
            casebook.hand_in_later(self.citizen, application)
        if part["state"] in casebook.TO_DELIVER:
            casebook.fetch_if_ready(self.citizen, application)
        if part["state"] == "correction":
            self._correct(application)
        people = matter.handling.by == "workbench" and part["state"] in ("submitted", "received")
        if not people or application in self.handled:
            return
        self.handled.add(application)
        if self.wrong and matter.id == self.wrong["part"] and not matter.handling.automatic:
            casebook.await_end(self.citizen, application, "received")
            item = {"field": self.wrong["field"], "reason": self.wrong["reason"]}
            self.office.act(matter.department, application, "correct", items=[item])
            self._correct(application)
        _handled(self.office, self.citizen, matter, application)

    def _correct(self, application: str) -> None:
        assert self.wrong is not None, "nobody doubted anything"
        given = {"fields": {self.wrong["field"]: casebook.day_of(self.wrong["answer"])}}
        filled = self.citizen.client.patch(f"/applications/{application}", json=given)
        assert filled.status_code == 200, filled.text
        casebook.submit(self.citizen, application)
        self.corrected = True


def _submitted(citizen: Citizen, case: Case, found: Results) -> str:
    draft = casebook.draft(citizen, case)
    casebook.fill(citizen, case, draft["id"])
    filled = citizen.client.get(f"/applications/{draft['id']}").json()
    found.known[case.matter] = casebook.known_share(filled)
    casebook.submit(citizen, draft["id"])
    casebook.pay_if_asked(citizen, draft["id"])
    return str(draft["id"])


def _handled(office: Office, citizen: Citizen, matter: Matter, application: str) -> None:
    """Staff do their part, unless data alone decided (秒批)."""

    def turn() -> str | None:
        seen = citizen.client.get(f"/applications/{application}").json()
        if seen["state"] not in ("submitted", "received"):
            assert seen["state"] not in ("refused", "rejected"), "秒批 never refuses"
            return "data"
        if matter.handling.automatic and not office.left_to_people(matter.department, application):
            return None
        return "people" if seen["state"] == "received" else None

    if wait_for(turn, f"somebody to handle {matter.id}", 60) == "people":
        office.handle(matter.department, application)


def _doubt(stack: Stack, citizen: Citizen, wrong: dict[str, Any]) -> None:
    body = {
        "identity_number": (citizen.person.get("organisation") or {}).get(
            "credit_code", citizen.person["identity_number"]
        ),
        "field": wrong["field"],
        "reason": wrong["reason"],
        "matter": wrong.get("matter"),
    }
    with stack.departments() as departments:
        assert departments.post("/admin/doubts", json=body).is_success


def _settled(outcome: Outcome | None) -> dict[str, Any]:
    assert outcome is not None, "it was never tried"
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def test_every_matter_and_bundle_has_a_case() -> None:
    assert sorted(CASES) == sorted(MATTERS + BUNDLES)


@pytest.mark.parametrize("matter", MATTERS)
def test_it_is_filed_to_its_end(results: Results, matter: str) -> None:
    end = _settled(results.plain.get(matter))
    assert end["state"] == "done", end["timeline"]
    licence = CATALOGUE.get(matter).result.licence
    assert bool(end["results"]) == bool(licence), (licence, end["results"])


@pytest.mark.parametrize("matter", MATTERS)
def test_it_is_corrected_and_then_done(results: Results, matter: str) -> None:
    end = _settled(results.corrected.get(matter))
    assert end["state"] == "done", end["timeline"]
    assert "correction" in [line["state"] for line in end["timeline"]]


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_comes_to_its_end_with_every_part(results: Results, bundle: str) -> None:
    end = _settled(results.bundles.get(bundle))
    assert end["state"] == "done", end["timeline"]
    wrong = CASES[bundle].correction
    by_data = wrong and CATALOGUE.get(wrong["part"]).handling.automatic
    assert end["corrected"] or not wrong or by_data, "nothing was sent back"
    expected = CASES[bundle].parts
    found = {part["matter"]["id"]: part["state"] for part in end["parts"]}
    assert found == expected, [(part["matter"]["id"], part["label"], part["reason"]) for part in end["parts"]]
    numbers = [part["number"] for part in end["parts"] if part["number"]]
    assert len(numbers) == len(set(numbers)) == list(expected.values()).count("done")


def test_at_least_seven_fields_in_ten_are_known_already(
    results: Results, capsys: pytest.CaptureFixture[str]
) -> None:
    table = {matter: f"{known}/{of}" for matter, (known, of) in sorted(results.known.items())}
    with capsys.disabled():
        print("\nfields known:", json.dumps(table, ensure_ascii=False))
    known, of = (sum(pair[index] for pair in results.known.values()) for index in (0, 1))
    with capsys.disabled():
        print(f"over the catalogue: {known}/{of} = {known / of:.3f}")
    assert len(results.known) == len(MATTERS) + len(BUNDLES)
    assert known / of >= LEAST_SHARE
