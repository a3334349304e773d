"""The one way into the assistant: our own gateway, over loopback, with its token."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.components.wording import is_payload

log = structlog.get_logger(__name__)

LONGEST_MESSAGE = 2000
BEARER = "Bearer "


class Unacceptable(Exception):
    """A request that is not what was agreed; the message says what is wrong, never what was said."""


class Replies(CollectingOutputChannel):
    """Collects a turn's replies in the order in which they were given, and what was understood."""

    # Noted by whatever model reads the message; see bot/noting.py.
    reading: dict[str, Any] | None = None

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return "suiban"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep a text whole; Rasa would cut it at blank lines."""
        self.messages.append({"text": text})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        """Buttons are our reply of the type choices."""
        choices = [{"title": button["title"], "value": button["payload"]} for button in buttons]
        self.messages.append({"custom": {"type": "choices", "text": text, "choices": choices}})

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        """A typed reply goes out as it is."""
        self.messages.append({"custom": json_message})


class SuibanChannel(InputChannel):
    """``POST /webhooks/suiban/webhook`` {sender, message, metadata} → {replies, reading}."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its place below /webhooks/."""
        return "suiban"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """From credentials.yml. Without a token the assistant does not start."""
        token = str((credentials or {}).get("token") or "")
        if not token or token.startswith("${"):
            raise RasaException("BOT_TOKEN is not set. Set it to the secret that the API and the bot share.")
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        routes = Blueprint("suiban_channel")

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            agents = getattr(request.app.ctx, "agent", None)
            if getattr(agents, "processor", None) is None:
                return json_response({"status": "starting"}, status=503)
            return json_response({"status": "ok"})

        @routes.get("/serving")
        async def serving(request: Request) -> HTTPResponse:
            if not self._may_enter(request):
                return _problem(401, "unauthorized", "The bearer token is missing or wrong.")
            told = getattr(getattr(request.app.ctx, "agent", None), "told", None)
            return json_response(told() if told else {})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            if not self._may_enter(request):
                return _problem(401, "unauthorized", "The bearer token is missing or wrong.")
            try:
                message = read_message(request)
            except Unacceptable as error:
                return _problem(400, "bad-request", str(error))
            return await _answer(message, on_new_message)

        return routes

    def _may_enter(self, request: Request) -> bool:
        given: str = request.headers.get("authorization") or ""
        return given.startswith(BEARER) and hmac.compare_digest(given[len(BEARER) :].encode(), self._token)


def read_message(request: Request) -> UserMessage:
    """The turn that a request carries. Raises Unacceptable."""
    try:
        body = request.json
    except Exception as error:
        raise Unacceptable("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Unacceptable("The body is not a JSON object.")
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata") or {}
    if not isinstance(sender, str) or not sender:
        raise Unacceptable("`sender` must be the conversation's id.")
    if not isinstance(text, str) or not text.strip():
        raise Unacceptable("`message` must be a text that is not empty.")
    if len(text) > LONGEST_MESSAGE:
        raise Unacceptable(f"`message` must not be longer than {LONGEST_MESSAGE} characters.")
    if not isinstance(metadata, dict):
        raise Unacceptable("`metadata` must be an object.")
    # Rasa takes whatever begins with a slash for a payload, and logs what it cannot read of it.
    safe = text if is_payload(text) else text.strip().lstrip("/") or "?"
    return UserMessage(safe, Replies(), sender, input_channel=SuibanChannel.name(), metadata=metadata)


async def _answer(
    message: UserMessage, on_new_message: Callable[[UserMessage], Awaitable[Any]]
) -> HTTPResponse:
    try:
        await on_new_message(message)
    except LockError:
        return _problem(409, "busy", "An earlier message of this conversation is still being answered.")
    except Exception as error:
        # The name only: an exception's text may quote what was said.
        log.error("turn.failed", reason=type(error).__name__)
        return _problem(500, "turn-failed", "The assistant could not work on this message.")
    replies: list[dict[str, Any]] = message.output_channel.messages
    if not replies:
        log.error("turn.without_reply")
        return _problem(502, "no-reply", "The assistant had nothing to answer; see the log of the actions.")
    return json_response({"replies": replies, "reading": message.output_channel.reading})


def _problem(status: int, error: str, detail: str) -> HTTPResponse:
    return json_response({"error": error, "detail": detail}, status=status)
