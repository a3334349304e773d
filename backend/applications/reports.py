"""Departments' signed callbacks: reports on cases, and notices that facts changed."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from flask import request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from backend.accounts import store as accounts
from backend.applications import filing
from backend.applications.branches import EVENTS
from backend.core.errors import Problem
from backend.core.events import commit
from backend.core.guard import Audience, audience
from backend.core.house import House, house
from backend.core.schemas import Incoming
from integrations.gateways.signature import SignatureInvalid, verify_from

blueprint = APIBlueprint(
    "reports", __name__, url_prefix="/api/v1/departments", abp_tags=[Tag(name="部门回调 departments")]
)


def aware(text: str) -> str:
    """The text of a moment with its zone, as it came. Raises ValueError for anything else.

    >>> aware("2026-11-23T02:00:00+00:00")
    '2026-11-23T02:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no such moment") from error
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return text


Moment = Annotated[str, Field(max_length=40), AfterValidator(aware)]


class Report(Incoming):
    """What a department reports on a case."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "event_id": "ev-1",
                "department": "traffic-police",
                "reference": "JG20261123-0001",
                "application": "SB261123004182737",
                "event": "accepted",
                "at": "2026-11-23T02:00:00+00:00",
                "details": {},
            }
        },
    )

    event_id: str = Field(min_length=1, max_length=80)
    department: str = Field(max_length=60)
    reference: str = Field(max_length=80)
    application: str = Field(max_length=40)
    event: str = Field(pattern=f"^({'|'.join(EVENTS)})$")
    at: Moment
    details: dict[str, Any] = Field(default_factory=dict)

    @field_validator("details")
    @classmethod
    def _items_are_mappings(cls, details: dict[str, Any]) -> dict[str, Any]:
        items = details.get("items")
        if items is not None and not (
            isinstance(items, list) and all(isinstance(one, dict) for one in items)
        ):
            raise ValueError("items must be a list of objects")
        return details


class FactsNotice(Incoming):
    """Which sections of a person's facts changed at a department."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "event_id": "fn-1",
                "department": "health",
                "identity_number": "99000019800101001X",
                "sections": ["children"],
                "at": "2026-11-23T02:00:00+00:00",
            }
        },
    )

    event_id: str = Field(min_length=1, max_length=80)
    department: str = Field(max_length=60)
    identity_number: str = Field(max_length=30)
    sections: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=100)
    at: Moment


class Receipt(BaseModel):
    """What became of a notice."""

    model_config = ConfigDict(json_schema_extra={"example": {"outcome": "applied"}})

    outcome: Literal["applied", "duplicate", "ignored"]


@blueprint.post("/callbacks", summary="办件进展回报", responses={200: Receipt})
@audience(Audience.SIGNED)
def report(body: Report) -> Any:
    """Take in a report once; 200 means it is committed. A department speaks of its own cases only."""
    check_signature(house(), body.department)
    filing.must_be_of(house(), body.application, body.department)
    return {"outcome": filing.take_in(house(), body.model_dump())}


@blueprint.post("/facts", summary="登记信息变化通知", responses={200: Receipt})
@audience(Audience.SIGNED)
def facts_changed(body: FactsNotice) -> Any:
    """Note that a person's facts changed; they are asked for by a task."""
    check_signature(house(), body.department)
    citizen = accounts.citizen_by_identity(house(), body.identity_number)
    if citizen is None:
        return {"outcome": "ignored"}
    commit(
        house(),
        lambda unit: unit.emit("facts.noticed", citizen=citizen["_id"], departments=[body.department]),
    )
    return {"outcome": "applied"}


def check_signature(place: House, sender: str) -> None:
    """Raise ``not-allowed`` for a body that ``sender`` did not sign itself within five minutes."""
    master, now = place.settings.callback_secret.get_secret_value(), place.clock.now().timestamp()
    try:
        verify_from(master, sender, request.get_data(), dict(request.headers), now=now)
    except SignatureInvalid as error:
        raise Problem("not-allowed", "签名无效或已过期。") from error
