"""Applications over HTTP."""

from typing import Any

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from backend.applications import applicant, applying, bundle_view, bundling, materials, schemas, store, view
from backend.assistant.vault import read_said
from backend.core.errors import Problem
from backend.core.events import Unit
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.idempotency import Answer, Key, replayed
from backend.core.limits import Limit, spend
from backend.core.mongo import Document
from backend.core.paging import cut_page
from backend.core.schemas import IdPath, LongPageQuery
from backend.delegations import principals
from backend.delegations.principals import Right
from backend.files.leftovers import let_go
from backend.matters.catalogue import catalogue

blueprint = APIBlueprint(
    "applications", __name__, url_prefix="/api/v1/applications", abp_tags=[Tag(name="办件 applications")]
)
DRAFTS = Limit("draft", count=30, seconds=60)
UPLOADS = Limit("upload", count=30, seconds=60)
OWNER = (Audience.CITIZEN, Audience.ASSISTANT)


@blueprint.post(
    "", summary="新建办件草稿（已预填）", responses={201: schemas.Application, 200: schemas.Application}
)
@audience(*OWNER)
def create(body: schemas.DraftBody) -> tuple[Any, int]:
    """Open a prefilled draft, or return the open one of the same matter with 200."""
    who = caller()
    spend(house(), DRAFTS, who.citizen)
    channel = "chat" if who.audience is Audience.ASSISTANT else "app"
    right = principals.authorise(house(), who.citizen, body.principal, catalogue().get(body.matter))
    document, new = applying.open_draft(
        house(),
        right.principal,
        body.matter,
        channel=channel,
        prompt=body.prompt,
        agent=right.document(),
        organisation=right.principal if right.right is Right.MEMBERSHIP else None,
    )
    return view.whole(house(), document, who.audience), 201 if new else 200


@blueprint.get("", summary="我的办件", responses={200: schemas.ApplicationPage})
@audience(*OWNER)
def list_applications(query: schemas.ApplicationsQuery) -> Any:
    """A citizen's applications, newest first."""
    where = {key: value for key, value in (("state", query.state), ("matter", query.matter)) if value}
    return applicant.list_own(house(), caller().citizen, query, **where).view(view.brief)


@blueprint.get("/<string:id>", summary="办件详情", responses={200: schemas.Application})
@audience(*OWNER)
def read(path: IdPath) -> Any:
    """Everything about one application."""
    who = caller()
    return view.view(house(), who.citizen, path.id, who.audience)


@blueprint.patch("/<string:id>", summary="填写字段", responses={200: schemas.Application})
@audience(*OWNER)
def fill_in(path: IdPath, body: schemas.FieldsBody) -> Any:
    """Set fields; all are checked before any is kept."""
    who = caller()
    document = applying.fill_in(house(), who.citizen, path.id, body.fields)
    return view.whole(house(), document, who.audience)


@blueprint.get("/<string:id>/next", summary="下一步", responses={200: schemas.NextStep})
@audience(*OWNER)
def next_step(path: IdPath, query: schemas.LangQuery) -> Any:
    """What comes next for this application."""
    who = caller()
    step = view.next_view(house(), who.citizen, path.id, query.lang)
    return view.without_personal_values(step) if who.audience is Audience.ASSISTANT else step


@blueprint.post("/<string:id>/answers", summary="回答一个问题", responses={200: schemas.Answered})
@audience(*OWNER)
def answer(path: IdPath, body: schemas.AnswerBody) -> Any:
    """Read a field's value out of what was said."""
    who = caller()
    said = body.said if body.turn is None else read_said(house(), who.citizen, body.turn)
    if said is None:
        raise Problem("invalid-request", "请给出 said 或 turn。")
    heard = applying.answer(house(), who.citizen, path.id, name=body.field, said=said, lang=body.lang)
    step = view.shown_step(applying.next_step(house(), heard.document, lang=body.lang))
    if who.audience is Audience.ASSISTANT:
        step = view.without_personal_values(step)
    named = view.field_names(house(), heard.document, [heard.name, *heard.also], lang=body.lang)
    return {"accepted": named[0] | {"also": named[1:]}, "next": step}


