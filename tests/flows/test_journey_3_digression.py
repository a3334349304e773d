"""In the middle of a form: questions are answered, mistakes are helped, a stop is a stop."""

from collections.abc import Iterator

import pytest

from tests.flows.conversation import Conversation, a_driver
from tests.stack import Stack

PHONE = "19900003303"


@pytest.fixture(scope="module")
def driver(stack: Stack) -> Iterator[Conversation]:
    citizen = a_driver(stack, PHONE)
    yield citizen
    citizen.close()


@pytest.fixture
def at_the_phone(driver: Conversation) -> Iterator[Conversation]:
    """A renewal whose form has just asked for the telephone."""
    driver.say("我要换驾照")
    assert driver.asked == "delivery", driver.replies
    driver.choose("邮寄到家")
    assert driver.asked == "contact_phone", driver.replies
    yield driver
    driver.say("算了不办了")
    for draft in driver.applications(state="draft"):
        assert driver.client.delete(f"/applications/{draft['id']}").status_code == 204


def test_a_question_is_answered_and_the_form_goes_on_where_it_stood(at_the_phone: Conversation) -> None:
    at_the_phone.say("等下，我妈异地就医怎么备案")
    assert [card["id"] for card in at_the_phone.cards("matter")] == ["remote-medical-filing"]
    assert at_the_phone.asked == "contact_phone"
    assert at_the_phone.replies[-1]["type"] == "form-field", "the question comes last"
    at_the_phone.say(PHONE)
    assert at_the_phone.asked != "contact_phone"


def test_a_wrong_answer_gets_a_helpful_repeat(at_the_phone: Conversation) -> None:
    at_the_phone.say("我住在月亮上")
    assert at_the_phone.asked == "contact_phone"
    assert "11 位" in at_the_phone.words
    at_the_phone.say("199 0000")
    assert at_the_phone.asked == "contact_phone"
    assert "11 位" in at_the_phone.words


def test_an_earlier_field_is_changed(at_the_phone: Conversation) -> None:
    assert at_the_phone.question
    draft = at_the_phone.question["application"]
    before = _field(at_the_phone, draft, "delivery_address")
    at_the_phone.say("填错了，改一下地址")
    assert at_the_phone.asked == "delivery_address", at_the_phone.replies
    at_the_phone.say("和顺路9号2幢302室")
    assert at_the_phone.asked == "contact_phone", "back to where the form stood"
    after = _field(at_the_phone, draft, "delivery_address")
    assert after["display"] == "和顺路9号2幢302室" != before["display"]
    assert after["status"] == "given"


def test_a_stop_keeps_the_draft_and_says_so(at_the_phone: Conversation) -> None:
    assert at_the_phone.question
    draft = at_the_phone.question["application"]
    at_the_phone.say("算了不办了")
    assert at_the_phone.asked is None
    assert "草稿" in at_the_phone.words
    assert [one["id"] for one in at_the_phone.applications(state="draft")] == [draft]
    at_the_phone.say("继续")
    assert at_the_phone.asked == "contact_phone"


def test_the_history_and_the_tracker_know_no_number(at_the_phone: Conversation) -> None:
    at_the_phone.say(PHONE)
    said = [turn["said"] for turn in at_the_phone.history()]
    assert said[0] == "[电话]"
    assert PHONE not in str(said)


def _field(citizen: Conversation, application: str, name: str) -> dict[str, str]:
    return next(one for one in citizen.application(application)["fields"] if one["name"] == name)
