"""A form filled in by chat with values as people say them, and filed by a plain yes and nothing less."""

from collections.abc import Iterator

import pytest

from tests.flows.conversation import Conversation, a_driver
from tests.stack import Stack

PHONE = "19900002260"
SPOKEN = "幺九九 零零零零 二二六一"
HEARD = "19900002261"


@pytest.fixture(scope="module")
def driver(stack: Stack) -> Iterator[Conversation]:
    citizen = a_driver(stack, PHONE)
    yield citizen
    citizen.close()


def summary_of(citizen: Conversation) -> dict[str, str]:
    [summary] = citizen.cards("summary")
    return {row["label"]: row["value"] for row in summary["rows"]}


def test_one_breath_answers_two_questions(driver: Conversation) -> None:
    driver.say("我驾照下个月到期了怎么弄")
    assert driver.asked == "delivery"
    driver.say(f"邮寄，电话{SPOKEN}")
    assert "联系电话" in driver.words
    assert HEARD in summary_of(driver).values()


@pytest.mark.parametrize("said", ["嗯？", "晓得了", "不是不行", "好的不过电话要改"])
def test_nothing_is_filed_on_half_a_yes(driver: Conversation, said: str) -> None:
    driver.say(said)
    assert not [one for one in driver.applications() if one["state"] != "draft"], driver.replies


def test_a_value_is_changed_in_one_sentence(driver: Conversation) -> None:
    driver.say("电话改成幺九九零零零零二二六二")
    assert "19900002262" in summary_of(driver).values(), driver.replies


def test_a_plain_yes_files_whatever_its_colour(driver: Conversation) -> None:
    driver.say("得嘞，就这样吧")
    [filed] = driver.applications(matter="driving-licence-renewal")
    assert filed["state"] != "draft"


def test_nothing_of_it_was_kept_in_the_clear(driver: Conversation) -> None:
    said = str([one["said"] for one in driver.history()])
    for number in (HEARD, "19900002262", "幺九九", "二二六"):
        assert number not in said
