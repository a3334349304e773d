"""The summary before the yes, as it goes out."""

from datetime import UTC, datetime

import pytest

from backend.applications import view
from backend.applications.view import shown_step
from backend.core.settings import ROOT
from backend.matters.catalogue import load_catalogue

CATALOGUE = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])


def test_a_source_is_named_and_dated_as_in_the_application_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "catalogue", lambda: CATALOGUE)
    source = {"department": "health", "as_of": datetime(2026, 3, 1, 20, tzinfo=UTC)}
    rows = [{"name": "a", "source": source}, {"name": "b", "source": None}]
    shown = shown_step({"kind": "confirm", "summary": rows, "declaration": ""})
    name = CATALOGUE.departments["health"].name
    assert [row["source"] for row in shown["summary"]] == [
        {"department": name, "as_of": "2026-03-02T04:00:00+08:00"},
        None,
    ]


def test_a_question_goes_out_as_it_is() -> None:
    step = {"kind": "ask", "field": {"name": "a"}}
    assert shown_step(step) == step
