"""Cases over HTTP: the queue, the actions, the file, comments and trail."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag

from backend.core.errors import Problem
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.idempotency import Answer, once
from backend.core.schemas import IdPath, PageQuery
from backend.files.downloads import as_download
from backend.workbench import case_schemas as schemas
from backend.workbench import case_store, commenting, files, person, showing
from backend.workbench.acting import act
from backend.workbench.batch import act_on_each
from backend.workbench.handing import WRONG_CODE
from backend.workbench.officer import Officer, find_case
from backend.workbench.queue import Wanted, list_queue
from backend.workbench.roles import CASE_ROLES, Role

blueprint = APIBlueprint(
    "cases", __name__, url_prefix="/api/v1/staff/cases", abp_tags=[Tag(name="工作台 cases")]
)


@blueprint.get("", summary="待办", responses={200: schemas.CasePage})
@audience(Audience.STAFF, roles=CASE_ROLES)
def list_cases(query: schemas.QueueQuery) -> Any:
    """The queue, the day promised first; supervisors see their whole department."""
    wanted = Wanted(
        whose=query.whose,
        state=query.state.value if query.state else "",
        matter=query.matter or "",
        light=query.light or "",
        due_before=query.due_before,
        number=(query.number or "").strip(),
        closed=query.closed,
        to_collect=query.to_collect,
    )
    return list_queue(house(), Officer.of(caller()), wanted, query).view(showing.row)


@blueprint.post("/batch", summary="批量办理", responses={200: schemas.BatchResult})
@audience(Audience.STAFF, roles=CASE_ROLES)
def act_on_many(header: schemas.KeyHeader, body: schemas.BatchBody) -> Any:
    """The same action on up to fifty cases, each with its own outcome."""
    officer = Officer.of(caller())
    return act_on_each(house(), officer, body.cases, body.order(), key=header.idempotency_key)


@blueprint.get("/<string:id>", summary="办件详情", responses={200: schemas.Case})
@audience(Audience.STAFF, roles=CASE_ROLES)
def read_case(path: IdPath) -> Any:
    """A case; in full only for who holds it, which is written into the audit trail."""
    officer = Officer.of(caller())
    return showing.show_case(house(), officer, find_case(house(), officer, path.id))


@blueprint.post("/<string:id>/actions", summary="办理一步", responses={200: schemas.CaseRow})
@audience(Audience.STAFF, roles=CASE_ROLES)
def act_on_one(path: IdPath, header: schemas.KeyHeader, body: schemas.ActionBody) -> Response:
    """Do one thing with a case. The same Idempotency-Key replays the first answer."""
    officer, order = Officer.of(caller()), body.order()

    def work() -> Answer:
        changed = act(house(), officer, path.id, order)
        return Answer(showing.row(changed), 200)

    done = once(
        house(),
        who=officer.mark,
        what="case-action",
        key=header.idempotency_key,
        body={"case": path.id, "order": body.model_dump(mode="json")},
        work=work,
    )
    return _answered(done)


@blueprint.post("/<string:id>/hand-over", summary="凭取件码交付", responses={200: schemas.CaseRow})
@audience(Audience.STAFF, roles={Role.HANDLE})
def hand_over(path: IdPath, header: schemas.KeyHeader, body: schemas.HandOverBody) -> Response:
    """Give out what lies at the window; five wrong codes stop the code. Under one key a try counts once."""
    officer, order = Officer.of(caller()), body.order()

    def work() -> Answer:
        try:
            return Answer(showing.row(act(house(), officer, path.id, order)), 200)
        except Problem as problem:
            if problem.kind.slug != WRONG_CODE:
                raise
            return Answer(problem.document(), problem.kind.status)

    done = once(
        house(),
        who=officer.mark,
        what="hand-over",
        key=header.idempotency_key,
        # Its print is kept for a day: not of so short a code itself.
        body={"case": path.id, "code": house().cipher.blind(body.code), "version": body.version},
        work=work,
    )
    return _answered(done)


@blueprint.post("/<string:id>/person", summary="查看申请人的档案", responses={200: schemas.PersonFile})
@audience(Audience.STAFF, roles=CASE_ROLES)
def open_person(path: IdPath, body: schemas.PersonBody) -> Any:
    """The applicant's facts, for a stated reason; their owner sees that it was opened, and why."""
    return person.open_file(house(), Officer.of(caller()), path.id, reason=body.reason, note=body.note)


@blueprint.get("/<string:id>/materials/<string:material>", summary="查看上传的材料", responses={200: None})
@audience(Audience.STAFF, roles=CASE_ROLES)
def read_material(path: schemas.MaterialPath) -> Response:
    """An uploaded file of a case in one's hand."""
    found = files.open_material(house(), Officer.of(caller()), path.id, path.material)
    return as_download(found.pieces, name=found.name, media_type=found.media_type, size=found.size)


@blueprint.get("/<string:id>/comments", summary="内部备注", responses={200: schemas.Notes})
@audience(Audience.STAFF, roles=CASE_ROLES)
def list_comments(path: IdPath, query: PageQuery) -> Any:
    """What colleagues wrote about a case, newest first."""
    case = find_case(house(), Officer.of(caller()), path.id)
    return case_store.list_comments(house(), case["_id"], query).view(
        lambda one: commenting.view_comment(house(), one)
    )


@blueprint.post("/<string:id>/comments", summary="写内部备注", responses={201: schemas.Notes})
@audience(Audience.STAFF, roles=CASE_ROLES)
def add_comment(path: IdPath, body: schemas.CommentBody) -> tuple[Any, int]:
    """Write about a case to one's colleagues."""
    made = commenting.add_comment(house(), Officer.of(caller()), path.id, body.text)
    return {"items": [commenting.view_comment(house(), made)], "next_cursor": None}, 201


@blueprint.get("/<string:id>/trail", summary="办理留痕", responses={200: schemas.Notes})
@audience(Audience.STAFF, roles=CASE_ROLES)
def list_trail(path: IdPath, query: PageQuery) -> Any:
    """Everything that was done with a case, newest first."""
    case = find_case(house(), Officer.of(caller()), path.id)
    return case_store.list_trail(house(), case["_id"], query).view(
        lambda line: showing.view_line(house(), line)
    )


def _answered(done: Answer) -> Response:
    response = jsonify(done.body)
    response.status_code = done.status
    if done.status >= HTTPStatus.BAD_REQUEST:
        response.content_type = "application/problem+json"
    if done.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
