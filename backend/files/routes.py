"""An application's materials over HTTP: earlier uploads, one's own files, and e-licences refused."""

from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from backend.applications import view
from backend.applications.schemas import Application, Uploaded
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath
from backend.files import covering, fetching, reusing, schemas
from backend.files.downloads import as_download

blueprint = APIBlueprint(
    "materials", __name__, url_prefix="/api/v1/applications", abp_tags=[Tag(name="材料 materials")]
)
FETCHES = Limit("material-file", count=60, seconds=60)
CHANGES = Limit("material-change", count=30, seconds=60)


@blueprint.get(
    "/<string:id>/materials/<string:material>/file", summary="下载自己上传的材料", responses={200: None}
)
@audience(Audience.CITIZEN)
def fetch(path: schemas.MaterialPath) -> Response:
    """One's own uploaded file, as it is kept."""
    spend(house(), FETCHES, caller().citizen)
    found = fetching.fetch_material(house(), caller().citizen, path.id, path.material)
    return as_download(found.pieces, name=found.name, media_type=found.media_type, size=found.size)


@blueprint.get(
    "/<string:id>/materials/<string:material>/earlier",
    summary="以前上传过的同一材料",
    responses={200: schemas.EarlierUploads},
)
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def earlier(path: schemas.MaterialPath) -> Any:
    """What one uploaded for other applications and could use again here."""
    return {"items": reusing.earlier_uploads(house(), caller().citizen, path.id, path.material)}


@blueprint.post("/<string:id>/materials/reuse", summary="再用以前上传的材料", responses={201: Uploaded})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def reuse(path: IdPath, body: schemas.ReuseBody) -> tuple[Any, int]:
    """Use an earlier upload of one's own for this application."""
    spend(house(), CHANGES, caller().citizen)
    kept = reusing.reuse(
        house(), caller().citizen, path.id, material=body.material, source=body.from_application
    )
    return kept, 201


@blueprint.put(
    "/<string:id>/materials/<string:material>",
    summary="是否用电子证照代替材料",
    responses={200: Application},
)
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def choose_cover(path: schemas.MaterialPath, body: schemas.CoverBody) -> Any:
    """Let an e-licence stand in for a material in this application, or upload it instead."""
    who = caller()
    spend(house(), CHANGES, who.citizen)
    document = covering.choose_cover(
        house(), who.citizen, path.id, material=path.material, use_licence=body.use_licence
    )
    return view.whole(house(), document, who.audience)
