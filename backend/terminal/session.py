"""A signed-in citizen's calls to the public API."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

TURN_PATIENCE = 60
SMS_TRIES = 20


class Refused(Exception):
    """The API answered with a problem; the message is its sentence for people."""


class NotRunning(Exception):
    """Nothing answers at the API's address."""


class Session:
    """Signs in with the simulated SMS code and keeps the tokens fresh."""

    def __init__(self, api_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.api_url = api_url.rstrip("/")
        self._http = httpx.Client(
            base_url=f"{self.api_url}/api/v1", timeout=TURN_PATIENCE, trust_env=False, transport=transport
        )
        self._tokens: dict[str, Any] = {}
        self._refreshing = threading.Lock()

    def citizens(self) -> list[dict[str, Any]]:
        """The made-up citizens that can be tried."""
        return list(self._send("GET", "/development/citizens")["items"])

    def sign_in(self, phone: str) -> None:
        """Ask for a code, read it from the simulated outbox, and change it for tokens."""
        self._send("POST", "/auth/codes", json={"phone": phone})
        device = {"id": f"terminal-{uuid.uuid4().hex[:12]}", "name": "Terminal"}
        body = {"phone": phone, "code": self._read_code(phone), "device": device}
        self._tokens = self._send("POST", "/auth/tokens", json=body)

    def me(self) -> dict[str, Any]:
        """Who is signed in, masked."""
        return self._call("GET", "/me")

    def say(self, said: dict[str, str]) -> list[dict[str, Any]]:
        """One turn: ``{"text": …}`` or ``{"choice": …}``; what the assistant replies."""
        turn = self._call("POST", "/chat/messages", json={**said, "id": uuid.uuid4().hex})
        return list(turn["replies"])

    def prompt(self, prompt: str) -> dict[str, Any]:
        """What the city would do for this citizen, and why."""
        return self._call("GET", f"/prompts/{prompt}")

    def open_prompts(self) -> list[dict[str, Any]]:
        """The prompts that were shown and not answered yet."""
        rows = self._call("GET", "/prompts?state=open")["items"]
        return [row for row in rows if row["state"] == "shown"]

    def read_message(self, message: str) -> dict[str, Any]:
        """A message, which then counts as read."""
        return self._call("POST", f"/messages/{message}/read")

    def turn(self, turn: str) -> dict[str, Any]:
        """A turn that was heard of by the stream."""
        return self._call("GET", f"/chat/messages/{turn}")

    def sign_out(self) -> None:
        """End this terminal's sign-in."""
        self._call("POST", "/auth/sign-out")

    @contextmanager
    def stream(self, last_event: str) -> Iterator[Iterator[str]]:
        """The lines of the event stream, from after the last event that was seen."""
        headers = self._authorization() | ({"Last-Event-ID": last_event} if last_event else {})
        patience = httpx.Timeout(10, read=90)
        with self._http.stream("GET", "/stream", headers=headers, timeout=patience) as answer:
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._refresh(headers["Authorization"])
                raise httpx.ReadError("the token was too old")
            answer.raise_for_status()
            yield answer.iter_lines()

    def close(self) -> None:
        """Drop the connections."""
        self._http.close()

    def _read_code(self, phone: str) -> str:
        for _ in range(SMS_TRIES):
            texts = self._send("POST", "/development/sms-outbox", json={"phone": phone})["items"]
            if texts:
                return str(texts[0]["code"])
            time.sleep(0.25)
        raise Refused("模拟短信没有送达。 The simulated SMS did not arrive.")

    def _call(self, method: str, path: str, json: Any = None) -> dict[str, Any]:
        headers = self._authorization()
        try:
            return self._send(method, path, json=json, headers=headers)
        except _Unauthorized:
            self._refresh(headers["Authorization"])
            return self._send(method, path, json=json, headers=self._authorization())

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens['access_token']}"}

    def _refresh(self, used: str) -> None:
        # A refresh token used twice ends the sign-in, so of two threads only the first may use it.
        with self._refreshing:
            if used == self._authorization()["Authorization"]:
                body = {"refresh_token": self._tokens["refresh_token"]}
                self._tokens = self._send("POST", "/auth/tokens/refresh", json=body)

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise NotRunning(
                f"Nothing answers at {self.api_url} ({type(error).__name__}).\n"
                "Start the product in another terminal:  make run"
            ) from error
        if answer.is_success:
            return dict(answer.json()) if answer.content else {}
        kind = _Unauthorized if answer.status_code == httpx.codes.UNAUTHORIZED else Refused
        raise kind(_sentence(answer))


class _Unauthorized(Refused):
    """The access token is not good any more."""


def _sentence(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return str(problem.get("detail") or problem.get("title"))
    except ValueError:
        return f"HTTP {answer.status_code}"
