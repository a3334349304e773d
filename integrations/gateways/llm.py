"""A language model behind an OpenAI-compatible address: optional, brief, and never trusted by its callers."""

import time
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field

from integrations.gateways.failures import DepartmentError
from integrations.gateways.line import Line, Passing

MODEL = "llm"
SECONDS = 3.0
MOST_BYTES = 64 * 1024
MOST_TOKENS = 400


class LlmUnavailable(Exception):
    """The model gave nothing that can be used; whoever asked does without."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    content: str


class _Choice(BaseModel):
    model_config = ConfigDict(extra="ignore")

    message: _Message


class _Completion(BaseModel):
    model_config = ConfigDict(extra="ignore")

    choices: list[_Choice] = Field(min_length=1)


class LlmGateway(Line):
    """One model. Asked once, for a few seconds; after three failures not at all for a minute."""

    def __init__(self, base_url: str, model: str, key: str, *, seconds: float = SECONDS) -> None:
        super().__init__(
            base_url,
            key,
            timeout=seconds,
            attempts=1,
            patience=seconds,
            failures_to_open=3,
            open_seconds=60.0,
        )
        self._model = model
        self._seconds = seconds

    def complete(self, system: str, user: str) -> str:
        """What the model says. Raises LlmUnavailable, whatever went wrong."""
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "stream": False,
        }
        try:
            answer = self.ask(MODEL, "POST", "/chat/completions", body)
            said = self.read(MODEL, answer, _Completion).choices[0].message.content.strip()
        except DepartmentError as failure:
            # Not chained: what failed may repeat what was sent.
            raise LlmUnavailable(type(failure).__name__) from None
        if not said:
            raise LlmUnavailable("empty")
        return said

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response:
        """Read no longer and no more than is allowed, however slowly it drips."""
        until = time.monotonic() + self._seconds
        received = bytearray()
        try:
            with self._connection().stream(method, path, json=body, headers=headers) as answer:
                for part in answer.iter_bytes():
                    received += part
                    if len(received) > MOST_BYTES:
                        raise Passing("too long")
                    if time.monotonic() > until:
                        raise Passing("too slow")
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Passing(type(error).__name__) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Passing(f"HTTP {answer.status_code}")
        return httpx.Response(answer.status_code, content=bytes(received))
