"""A line to somebody outside over HTTP: time-outs, retries of what can heal, a breaker for each party.

Only what can heal is tried again: time-outs, broken connections, 429, 5xx. Each party has a circuit
breaker of its own, so that one that is down costs nothing to those who ask the others.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pybreaker
import stamina
from pydantic import BaseModel, ValidationError

from integrations.gateways.contract import FieldError
from integrations.gateways.failures import (
    CaseNotFound,
    DepartmentConflict,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentUnavailable,
)

Answer = TypeVar("Answer", bound=BaseModel)


class Passing(Exception):
    """A failure that may heal by itself; says nothing of what was sent."""

    def __init__(self, cause: str, wait: float | None = None) -> None:
        super().__init__(cause)
        self.wait = wait


class Line:
    """One address and one key; may be made before a fork: connections belong to who first speaks."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout: float = 5.0,
        attempts: int = 3,
        patience: float = 8.0,
        failures_to_open: int = 6,
        open_seconds: float = 15.0,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 2.0))
        self._attempts = attempts
        self._patience = patience
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._process = 0
        self._breakers: dict[str, pybreaker.CircuitBreaker] = {}

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            if self._client is not None and self._process == os.getpid():
                self._client.close()
            self._client = None

    def ask(
        self, department: str, method: str, path: str, body: dict[str, Any] | None, *, key: str | None = None
    ) -> httpx.Response:
        """An answer, whatever its status below 500 but 429. Raises DepartmentUnavailable."""
        # References may be Chinese, headers are ASCII.
        headers = {"Idempotency-Key": quote(key, safe=":")} if key else {}
        breaker = self._breaker(department)
        # The hook's own wait wins where it gives one: that is how Retry-After is honoured.
        tries = stamina.retry_context(
            on=self._wait_for,
            attempts=self._attempts,
            timeout=self._patience,
            wait_initial=0.2,
            wait_max=2.0,
            wait_jitter=0.3,
        )
        try:
            for attempt in tries:
                with attempt:
                    return _through(breaker, lambda: self._send(method, path, body, headers))
        except pybreaker.CircuitBreakerError:
            raise DepartmentUnavailable(department, retry_after=self._open_seconds) from None
        except Passing as failure:
            raise DepartmentUnavailable(department, retry_after=failure.wait) from failure
        raise AssertionError("a retry ends with an answer or an error")

    def _wait_for(self, failure: Exception) -> bool | float:
        if not isinstance(failure, Passing):
            return False
        if failure.wait is None:
            return True
        return failure.wait if failure.wait <= self._patience / 2 else False

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response:
        try:
            answer = self._connection().request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise Passing(type(error).__name__) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Passing(f"HTTP {answer.status_code}", _retry_after(answer))
        return answer

    def _connection(self) -> httpx.Client:
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._client = httpx.Client(
                    base_url=self._base_url,
                    timeout=self._timeout,
                    headers={"Authorization": f"Bearer {self._key}"},
                    limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
                    trust_env=False,
                )
                self._process = os.getpid()
            return self._client

    def _breaker(self, department: str) -> pybreaker.CircuitBreaker:
        with self._lock:
            if department not in self._breakers:
                self._breakers[department] = pybreaker.CircuitBreaker(
                    fail_max=self._failures_to_open,
                    reset_timeout=self._open_seconds,
                    throw_new_error_on_trip=False,
                    name=department,
                )
            return self._breakers[department]

    def read(self, department: str, answer: httpx.Response, shape: type[Answer]) -> Answer:
        """The answer in its shape. Raises the failure that its status tells."""
        status = answer.status_code
        if status == 409:
            raise DepartmentConflict(department)
        if status == 404:
            raise CaseNotFound(department)
        try:
            if status == 422:
                errors = [FieldError.model_validate(one) for one in answer.json()["errors"]]
                raise DepartmentRejected(department, errors)
            if status < 300:
                return shape.model_validate_json(answer.content)
        except (ValidationError, ValueError, KeyError, TypeError):
            # Not chained: a validation error repeats what it read, and that may be personal.
            raise DepartmentProtocolError(department, f"{department}: unreadable answer") from None
        raise DepartmentProtocolError(department, f"{department}: HTTP {status}")


def _through(breaker: pybreaker.CircuitBreaker, send: Callable[[], httpx.Response]) -> httpx.Response:
    """Send through the breaker without holding its lock while the department thinks.

    pybreaker locks for the whole call, which would let only one request at a time reach a healthy
    department. So a closed breaker is only told how it went; one that is not closed guards the
    trial itself.
    """
    if breaker.current_state != pybreaker.STATE_CLOSED:
        return breaker.call(send)
    try:
        answer = send()
    except Passing as failure:
        breaker.call(_repeat, failure)
        raise
    # Others' failures may have opened it meanwhile; this answer is good all the same.
    with contextlib.suppress(pybreaker.CircuitBreakerError):
        breaker.call(str)
    return answer


def _repeat(failure: Passing) -> None:
    raise failure


def _retry_after(answer: httpx.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None


def part(text: str) -> str:
    """One part of a path, whatever it holds."""
    return quote(text, safe="")
