"""The line to Rasa: one pooled client a process, a time-out on every call."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx

from backend.core.logs import logger

TIME_OUT = httpx.Timeout(20.0, connect=2.0, pool=5.0)
# Sanic closes what was silent for five seconds; we let go before it does.
POOL = httpx.Limits(max_connections=100, max_keepalive_connections=32, keepalive_expiry=4.0)


class RasaAway(Exception):
    """Rasa did not answer, or not in a way that can be read."""


@dataclass(frozen=True)
class Answer:
    """The replies, and what was understood: ``{act, confidence, decision, matters, model}`` or nothing."""

    replies: list[dict[str, Any]]
    reading: dict[str, Any] | None = None


@dataclass(frozen=True)
class Rasa:
    """Rasa's custom channel, spoken to with the bot's token."""

    client: httpx.Client

    def answer(self, *, sender: str, message: str, metadata: Mapping[str, Any]) -> Answer:
        """What the assistant says to a message. Raises RasaAway."""
        body = {"sender": sender, "message": message, "metadata": metadata}
        try:
            response = self.client.post("/webhooks/suiban/webhook", json=body)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            logger().error("chat.rasa-away", error=type(error).__name__, turn=metadata.get("turn"))
            raise RasaAway from error
        if not isinstance(answer, dict) or not isinstance(answer.get("replies"), list):
            raise RasaAway("the channel did not answer replies")
        reading = answer.get("reading")
        replies = [reply for reply in answer["replies"] if isinstance(reply, dict)]
        return Answer(replies, reading if isinstance(reading, dict) else None)


@lru_cache
def rasa_at(url: str, token: str) -> Rasa:
    """This process's line to one Rasa."""
    # A connection that could not be made carried nothing: one more try does no harm.
    transport = httpx.HTTPTransport(retries=1, limits=POOL)
    headers = {"Authorization": f"Bearer {token}"}
    return Rasa(
        httpx.Client(base_url=url, headers=headers, timeout=TIME_OUT, transport=transport, trust_env=False)
    )
