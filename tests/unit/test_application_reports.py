"""What a signed body may look like before anything is done with it."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from backend.applications.reports import FactsNotice, Report
from backend.delivery.routes import ParcelNotice
from backend.payments.routes import PaymentNotice

AT = "2026-11-23T02:00:00+00:00"
BODIES: list[Callable[..., Any]] = [Report, FactsNotice, ParcelNotice, PaymentNotice]


def example(model: Any) -> dict[str, Any]:
    """The body that the documentation shows."""
    found: dict[str, Any] = model.model_config["json_schema_extra"]["example"]
    return dict(found)


@pytest.mark.parametrize("model", BODIES)
@pytest.mark.parametrize(
    "at", ["yesterday", "", "2026-11-23", "2026-11-23T02:00:00", "0001-01-01T00:00+09:00"]
)
def test_a_moment_without_its_zone_is_not_taken(model: Any, at: str) -> None:
    assert model.model_validate(example(model) | {"at": AT}).at == AT
    with pytest.raises(ValidationError):
        model.model_validate(example(model) | {"at": at})


@pytest.mark.parametrize("items", ["phone", ["phone"], {"field": "phone"}, [[]]])
def test_items_are_a_list_of_mappings(items: Any) -> None:
    good = example(Report) | {"details": {"items": [{"field": "phone", "reason": "空号"}]}}
    assert Report.model_validate(good).details["items"][0]["field"] == "phone"
    with pytest.raises(ValidationError):
        Report.model_validate(good | {"details": {"items": items}})
