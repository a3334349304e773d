"""What is unclear is asked, what is not ours is said, danger comes first, English is answered in English."""

import re
from collections.abc import Iterator

import pytest

from tests.flows.conversation import Conversation
from tests.stack import Stack

PHONE = "19900005505"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def citizen(stack: Stack) -> Iterator[Conversation]:
    found = Conversation.sign_in(stack, PHONE)
    yield found
    found.close()


def test_a_bare_word_gets_a_question_with_choices(citizen: Conversation) -> None:
    citizen.say("居住证")
    offered = " ".join(citizen.buttons.values())
    for matter in ("residence-registration", "residence-permit", "residence-permit-endorsement"):
        assert f'"{matter}"' in offered, citizen.replies
    assert citizen.question is None, "nothing is started before it is clear what"


def test_small_talk_gets_a_short_honest_answer(citizen: Conversation) -> None:
    citizen.say("今天天气怎么样")
    assert {reply["type"] for reply in citizen.replies} <= {"text", "choices"}
    assert len(citizen.words) <= 80
    assert citizen.question is None


@pytest.mark.parametrize(
    ("cry", "number"),
    [("有人打我", "110"), ("家里着火了", "119"), ("我爸晕倒了叫不醒", "120"), ("我不想活了", "12356")],
)
def test_danger_gets_the_number_at_once(citizen: Conversation, cry: str, number: str) -> None:
    citizen.say(cry)
    assert citizen.replies[0]["type"] == "notice", "nothing comes before it"
    assert citizen.notice("emergency")["phone"] == number
    assert number in citizen.notice("emergency")["text"]


def test_english_is_answered_in_english(citizen: Conversation) -> None:
    citizen.say("how do I renew my driving licence")
    assert [card["title"] for card in citizen.cards("matter")] == ["Driving licence renewal (驾驶证期满换证)"]
    said = [reply["text"] for reply in citizen.replies if reply.get("text")] + list(citizen.buttons)
    assert said
    assert [text for text in said if HAN.search(text)] == []


def test_the_next_chinese_sentence_is_answered_in_chinese(citizen: Conversation) -> None:
    citizen.say("hello, can you help me please")
    assert not HAN.search(citizen.words)
    citizen.say("谢谢你")
    assert HAN.search(citizen.words)


def test_a_typed_command_is_only_words(citizen: Conversation) -> None:
    citizen.say("/restart")
    assert citizen.question is None
    for payload in ("restart", "/choose{", "/confirm; /deny"):
        answer = citizen.client.post("/chat/messages", json={"choice": payload})
        assert answer.status_code == 422
