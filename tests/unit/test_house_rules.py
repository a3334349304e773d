"""What ties the parts together: routes and guards, beat and tasks, Procfile, README and settings."""

import base64
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openapi_spec_validator import validate

from backend.core.errors import PROBLEMS
from backend.core.guard import VIEWERS, Audience, declared_audience
from backend.core.settings import ROOT, Settings


@pytest.fixture(scope="module")
def app() -> Any:
    """The application without a database: nothing below a route is called."""
    from unittest import mock

    key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    secrets = {
        "SIGNING_KEY": base64.b64encode(key).decode(),
        "FIELD_KEY": base64.b64encode(bytes(96)).decode(),
        "CALLBACK_SECRET": "c",
        "DEPARTMENTS_KEY": "d",
        "BOT_TOKEN": "b",
        "MONGO_URL": "mongodb://forgotten-in-a-unit-test.invalid/?replicaSet=rs0",
        "REDIS_URL": "redis://forgotten-in-a-unit-test.invalid:1/0",
    }
    with mock.patch.dict(os.environ, secrets):
        from backend import web
        from backend.core.house import open_house

        with mock.patch.object(web, "prepare"):
            yield web.create_app(open_house(Settings()))


def test_every_route_declares_its_audience(app: Any) -> None:
    forgot = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] not in VIEWERS
        and not declared_audience(app.view_functions[rule.endpoint])
    ]
    assert forgot == []


def test_what_carries_an_id_is_never_public(app: Any) -> None:
    public = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "<" in rule.rule and Audience.PUBLIC in declared_audience(app.view_functions[rule.endpoint])
    }
    assert public == {
        "/api/v1/matters/<string:id>",
        "/api/v1/matters/<string:id>/picture",
        "/api/v1/documents/verify/<string:code>",
        "/api/v1/policies/<string:id>",
    }


def test_the_openapi_document_is_valid(app: Any) -> None:
    assert app.api_doc["openapi"].startswith("3.1")
    validate(app.api_doc)


def test_every_operation_says_what_it_does_with_an_example_and_its_errors(app: Any) -> None:
    schemas = app.api_doc["components"]["schemas"]
    poor = []
    for path, operations in app.api_doc["paths"].items():
        for method, operation in operations.items():
            good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            shown = all(_has_example(answer, schemas) for answer in good)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body_shown = body is None or _media_has_example(body, schemas)
            answers = operation["responses"].values()
            errors = any("application/problem+json" in one.get("content", {}) for one in answers)
            if not (operation.get("summary") and "security" in operation and shown and body_shown and errors):
                poor.append(f"{method} {path}: example {shown}, body {body_shown}, errors {errors}")
    assert poor == []


def _has_example(answer: dict[str, Any], schemas: dict[str, Any]) -> bool:
    content = answer.get("content")
    return not content or all(_media_has_example(media, schemas) for media in content.values())


def _media_has_example(media: dict[str, Any], schemas: dict[str, Any]) -> bool:
    schema = media.get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    found = schemas.get(name, schema)
    return any(key in holder for holder in (media, found) for key in ("example", "examples"))


def test_every_text_and_list_of_a_request_has_a_longest_length(app: Any) -> None:
    schemas, endless = app.api_doc["components"]["schemas"], set()
    for path, operations in app.api_doc["paths"].items():
        for method, operation in operations.items():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                endless |= set(_endless(media["schema"], schemas, f"{method} {path}"))
    assert endless == set()


def test_a_text_without_a_longest_length_would_be_found() -> None:
    schemas = {"Inner": {"properties": {"tags": {"type": "array", "items": {"type": "string"}}}}}
    body = {"properties": {"inner": {"anyOf": [{"$ref": "#/components/schemas/Inner"}, {"type": "null"}]}}}
    assert set(_endless(body, schemas, "body")) == {"body.inner.tags", "body.inner.tags[]"}
    sized = {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 3}}
    assert set(_endless({"properties": {"tags": sized, "any": {}}}, schemas, "body")) == {"body.any"}


BOUNDED = ("maxLength", "enum", "const", "format", "pattern", "contentMediaType")


def _endless(schema: dict[str, Any], schemas: dict[str, Any], where: str) -> Iterator[str]:
    """The places of a schema that take text, lists or anything at all without a limit."""
    if "$ref" in schema:
        yield from _endless(schemas[schema["$ref"].rpartition("/")[2]], schemas, where)
        return
    choices = [one for key in ("anyOf", "allOf", "oneOf") for one in schema.get(key, [])]
    for one in choices:
        yield from _endless(one, schemas, where)
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    said = {*schema} & {"type", "enum", "const", "properties"}
    if not (choices or said) or ("string" in kinds and not {*schema} & {*BOUNDED}):
        yield where
    if "array" in kinds:
        if "maxItems" not in schema:
            yield where
        yield from _endless(schema.get("items", {}), schemas, f"{where}[]")
    for name, inner in schema.get("properties", {}).items():
        yield from _endless(inner, schemas, f"{where}.{name}")
    if isinstance(schema.get("additionalProperties"), dict):
        if "maxProperties" not in schema:
            yield where
        yield from _endless(schema["additionalProperties"], schemas, f"{where}{{}}")


def test_beat_names_only_tasks_that_exist() -> None:
    from backend.worker import celery

    for entry in celery.conf.beat_schedule.values():
        assert entry["task"] in celery.tasks


def test_every_subscriber_exists() -> None:
    from backend.core.events import SUBSCRIBERS
    from backend.worker import celery

    for tasks in SUBSCRIBERS.values():
        assert set(tasks) <= set(celery.tasks)


def test_the_worker_listens_to_every_queue_and_every_task_goes_to_one() -> None:
    from backend.core.jobs import QUEUES
    from backend.worker import celery

    line = next(line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("worker:"))
    found = re.search(r"--queues ([\w,]+)", line)
    assert found
    assert set(found.group(1).split(",")) == set(QUEUES)
    ours = [task for name, task in celery.tasks.items() if not name.startswith("celery.")]
    assert {task.queue or "upkeep" for task in ours} <= set(QUEUES)


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", readme))
    internal = {"API_URL", "DEPARTMENTS_URL", "BOT_URL"}
    assert {name.upper() for name in Settings.model_fields} - internal <= told


def test_problem_types_are_stable_words() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in PROBLEMS)
    assert all(400 <= kind.status < 600 for kind in PROBLEMS.values())
