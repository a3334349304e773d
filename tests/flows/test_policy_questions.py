"""Questions about rules, by chat: an answer with its source, the topic kept, an honest not-known."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.conversation import Conversation, wait_for
from tests.stack import Stack

PHONE = "19900003377"
FIRST_START = 300.0
LOANS = "公积金贷款最高能贷多少"


@pytest.fixture(scope="module")
def asker(stack: Stack) -> Iterator[Conversation]:
    citizen = Conversation.sign_in(stack, PHONE)
    # Until the library's texts are embedded for the first time it answers by words alone, and rarely.
    wait_for(lambda: knows(citizen) or None, "the library to know meanings", FIRST_START)
    yield citizen
    citizen.close()


def knows(citizen: Conversation) -> bool:
    """Whether every web process compares by meaning; there are several, asked in turn."""
    return all(citizen.client.get("/policies?limit=1").json()["by_meaning"] for _ in range(4))


def source(said: Conversation) -> dict[str, Any]:
    """The source of the first reply that has one."""
    found = [reply["source"] for reply in said.replies if reply.get("source")]
    assert found, said.replies
    return dict(found[0])


def test_a_rule_is_told_with_its_number_department_and_day(asker: Conversation) -> None:
    asker.say(LOANS)
    assert "80 万元" in asker.words
    assert source(asker)["number"] == "随公积金规〔2026〕1号" and source(asker)["as_of"]


def test_an_old_rule_that_is_asked_for_is_marked_as_expired(asker: Conversation) -> None:
    asker.say("随公积金规〔2023〕1号规定最多能贷多少")
    assert "已失效" in asker.words and source(asker)["standing"] == "expired"


def test_three_questions_in_a_row_keep_the_topic(asker: Conversation) -> None:
    asker.say("低保要什么条件")
    asker.say("要什么材料")
    assert source(asker)["id"] == "matter:subsistence-allowance"
    asker.say("去哪交")
    assert source(asker)["id"] == "matter:subsistence-allowance"
