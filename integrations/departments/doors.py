"""What every call passes first: the key, the department's mood, and one shape for errors."""

import contextlib
import hmac
import socket
import time
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from integrations.departments.behaviour import CALL_MODES, Mode
from integrations.departments.cases import CaseConflict, CaseUnknown, FilingRefused
from integrations.departments.directory import Department
from integrations.departments.facts import SectionUnknown
from integrations.departments.office import Office
from integrations.departments.registries import PersonUnknown

RETRY_AFTER_SECONDS = "1"

Body = TypeVar("Body", bound=BaseModel)


def office() -> Office:
    """The office this application serves."""
    found = current_app.extensions["office"]
    assert isinstance(found, Office)
    return found


def require_key(blueprint: Blueprint, key_of: Callable[[Office], str]) -> None:
    """Let only those in who carry the key."""

    def check() -> None:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {key_of(office())}".encode()):
            abort(401)

    blueprint.before_request(check)


def the_department(department: str) -> Department:
    """The department of the address, or 404."""
    found = office().directory.get(department)
    if found is None:
        abort(404)
    return found


def feel_mood() -> Response | None:
    """Answer as the department's mode has it: late, busy, or not at all."""
    department = (request.view_args or {}).get("department", "public-security")
    if office().directory.get(department) is None:
        return None
    behaviour = office().behaviours.spend(department, CALL_MODES)
    if behaviour.mode is Mode.SLOW:
        time.sleep(behaviour.answer_seconds)
    if behaviour.mode is Mode.BUSY:
        answer = jsonify(error="busy")
        answer.status_code = 503
        answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return answer
    if behaviour.mode is Mode.DOWN:
        _hang_up()
        answer = jsonify(error="down")
        answer.status_code = 500
        return answer
    return None


def _hang_up() -> None:
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):  # the caller may be gone already
            connection.shutdown(socket.SHUT_RDWR)


def read_body(shape: type[Body]) -> Body:
    """The request's body in its shape; what does not fit is answered with 422."""
    return shape.model_validate(request.get_json(silent=True) or {})


def answer_errors(app: Flask) -> None:
    """One JSON shape for everything that can go wrong. No value that was sent is repeated."""

    def bad_body(error: ValidationError) -> tuple[Response, int]:
        faults = [
            {"field": ".".join(str(part) for part in one["loc"]) or None, "reason": one["type"]}
            for one in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        return jsonify(errors=faults), 422

    def refused(error: FilingRefused) -> tuple[Response, int]:
        return jsonify(errors=error.errors), 422

    def unknown_section(error: SectionUnknown) -> tuple[Response, int]:
        return jsonify(errors=[{"field": "section", "reason": f"nobody keeps this: {error}"}]), 422

    def conflict(error: CaseConflict) -> tuple[Response, int]:
        return jsonify(error="conflict", detail=str(error)), 409

    def not_found(_: Exception) -> tuple[Response, int]:
        return jsonify(error="not-found"), 404

    def by_status(error: HTTPException) -> tuple[Response, int]:
        name = (error.name or "error").lower().replace(" ", "-")
        return jsonify(error=name), error.code or 500

    app.register_error_handler(ValidationError, bad_body)
    app.register_error_handler(FilingRefused, refused)
    app.register_error_handler(SectionUnknown, unknown_section)
    app.register_error_handler(CaseConflict, conflict)
    app.register_error_handler(CaseUnknown, not_found)
    app.register_error_handler(PersonUnknown, not_found)
    app.register_error_handler(HTTPException, by_status)
