"""Disputing a value of one's profile, and its owner department's answer, over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath
from backend.profiles import corrections, disputing, schemas
from backend.workbench.officer import Officer, reader_of
from backend.workbench.roles import Role

blueprint = APIBlueprint(
    "corrections", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="数据异议 corrections")]
)
DISPUTES = Limit("dispute", count=20, seconds=3600)
ANSWERING = {Role.HANDLE, Role.REVIEW, Role.DECIDE}


@blueprint.post("/me/corrections", summary="信息有误，提出异议", responses={201: schemas.Correction})
@audience(Audience.CITIZEN)
def dispute(body: schemas.DisputeBody) -> tuple[Any, int]:
    """Say that one value of one's profile is wrong; its owner answers within five working days."""
    who = caller().citizen
    spend(house(), DISPUTES, who)
    made = disputing.dispute_value(house(), who, path=body.path, should_be=body.should_be, note=body.note)
    return corrections.view_correction(made), 201


@blueprint.get("/me/corrections/<string:id>", summary="一条数据异议", responses={200: schemas.Correction})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def read_own(path: IdPath) -> Any:
    """Where one's correction stands, and the department's reason."""
    found = corrections.find_dispute(house(), path.id, citizen=caller().citizen)
    return corrections.view_correction(found)


@blueprint.get("/staff/corrections", summary="本部门要核实的数据异议", responses={200: schemas.DisputePage})
@audience(Audience.STAFF, roles=ANSWERING | {Role.SUPERVISE})
def list_disputes(query: schemas.DisputesQuery) -> Any:
    """What one's department has to answer, the nearest deadline first."""
    found = corrections.list_disputes(house(), caller().department, query.state, query)
    return found.view(disputing.view_row)


@blueprint.get(
    "/staff/corrections/<string:id>", summary="一条数据异议的内容", responses={200: schemas.Dispute}
)
@audience(Audience.STAFF, roles=ANSWERING)
def read_dispute(path: IdPath) -> Any:
    """One dispute with its values; written into the audit trail."""
    reader = reader_of(house(), Officer.of(caller()))
    return disputing.read_dispute(house(), reader, path.id)


@blueprint.post(
    "/staff/corrections/<string:id>/answer", summary="答复数据异议", responses={200: schemas.Dispute}
)
@audience(Audience.STAFF, roles=ANSWERING)
def answer(path: IdPath, body: schemas.AnswerBody) -> Any:
    """Whether the value was wrong; the citizen reads the reason."""
    reader = reader_of(house(), Officer.of(caller()))
    done = disputing.answer_dispute(house(), reader, path.id, accepted=body.accepted, reason=body.reason)
    return disputing.view_row(done)
