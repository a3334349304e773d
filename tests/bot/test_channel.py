"""Only the gateway gets in, what it sends is checked, and nothing of it reaches the log."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.exceptions import RasaException
from sanic import Sanic

from bot.channel import LONGEST_MESSAGE, SuibanChannel
from bot.noting import reading_of

TOKEN = "a token that the API and the bot share"
TURN = {"sender": "c1", "message": "我想换驾照", "metadata": {"token": "secret", "turn": "t1"}}
Answering = Callable[[UserMessage], Awaitable[None]]


async def echo(message: UserMessage) -> None:
    """Answers with what arrived, in each of the ways that an action may answer."""
    out = message.output_channel
    await out.send_response("c1", {"text": f"{message.text}|{message.metadata.get('turn')}"})
    await out.send_response("c1", {"text": "一行\n\n又一行"})
    await out.send_response("c1", {"custom": {"type": "card", "card": "matter", "id": "m"}})
    await out.send_response("c1", {"text": "哪一个？", "buttons": [{"title": "好", "payload": "/confirm"}]})


def ask(body: Any, *, token: str = TOKEN, answering: Answering = echo, port: int = 0) -> httpx.Response:
    """One request to a running server with the channel."""

    async def run() -> httpx.Response:
        Sanic.test_mode = True
        app = Sanic(f"channel-{id(body)}", register=False, configure_logging=False)
        app.blueprint(SuibanChannel(TOKEN).blueprint(answering), url_prefix="/webhooks/suiban")
        server = await app.create_server(
            host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False
        )
        assert server is not None
        await server.startup()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        content = body if isinstance(body, bytes) else None
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            return await client.post(
                "/webhooks/suiban/webhook", headers=headers, content=content, json=None if content else body
            )

    return asyncio.run(run())


def test_replies_come_back_in_order_and_of_the_agreed_form(free_port: int) -> None:
    answer = ask(TURN, port=free_port)
    assert answer.status_code == 200
    assert answer.json()["replies"] == [
        {"text": "我想换驾照|t1"},
        {"text": "一行\n\n又一行"},
        {"custom": {"type": "card", "card": "matter", "id": "m"}},
        {
            "custom": {
                "type": "choices",
                "text": "哪一个？",
                "choices": [{"title": "好", "value": "/confirm"}],
            }
        },
    ]


def test_what_was_understood_goes_beside_the_replies(free_port: int) -> None:
    async def read_and_echo(message: UserMessage) -> None:
        parsed = {
            "intent": {"name": "do_matter", "confidence": 0.91234},
            "entities": [
                {"entity": "matter", "value": "passport", "confidence_entity": 0.97},
                {"entity": "matter", "value": "张三 13800000000"},
                {"entity": "matter_decision", "value": "sure"},
            ],
        }
        message.output_channel.reading = reading_of(parsed, "suiban-1.tar.gz")
        await echo(message)

    assert ask(TURN, answering=read_and_echo, port=free_port).json()["reading"] == {
        "act": "do_matter",
        "confidence": 0.9123,
        "decision": "sure",
        "matters": [{"id": "passport", "score": 0.97}],
        "model": "suiban-1.tar.gz",
    }


def test_what_nobody_read_has_no_reading(free_port: int) -> None:
    assert ask(TURN, port=free_port).json()["reading"] is None


@pytest.mark.parametrize("token", ["wrong", TOKEN + "x", TOKEN[:-1]])
def test_nobody_else_gets_in(free_port: int, token: str) -> None:
    assert ask(TURN, token=token, port=free_port).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        [],
        {**TURN, "sender": ""},
        {**TURN, "message": "  "},
        {**TURN, "message": 5},
        {**TURN, "message": "长" * (LONGEST_MESSAGE + 1)},
        {**TURN, "metadata": "x"},
    ],
)
def test_what_is_not_a_turn_is_refused_with_a_reason(free_port: int, body: Any) -> None:
    answer = ask(body, port=free_port)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_slash_that_is_no_payload_is_only_text(free_port: int) -> None:
    answer = ask({**TURN, "message": "/我要 投诉"}, port=free_port)
    assert answer.json()["replies"][0]["text"] == "我要 投诉|t1"


def test_a_payload_stays_a_payload(free_port: int) -> None:
    answer = ask({**TURN, "message": '/choose{"field_value": "post"}'}, port=free_port)
    assert answer.json()["replies"][0]["text"].startswith('/choose{"field_value": "post"}')


def test_a_failure_is_told_without_what_was_said(free_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    async def fail(message: UserMessage) -> None:
        raise ValueError(message.text)

    answer = ask(TURN, answering=fail, port=free_port)
    printed = "".join(capsys.readouterr())
    assert answer.status_code == 500
    assert "换驾照" not in answer.text + printed
    assert "ValueError" in printed


def test_silence_is_a_failure(free_port: int) -> None:
    async def say_nothing(message: UserMessage) -> None:
        return None

    assert ask(TURN, answering=say_nothing, port=free_port).status_code == 502


def test_a_busy_conversation_is_a_conflict(free_port: int) -> None:
    async def wait(message: UserMessage) -> None:
        raise LockError("busy")

    assert ask(TURN, answering=wait, port=free_port).status_code == 409


@pytest.mark.parametrize("credentials", [None, {}, {"token": ""}, {"token": "${BOT_TOKEN}"}])
def test_the_assistant_does_not_start_without_a_token(credentials: dict[str, str] | None) -> None:
    with pytest.raises(RasaException, match="BOT_TOKEN"):
        SuibanChannel.from_credentials(credentials)
