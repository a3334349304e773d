"""Somebody of seventy gets through an application by voice: three choices at most, a person always near."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.conversation import Conversation, a_driver
from tests.stack import Stack

PHONE = "19900007711"


@pytest.fixture
def elder(stack: Stack) -> Iterator[Conversation]:
    citizen = a_driver(stack, PHONE, age=70, days=21)
    yield citizen
    citizen.close()


def check(citizen: Conversation) -> None:
    """Every answer in the 长辈版: short, few choices, to be read aloud, a person one press away."""
    real: list[str] = []
    for reply in citizen.replies:
        assert reply["mode"] == "elder" and reply["speech"]
        assert not any(sign in reply["speech"] for sign in "「」“”（）()*0123456789")
        options: list[Any] = (reply.get("choices") or []) + (reply.get("field", {}).get("choices") or [])
        real += [one.get("title") or one["label"] for one in options]
    assert "找人帮忙" in real
    assert len([title for title in real if title not in ("找人帮忙", "都不是")]) <= 3, real


def test_a_person_of_seventy_gets_through_an_application_by_voice(elder: Conversation) -> None:
    elder.say("喂 你好")
    assert "要不要字大话少一点？" in elder.words
    elder.say("嗯 字大一点 看不清")
    assert elder.client.get("/me").json()["mode"] == "elder"
    check(elder)

    elder.say("那个那个 我要换身份证 不对 换驾照")
    check(elder)
    assert elder.asked == "delivery", elder.words
    elder.say("说慢点 我跟不上")
    check(elder)
    assert elder.asked == "delivery"
    elder.say("第一个")
    check(elder)
    while elder.asked:
        assert elder.asked == "contact_phone" or "phone" in elder.asked, elder.asked
        elder.say(PHONE)
        check(elder)
    assert elder.cards("summary")
    elder.say("确认")
    check(elder)
    [filed] = elder.applications(matter="driving-licence-renewal")
    assert filed["state"] != "draft"

    elder.say("换回普通的")
    assert elder.client.get("/me").json()["mode"] == "standard"
    assert "mode" not in elder.replies[0]
