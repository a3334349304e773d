"""Hundreds of odd requests, made from the API's own document: never a 500, always a proper problem."""

import json

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.flows.conversation import a_driver
from tests.stack import Stack

# The stream never ends by itself, and signing out would end the token that the others use.
LEFT_OUT = {"/api/v1/stream", "/api/v1/auth/sign-out"}


def test_odd_requests_never_break_the_api(stack: Stack) -> None:
    token = str(a_driver(stack, "19900008899").client.headers["Authorization"])
    schema = schemathesis.openapi.from_url(stack.environment["API_URL"] + "/api/openapi.json")
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.path not in LEFT_OUT:
            tried += _try_operation(operation, token)
    assert tried >= 150


def _try_operation(operation: APIOperation, token: str) -> int:  # type: ignore[type-arg]
    tried = 0

    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def check(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        answer = case.call(headers={"Authorization": token}, timeout=20)
        told = f"{case.method} {case.path}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500 or answer.status_code == 503, told
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json"), told
            assert {"type", "title", "status", "detail"} <= set(json.loads(answer.text)), told

    check()
    return tried
