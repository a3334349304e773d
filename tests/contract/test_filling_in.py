"""Filling a form in by the API: values are bounded, and what may be left out can be emptied again."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.desk import ASKED, MATTERS, RELIEF, Desk

FILE = "filling-trial"
REMARK = {"name": "remark", "label": "备注", "type": "text", "ask": "备注？", "required": False}
DAYS = {
    "name": "days",
    "label": "哪几天",
    "type": "multi-choice",
    "ask": "哪几天？",
    "required": False,
    "choices": [{"value": "mon", "label": "周一"}, {"value": "tue", "label": "周二"}],
}


@pytest.fixture(autouse=True)
def file(desk: Desk) -> Iterator[None]:
    from backend.matters.catalogue import catalogue
    from backend.matters.schema import Matter

    known = {"name": "applicant", "label": "姓名", "type": "name", "source": "population.name"}
    phone = {"name": "contact_phone", **ASKED}
    form = {"id": FILE, "form": [known, phone, REMARK, DAYS], "materials": [], "tolerance": None}
    catalogue().matters[FILE] = Matter.model_validate(MATTERS[RELIEF] | form)
    catalogue().versions[FILE] = "filling-1"
    yield
    del catalogue().matters[FILE], catalogue().versions[FILE]


class Form:
    """A draft as its owner's app has it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.token = desk.citizen_token(desk.a_resident())
        opened = desk.ask(self.token, "POST", "/applications", {"matter": FILE}).get_json()
        self.path = f"/applications/{opened['id']}"

    def fill(self, **fields: Any) -> Any:
        return self.desk.ask(self.token, "PATCH", self.path, {"fields": fields})

    def seen(self) -> dict[str, tuple[Any, str]]:
        told = self.desk.ask(self.token, "GET", self.path).get_json()
        return {one["name"]: (one["value"], one["status"]) for one in told["fields"]}

    def submit(self) -> Any:
        headers = {"Idempotency-Key": self.path}
        return self.desk.ask(self.token, "POST", f"{self.path}/submit", headers=headers)


@pytest.fixture
def form(desk: Desk) -> Form:
    return Form(desk)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_an_optional_field_is_emptied(form: Form, nothing: Any) -> None:
    assert form.fill(remark="下午联系", days=["mon", "tue"]).status_code == 200
    assert form.seen()["remark"] == ("下午联系", "given")
    assert form.seen()["days"][0] == ["mon", "tue"]
    assert form.fill(remark=nothing, days=[]).status_code == 200
    assert form.seen()["remark"] == form.seen()["days"] == (None, "missing")
    assert form.fill(contact_phone="19900000001").status_code == 200
    assert form.submit().status_code == 200


def test_a_required_field_emptied_is_missing_at_the_submission(form: Form) -> None:
    form.fill(contact_phone="19900000001", remark="好")
    assert form.fill(contact_phone=None).status_code == 200
    assert form.seen()["contact_phone"] == (None, "missing")
    refused = form.submit()
    assert refused.status_code == 422
    assert refused.get_json()["missing"]["name"] == "contact_phone"


def test_what_a_department_knows_is_not_emptied(form: Form) -> None:
    refused = form.fill(applicant=None, remark="好")
    assert refused.status_code == 422
    assert [one["field"] for one in refused.get_json()["errors"]] == ["applicant"]
    assert form.seen()["remark"] == (None, "missing"), "all or nothing"


def test_in_a_correction_only_what_may_be_left_out_counts_as_answered_by_nothing(
    desk: Desk, form: Form
) -> None:
    form.fill(contact_phone="19900000001", remark="好")
    number = form.path.rpartition("/")[2]
    correction = {"fields": ["contact_phone", "remark"], "items": [], "due": None}
    sets = {"state": "correction", "correction": correction}
    desk.house.db["applications"].update_one({"_id": number}, {"$set": sets})
    assert form.fill(contact_phone="", remark=None).status_code == 200
    kept = desk.document(number)["correction"]
    assert (kept["fields"], kept["done"]) == (["contact_phone"], ["remark"])


@pytest.mark.parametrize(
    "value", ["好" * 2001, ["mon"] * 61, ["好" * 201], {"a": 1}, [["mon"]]], ids=lambda one: str(one)[:12]
)
def test_what_is_too_much_is_refused(form: Form, value: Any) -> None:
    refused = form.fill(remark=value)
    assert refused.status_code == 422
    assert refused.get_json()["type"].endswith("/invalid-request")
    assert form.seen()["remark"] == (None, "missing")


def test_names_that_no_field_may_have_are_refused(form: Form) -> None:
    assert form.fill(**{"x" * 61: "1"}).status_code == 422
    assert form.fill(**{f"f{number}": "1" for number in range(61)}).status_code == 422
    assert form.fill(nobody="1").get_json()["errors"][0]["field"] == "nobody"
