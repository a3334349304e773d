"""The OpenAPI 3.1 document's last touches: security from each route's audience, problems everywhere."""

from typing import Any

from flask import Flask

from backend.core.errors import PROBLEMS
from backend.core.guard import Audience, declared_audience
from backend.core.schemas import ProblemDocument

TOKEN = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
SIGNATURE = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Suiban-Signature",
        "description": "hex(hmac_sha256(secret, Suiban-Timestamp + '.' + body))",
    }
}
STATUSES_FOR_ALL = (400, 404, 422, 429, 500)
STATUSES_WITH_TOKEN = (401, 403)
STATUSES_OF_WRITES = (409, 413, 415, 503)


def finish_document(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """Add what the routes declare elsewhere; returns the same document."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = TOKEN | SIGNATURE
    components.setdefault("schemas", {})["Problem"] = ProblemDocument.model_json_schema()
    for rule in app.url_map.iter_rules():
        path = _openapi_path(rule.rule)
        allowed = declared_audience(app.view_functions[rule.endpoint])
        for method, operation in document["paths"].get(path, {}).items():
            if method.upper() in (rule.methods or ()):
                _finish_operation(operation, method, allowed)
    return document


def _finish_operation(operation: dict[str, Any], method: str, allowed: frozenset[Audience]) -> None:
    token = bool(allowed & {Audience.CITIZEN, Audience.ASSISTANT, Audience.STAFF})
    if Audience.SIGNED in allowed:
        operation["security"] = [{"signature": []}]
    elif token:
        operation["security"] = [{"bearer": []}] + ([{}] if Audience.PUBLIC in allowed else [])
    else:
        operation["security"] = []
    statuses = list(STATUSES_FOR_ALL)
    if token or Audience.SIGNED in allowed:
        statuses += STATUSES_WITH_TOKEN
    if method != "get":
        statuses += STATUSES_OF_WRITES
    for status in statuses:
        operation["responses"][str(status)] = _problem_response(status)
    for response in operation["responses"].values():
        for media in response.get("content", {}).values():
            media.get("schema", {}).pop("$defs", None)


def _problem_response(status: int) -> dict[str, Any]:
    slugs = [slug for slug, kind in PROBLEMS.items() if kind.status == status]
    return {
        "description": " · ".join(slugs) or "problem",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _openapi_path(rule: str) -> str:
    """
    >>> _openapi_path("/api/v1/applications/<string:id>/next")
    '/api/v1/applications/{id}/next'
    """
    parts = []
    for part in rule.split("/"):
        parts.append("{" + part.strip("<>").rpartition(":")[2] + "}" if part.startswith("<") else part)
    return "/".join(parts)
