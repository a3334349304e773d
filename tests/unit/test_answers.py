"""Answers: JSON as the web framework's own, in UTF-8."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask, jsonify, request

from backend.core.answers import FastJSON


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.json = FastJSON(app)
    return app


def test_what_views_answer_becomes_json(app: Flask) -> None:
    @app.get("/")
    def view() -> dict[str, object]:
        return {
            "name": "随办",
            "at": datetime(2026, 10, 1, 8, tzinfo=UTC),
            "day": date(2026, 10, 1),
            "fee": Decimal("12.50"),
            "id": UUID(int=1),
            "stars": {5: 2},
        }

    answer = app.test_client().get("/")
    assert answer.content_type == "application/json"
    assert "随办".encode() in answer.data
    assert answer.get_json() == {
        "name": "随办",
        "at": "2026-10-01T08:00:00+00:00",
        "day": "2026-10-01",
        "fee": "12.50",
        "id": "00000000-0000-0000-0000-000000000001",
        "stars": {"5": 2},
    }


def test_what_json_has_no_word_for_is_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(TypeError):
        jsonify({"what": object()})


@pytest.mark.parametrize("sent", ["{", '{"a": NaN}', r'"\ud800"', ""])
def test_what_is_no_json_is_refused(app: Flask, sent: str) -> None:
    @app.post("/")
    def view() -> list[object]:
        return [request.get_json()]

    answer = app.test_client().post("/", data=sent.encode(), content_type="application/json")
    assert answer.status_code == 400
