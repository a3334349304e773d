"""Opinions asked of other departments, and a department's templates, over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath
from backend.workbench import case_schemas as schemas
from backend.workbench import case_store, opinions, templates
from backend.workbench.officer import Officer
from backend.workbench.roles import CASE_ROLES, Role
from backend.workbench.showing import view_opinion

blueprint = APIBlueprint("desk", __name__, url_prefix="/api/v1/staff", abp_tags=[Tag(name="工作台 cases")])
ANSWERING = {Role.HANDLE, Role.REVIEW, Role.DECIDE, Role.SUPERVISE}


@blueprint.post("/cases/<string:id>/opinions", summary="征求别的部门意见", responses={201: schemas.Opinion})
@audience(Audience.STAFF, roles=CASE_ROLES)
def ask_opinion(path: IdPath, body: schemas.AskBody) -> tuple[Any, int]:
    """Ask for an opinion with a deadline; the decision waits for it."""
    asked = opinions.ask_opinion(house(), Officer.of(caller()), path.id, **body.model_dump())
    return view_opinion(house(), asked), 201


@blueprint.get("/opinions", summary="向本部门征求的意见", responses={200: schemas.OpinionPage})
@audience(Audience.STAFF, roles=ANSWERING)
def list_opinions(query: schemas.OpinionsQuery) -> Any:
    """What other departments ask of one's own, the nearest deadline first."""
    where = {"department": caller().department, "state": query.state}
    return case_store.list_opinions(house(), where, query).view(lambda one: view_opinion(house(), one))


@blueprint.post("/opinions/<string:id>/answer", summary="答复会签", responses={200: schemas.Opinion})
@audience(Audience.STAFF, roles=ANSWERING)
def answer_opinion(path: IdPath, body: schemas.OpinionBody) -> Any:
    """One's department's opinion."""
    done = opinions.answer_opinion(
        house(), Officer.of(caller()), path.id, opinion=body.opinion, text=body.text
    )
    return view_opinion(house(), done)


@blueprint.post("/opinions/<string:id>/withdraw", summary="收回会签", responses={200: schemas.Opinion})
@audience(Audience.STAFF, roles=CASE_ROLES)
def withdraw_opinion(path: IdPath, body: schemas.TakeBackBody) -> Any:
    """The opinion is not needed any more."""
    done = opinions.take_back(house(), Officer.of(caller()), path.id, reason=body.reason)
    return view_opinion(house(), done)


@blueprint.get("/templates", summary="本部门的模板", responses={200: schemas.TemplatePage})
@audience(Audience.STAFF, roles=CASE_ROLES)
def list_templates(query: schemas.TemplatesQuery) -> Any:
    """A department's templates, newest first."""
    where = {"kind": query.kind} if query.kind else {}
    found = case_store.list_templates(house(), caller().department, query, **where)
    return found.view(templates.view_template)


@blueprint.post("/templates", summary="新建模板", responses={201: schemas.Template})
@audience(Audience.STAFF, roles=CASE_ROLES)
def create_template(body: schemas.TemplateBody) -> tuple[Any, int]:
    """A new template for one's department."""
    made = templates.create_template(house(), Officer.of(caller()), **body.model_dump())
    return templates.view_template(made), 201


@blueprint.get("/templates/<string:id>", summary="一个模板", responses={200: schemas.Template})
@audience(Audience.STAFF, roles=CASE_ROLES)
def read_template(path: IdPath) -> Any:
    """One template of the department."""
    return templates.view_template(case_store.find_template(house(), caller().department, path.id))


@blueprint.put("/templates/<string:id>", summary="修改模板", responses={200: schemas.Template})
@audience(Audience.STAFF, roles=CASE_ROLES)
def change_template(path: IdPath, body: schemas.TemplateBody) -> Any:
    """Replace a template."""
    changed = templates.change_template(house(), Officer.of(caller()), path.id, body.model_dump())
    return templates.view_template(changed)


@blueprint.delete("/templates/<string:id>", summary="删除模板", responses={204: None})
@audience(Audience.STAFF, roles=CASE_ROLES)
def delete_template(path: IdPath) -> tuple[str, int]:
    """Remove a template."""
    case_store.delete_template(house(), caller().department, path.id)
    return "", 204


@blueprint.post("/templates/<string:id>/fill", summary="按办件填好模板", responses={200: schemas.FilledText})
@audience(Audience.STAFF, roles=CASE_ROLES)
def fill_template(path: IdPath, body: schemas.FillBody) -> Any:
    """The template's text for a case in one's hand."""
    return {"text": templates.fill_template(house(), Officer.of(caller()), path.id, body.case)}
