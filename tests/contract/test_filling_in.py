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


PLACE = {
    "name": "send_to",
    "label": "寄送地址",
    "type": "address",
    "ask": "寄到哪里？",
    "aliases": ["地址"],
    "when": {"way": "post"},
}
WAY = {
    "name": "way",
    "label": "领证方式",
    "type": "choice",
    "ask": "邮寄还是自取？",
    "choices": [
        {"value": "post", "label": "邮寄到家", "aliases": ["快递"]},
        {"value": "window", "label": "窗口自取", "aliases": ["自取", "自己拿"]},
    ],
}
MOVED = {"name": "moved_on", "label": "搬家日期", "type": "date", "ask": "哪天搬的？", "tense": "past"}
RENT = {"name": "rent", "label": "房租", "type": "money", "ask": "房租多少？", "limits": {"min": 100}}
STORY = {"name": "story", "label": "经过", "type": "long-text", "ask": "经过？", "required": False}


@pytest.fixture
def talk(desk: Desk) -> "Talk":
    from backend.matters.catalogue import catalogue

    phone = {"name": "contact_phone", **ASKED}
    form = [WAY, PLACE, MOVED, RENT, phone, STORY]
    whole = catalogue().matters[FILE].model_dump(mode="json", exclude_unset=True) | {"form": form}
    catalogue().matters[FILE] = type(catalogue().matters[FILE]).model_validate(whole)
    return Talk(desk)


class Talk(Form):
    """A draft as the assistant fills it in, from words."""

    def say(self, field: str, said: str) -> Any:
        return self.desk.ask(self.token, "POST", f"{self.path}/answers", {"field": field, "said": said})

    def took(self, field: str, said: str) -> list[str]:
        answered = self.say(field, said)
        assert answered.status_code == 200, answered.get_json()
        accepted = answered.get_json()["accepted"]
        return [accepted["name"], *(one["name"] for one in accepted["also"])]


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("rent", "三千五", 3500),
        ("rent", 3500.5, 3500.5),
        ("way", "我自己去拿", "window"),
        ("moved_on", "2026年二月二十八号", "2026-02-28"),
        ("contact_phone", "幺九九 零零零零 零零零幺", "19900000001"),
    ],
)
def test_an_app_may_send_values_as_people_say_them(talk: Talk, field: str, sent: Any, kept: Any) -> None:
    assert talk.fill(**{field: sent}).status_code == 200
    assert talk.seen()[field] == (kept, "given")


def test_what_no_day_can_be_is_told_in_words(talk: Talk) -> None:
    refused = talk.fill(moved_on="2026年2月30日", rent="三千左右")
    assert refused.status_code == 422
    reasons = {one["field"]: one["reason"] for one in refused.get_json()["errors"]}
    assert "2 月没有 30 号" in reasons["moved_on"]
    assert "准确的数" in reasons["rent"]


def test_one_sentence_fills_every_field_it_tells_of(talk: Talk) -> None:
    assert talk.took("way", "邮寄，地址是清溪区安居路9号，电话199 0000 0001") == [
        "way",
        "send_to",
        "contact_phone",
    ]
    seen = talk.seen()
    assert seen["send_to"] == ("清溪区安居路9号", "given")
    assert seen["contact_phone"] == ("19900000001", "given")


def test_a_field_that_the_answer_does_not_open_takes_nothing(talk: Talk) -> None:
    assert talk.took("way", "自取，地址是清溪区安居路9号") == ["way"]
    assert talk.seen()["send_to"] == (None, "off")


def test_the_last_answer_is_taken_back(talk: Talk) -> None:
    talk.took("contact_phone", "19900000001")
    assert talk.took("rent", "不对，是19900000002") == ["contact_phone"]
    assert talk.seen()["contact_phone"][0] == "19900000002"
    assert talk.seen()["rent"] == (None, "missing")


def test_a_named_field_is_changed_while_another_is_asked(talk: Talk) -> None:
    talk.took("rent", "三千五")
    assert talk.took("moved_on", "房租改成三千八") == ["rent"]
    assert talk.seen()["rent"] == (3800, "given")


def test_an_answer_may_point_at_what_is_there(talk: Talk) -> None:
    talk.took("rent", "三千五")
    assert talk.took("rent", "还是原来的") == ["rent"]
    assert talk.seen()["rent"] == (3500, "given")
    nothing = talk.say("moved_on", "跟上次一样")
    assert nothing.status_code == 422
    assert "没有查到" in nothing.get_json()["detail"]


def test_what_was_filed_last_time_is_found_again(desk: Desk, talk: Talk) -> None:
    talk.fill(way="window", moved_on="2026-02-03", rent=2600, contact_phone="19900000003")
    assert talk.submit().status_code == 200
    again = Talk(desk)
    again.token = talk.token
    opened = desk.ask(talk.token, "POST", "/applications", {"matter": FILE}).get_json()
    again.path = f"/applications/{opened['id']}"
    assert again.took("rent", "跟上次一样") == ["rent"]
    assert again.took("contact_phone", "上次那个") == ["contact_phone"]
    assert again.seen()["rent"][0] == 2600
    assert again.seen()["contact_phone"][0] == "19900000003"


def test_misses_are_counted_in_a_row_and_forgotten_after_an_answer(talk: Talk) -> None:
    assert [talk.say("rent", said).get_json()["misses"] for said in ("不知道", "随便")] == [1, 2]
    talk.took("rent", "三千")
    assert talk.say("rent", "说不好").get_json()["misses"] == 1


def test_a_story_is_kept_whole(talk: Talk) -> None:
    said = "不对劲，房东改成了三千八，电话19900000001也打不通"
    assert talk.took("story", said) == ["story"]
    assert talk.seen()["story"][0] == said
    assert talk.seen()["contact_phone"][1] == "missing"
