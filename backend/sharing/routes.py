"""Data sharing between departments over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.clock import city_date
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.mongo import Document
from backend.core.schemas import IdPath, PageQuery
from backend.sharing import requesting, schemas, store
from backend.sharing.catalogue import items
from backend.workbench.officer import Officer
from backend.workbench.roles import DATA_OFFICE, Role

blueprint = APIBlueprint(
    "sharing", __name__, url_prefix="/api/v1/staff/sharing", abp_tags=[Tag(name="数据共享 sharing")]
)
ANSWERING = {Role.DECIDE, Role.SUPERVISE}


@blueprint.get("/items", summary="政务数据共享目录", responses={200: schemas.ItemList})
@audience(Audience.STAFF)
def list_items() -> Any:
    """Every data item and how it is shared."""
    return {"items": [one.model_dump(mode="json") for one in items().values()]}


@blueprint.post("/requests", summary="申请共享数据", responses={201: schemas.SharingRequest})
@audience(Audience.STAFF, roles=ANSWERING)
def create_request(body: schemas.RequestBody) -> tuple[Any, int]:
    """Ask for an item for a matter of one's own department."""
    made = requesting.request_item(house(), Officer.of(caller()), **body.model_dump())
    return requesting.view_request(made), 201


@blueprint.get("/requests", summary="共享申请", responses={200: schemas.SharingRequestPage})
@audience(Audience.STAFF)
def list_requests(query: schemas.RequestsQuery) -> Any:
    """Requests that concern one's department; the data office sees all."""
    where = _mine(caller().department, query.side) | ({"state": query.state} if query.state else {})
    return store.list_requests(house(), where, query).view(requesting.view_request)


@blueprint.get("/requests/<string:id>", summary="一个共享申请", responses={200: schemas.SharingRequest})
@audience(Audience.STAFF)
def read_request(path: IdPath) -> Any:
    """One request with its history."""
    return requesting.view_request(requesting.visible_request(house(), Officer.of(caller()), path.id))


@blueprint.post(
    "/requests/<string:id>/<string:step>",
    summary="审查、答复、争议、协调",
    responses={200: schemas.SharingRequest},
)
@audience(Audience.STAFF, roles=ANSWERING)
def take_step(path: schemas.StepPath, body: schemas.StepBody) -> Any:
    """The next step of a request, by whoever's turn it is."""
    answer = requesting.Answer(**body.model_dump())
    moved = requesting.take_step(house(), Officer.of(caller()), path.id, path.step, answer)
    return requesting.view_request(moved)


@blueprint.get("/grants", summary="共享授权", responses={200: schemas.GrantPage})
@audience(Audience.STAFF)
def list_grants(query: PageQuery) -> Any:
    """Grants that one's department gave or has; the data office sees all."""
    found = store.list_grants(house(), _mine(caller().department, "all"), query)
    return found.view(_grant)


@blueprint.post("/grants/<string:id>/end", summary="终止授权", responses={200: schemas.Grant})
@audience(Audience.STAFF, roles=ANSWERING)
def end_grant(path: IdPath, body: schemas.EndBody) -> Any:
    """End a grant of one's own item."""
    return _grant(requesting.end_grant(house(), Officer.of(caller()), path.id, body.reason))


@blueprint.get("/usage", summary="数据使用日志", responses={200: schemas.UsagePage})
@audience(Audience.STAFF, roles={Role.SUPERVISE})
def list_usage(query: PageQuery) -> Any:
    """How often each item was used, by matter and day."""
    department = caller().department
    mine: Document = (
        {} if department == DATA_OFFICE else {"$or": [{"department": department}, _owned(department)]}
    )
    return store.list_usage(house(), mine, query).view(
        lambda row: {
            "day": city_date(row["day"]).isoformat(),
            "matter": row["matter"],
            "item": row["item"],
            "uses": row["uses"],
        }
    )


def _owned(department: str) -> Document:
    return {"item": {"$in": [key for key, one in items().items() if one.department == department]}}


def _mine(department: str, side: str) -> Document:
    if department == DATA_OFFICE and side == "all":
        return {}
    sides = {"asking": {"department": department}, "asked": {"owner": department}}
    return sides.get(side) or {"$or": list(sides.values())}


def _grant(grant: Document) -> dict[str, Any]:
    keys = ("item", "owner", "department", "matter", "scene", "basis", "state", "request")
    return {"id": grant["_id"], **{key: grant[key] for key in keys}, "until": grant["until"].isoformat()}