@blueprint.post("/<string:id>/submit", summary="提交", responses={200: schemas.Application})
@audience(*OWNER)
def submit(path: IdPath, header: schemas.SubmitHeader) -> Response:
    """File the application. The same Idempotency-Key replays the first answer for 24 hours."""
    who, said = caller(), header.idempotency_key
    key = Key.of(who=who.citizen, what="submit", key=said, body={"application": path.id})
    kept: list[Answer] = []

    def keep(unit: Unit, submitted: Document, ready: applying.Ready) -> None:
        kept[:] = [Answer(view.whole(house(), submitted, who.audience, ready=ready), 200)]
        key.keep(house(), unit, kept[0])

    def work() -> Answer | None:
        applying.submit(house(), who.citizen, path.id, key=said, also=keep)
        return kept[0] if kept else None

    done = replayed(house(), key, work) or Answer(view.view(house(), who.citizen, path.id, who.audience), 200)
    response = Response(done.text, done.status, mimetype="application/json")
    if done.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@blueprint.post("/<string:id>/withdraw", summary="撤回", responses={200: schemas.Application})
@audience(*OWNER)
def withdraw(path: IdPath, body: schemas.WithdrawBody) -> Any:
    """Take the application back while it is not decided."""
    who = caller()
    document = bundling.withdraw_whole(house(), who.citizen, path.id, reason=body.reason)
    return view.whole(house(), document, who.audience)


@blueprint.post("/<string:id>/materials", summary="上传材料", responses={201: schemas.Uploaded})
@audience(Audience.CITIZEN)
def upload(path: IdPath, form: schemas.UploadForm) -> tuple[Any, int]:
    """Upload one file for one material."""
    who = caller()
    spend(house(), UPLOADS, who.citizen)
    content = request.files["file"].stream.read(materials.MOST_BYTES + 1)
    kept = materials.upload(
        house(),
        who.citizen,
        path.id,
        material=form.material,
        name=form.file.filename or "",
        content=content,
    )
    return kept, 201


@blueprint.post(
    "/<string:id>/materials/<string:material>/leave-out",
    summary="补正时先不交一份材料",
    responses={200: schemas.LeftOut},
)
@audience(*OWNER)
def leave_out(path: schemas.MaterialPath, query: schemas.LangQuery) -> Any:
    """Go on without a material that a correction asks for, where it is optional or may follow (容缺)."""
    return materials.leave_out(house(), caller().citizen, path.id, path.material, query.lang)


@blueprint.get("/<string:id>/timeline", summary="办理进度", responses={200: schemas.Timeline})
@audience(*OWNER)
def timeline(path: IdPath, query: LongPageQuery) -> Any:
    """One page of what happened to the application, oldest first."""
    document = view.latest(house(), caller().citizen, path.id)
    page = cut_page(document["timeline"], query)
    return {"state": document["state"]} | page.view(view.timeline_line)


@blueprint.get("/<string:id>/picture", summary="一件事进度图（SVG）", responses={200: None})
@audience(*OWNER)
def picture(path: IdPath) -> Response:
    """A bundle's progress as one picture."""
    drawn = bundle_view.picture(house(), caller().citizen, path.id)
    return Response(drawn, mimetype="image/svg+xml")


@blueprint.delete("/<string:id>", summary="删除草稿", responses={204: None})
@audience(*OWNER)
def delete(path: IdPath) -> tuple[str, int]:
    """Delete a draft; what was filed is withdrawn instead."""
    who = caller()
    document = view.latest(house(), who.citizen, path.id)
    if not store.delete_draft(house(), document["citizen"], path.id):
        raise Problem("move-not-allowed", "已提交的办件不能删除，可以撤回。", state=document["state"])
    let_go(house(), [one["file"] for one in document["uploads"]])
    return "", 204
