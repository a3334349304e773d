"""What only people can settle, over HTTP."""

from typing import Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath, Incoming, PageQuery
from backend.troubles import settling
from backend.troubles.kinds import ABOUT, Kind
from backend.workbench.officer import Officer
from backend.workbench.roles import Role

blueprint = APIBlueprint(
    "troubles", __name__, url_prefix="/api/v1/staff/troubles", abp_tags=[Tag(name="工作台 cases")]
)
WHO = {Role.SUPERVISE, Role.ADMINISTRATE}
SHOWN: dict[str, Any] = {
    "id": "5f0c6a1d2b3e4f5a6b7c8d9e0f1a2b3c",
    "kind": Kind.FILING_GIVEN_UP.value,
    "since": "2026-11-23T02:00:00+00:00",
    "department": {"id": "civil-affairs", "name": "市民政局"},
    "what": ABOUT[Kind.FILING_GIVEN_UP].what,
    "refers_to": {"type": "application", "id": "01k9v3x7m2q4c8t6w5b1n0h9jd"},
    "can_retry": True,
    "settled_at": None,
    "settled_by": None,
}


class TroublesQuery(PageQuery):
    """Which troubles: of a kind, of a department, open ones, settled ones, or all."""

    kind: Kind | None = None
    department: str | None = Field(None, max_length=60)
    state: Literal["open", "settled", "all"] = "open"


class SettleBody(Incoming):
    """What was done about it."""

    model_config = ConfigDict(json_schema_extra={"example": {"note": "已与部门核对，由其手工登记"}})

    note: str = Field(min_length=2, max_length=300)


class Trouble(BaseModel):
    """Something that only people can settle."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": SHOWN})

    id: str
    kind: Kind
    what: str


class TroublePage(BaseModel):
    """One page of troubles, the latest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [SHOWN], "next_cursor": None}})

    items: list[Trouble]
    next_cursor: str | None


@blueprint.get("", summary="需要人工处理的事", responses={200: TroublePage})
@audience(Audience.STAFF, roles=WHO)
def list_troubles(query: TroublesQuery) -> Any:
    """Supervisors see their department's, administrators all."""
    found = settling.list_of(
        house(),
        Officer.of(caller()),
        query,
        kind=query.kind,
        department=query.department,
        state=query.state,
    )
    return found.view(settling.view_trouble)


@blueprint.post("/<string:id>/settle", summary="处理完毕", responses={200: Trouble})
@audience(Audience.STAFF, roles=WHO)
def settle(path: IdPath, body: SettleBody) -> Any:
    """Settle by hand, with what was done; the audit trail keeps it."""
    done = settling.settle(house(), Officer.of(caller()), path.id, note=body.note)
    return settling.view_trouble(done)


@blueprint.post("/<string:id>/retry", summary="重试", responses={200: Trouble})
@audience(Audience.STAFF, roles=WHO)
def retry(path: IdPath) -> Any:
    """Have a filing that was given up tried again; failing again, it is a new entry."""
    return settling.view_trouble(settling.retry(house(), Officer.of(caller()), path.id))
