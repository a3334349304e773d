"""Versions of the assistant over HTTP: trained, compared, published, taken back."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import PageQuery, ProblemDocument
from backend.operator import publishing_schemas as schemas
from backend.stream.following import LONGEST, follow
from backend.stream.hub import hub
from backend.stream.publishing import valid_id
from backend.workbench.roles import Role
from backend.workbench.store import session_is_open
from intents import comparing, publishing, training, versions
from intents.serving_now import serving_now
from intents.version_views import view_publication, view_version, view_whole_version
from intents.versions import Kind

blueprint = APIBlueprint(
    "publishing", __name__, url_prefix="/api/v1/operator", abp_tags=[Tag(name="运营 operator")]
)
ROLES = {Role.OPERATE}
EVENT = 'id: 1763863200000-0\nevent: version\ndata: {"id":"v7","percent":40,"step":"measuring v7"}\n\n'
EVENTS = {
    "description": "事件流：version（训练进度）；断线后带 Last-Event-ID 重连",
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EVENT}},
}


@blueprint.post("/versions", summary="训练一个版本", responses={202: schemas.Version, 409: ProblemDocument})
@audience(Audience.STAFF, roles=ROLES)
def train(body: schemas.TrainBody) -> tuple[Any, int]:
    """Train the draft as it is now, and measure it; one at a time. Its progress comes by the stream."""
    version = training.ask_training(house(), kind=Kind(body.kind), by=caller().staff, why=body.why)
    return view_version(house(), version), 202


@blueprint.get("/versions", summary="版本列表", responses={200: schemas.VersionPage})
@audience(Audience.STAFF, roles=ROLES)
def list_versions(query: schemas.VersionsQuery) -> Any:
    """Newest first."""
    found = versions.list_versions(house(), query, query.state)
    return found.view(lambda one: view_version(house(), one))


@blueprint.get("/versions/<string:id>", summary="一个版本", responses={200: schemas.WholeVersion})
@audience(Audience.STAFF, roles=ROLES)
def show_version(path: schemas.VersionPath) -> Any:
    """What it is made of, what was measured, and what became of it."""
    return view_whole_version(house(), versions.get_version(house(), path.id))


@blueprint.get(
    "/versions/<string:id>/verdict",
    summary="能不能发布",
    responses={200: schemas.Verdict, 409: ProblemDocument},
)
@audience(Audience.STAFF, roles=ROLES)
def show_verdict(path: schemas.VersionPath) -> Any:
    """What the gate would say, without publishing."""
    return publishing.examine(house(), versions.get_version(house(), path.id)).dump()


@blueprint.get(
    "/versions/<string:id>/comparison",
    summary="逐句比较两个版本",
    responses={200: schemas.ComparisonPage, 409: ProblemDocument},
)
@audience(Audience.STAFF, roles=ROLES)
def compare(path: schemas.VersionPath, query: schemas.CompareQuery) -> Any:
    """What this version fixed and broke since another one."""
    found = comparing.compare_versions(house(), query.before, path.id, query.set)
    rows = getattr(found, query.part)
    begin = int(query.cursor or 0)
    end = begin + query.limit
    items = [asdict(one) for one in rows[begin:end]]
    return {"counts": found.counts(), "items": items, "next_cursor": str(end) if end < len(rows) else None}


@blueprint.post(
    "/versions/<string:id>/publication",
    summary="发布一个版本",
    responses={201: schemas.Publication, 403: ProblemDocument, 409: ProblemDocument},
)
@audience(Audience.STAFF, roles=ROLES)
def publish(path: schemas.VersionPath, body: schemas.PublishBody) -> tuple[Any, int]:
    """Through the gate; refused with the list of what got worse. The assistant takes it up within seconds."""
    entry = publishing.publish(house(), path.id, share=body.share, by=caller().staff, why=body.why)
    return view_publication(house(), entry), 201


@blueprint.post(
    "/rollback", summary="撤回上一次发布", responses={201: schemas.Publication, 409: ProblemDocument}
)
@audience(Audience.STAFF, roles=ROLES)
def roll_back(body: schemas.RollbackBody) -> tuple[Any, int]:
    """A canary ends; a live version gives way to the one before it."""
    entry = publishing.roll_back(house(), by=caller().staff, why=body.why)
    return view_publication(house(), entry), 201


@blueprint.get("/publications", summary="发布记录", responses={200: schemas.PublicationPage})
@audience(Audience.STAFF, roles=ROLES)
def list_publications(query: PageQuery) -> Any:
    """Who let which version answer whom, when and why; newest first."""
    return publishing.list_publications(house(), query).view(lambda one: view_publication(house(), one))


@blueprint.get("/serving", summary="现在用的版本", responses={200: schemas.Serving})
@audience(Audience.STAFF, roles=ROLES)
def show_serving() -> Any:
    """The live version, a canary beside it, and how each does."""
    return serving_now(house())


@blueprint.get("/stream", summary="训练进度推送", responses={200: EVENTS, 429: ProblemDocument})
@audience(Audience.STAFF, roles=ROLES)
def listen() -> Response:
    """How far the trainings are that one asked for, as they go."""
    place, who = house(), caller()
    held = ExitStack()
    # Taken before the answer begins, so that one listener too many gets a problem document.
    listener = held.enter_context(hub(place).listening(f"staff:{who.staff}"))
    last_id = valid_id(request.headers.get("Last-Event-ID", ""))
    ends_at = place.clock.now() + LONGEST

    def frames() -> Iterator[str]:
        with held:
            yield from follow(
                place,
                listener,
                last_id=last_id,
                ends_at=ends_at,
                may_go_on=lambda: session_is_open(place, who.session, place.clock.now()),
            )

    response = Response(frames(), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"
    # A client that leaves before the first frame never starts the generator.
    response.call_on_close(held.close)
    return response
