"""The sentences that the assistant learns from, over HTTP: changes, history, files in and out, a try."""

from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from backend.core.errors import Problem
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath
from backend.operator import schemas
from backend.workbench.roles import Role
from intents import edits, edits_store, exchange, importing, lint, trying
from intents.draft_rules import Edit
from intents.edits import Reason, Wish
from intents.operators import Operator, operator_of

blueprint = APIBlueprint(
    "operator-data", __name__, url_prefix="/api/v1/operator", abp_tags=[Tag(name="意图运营 operator")]
)
WHO = {Role.OPERATE}
TRIES = Limit("operator-try", count=10, seconds=60)
IMPORTS = Limit("operator-import", count=20, seconds=60)
TRYING = "operator:trying"


@blueprint.get("/sentences", summary="草稿里的句子", responses={200: schemas.SentencePage})
@audience(Audience.STAFF, roles=WHO)
def list_sentences(query: schemas.SentencesQuery) -> Any:
    """The shipped sentences with every change on top, in their own order."""
    begin = _place(query.cursor)
    rows = list(exchange.rows_of(edits.read_draft(house()).sentences, matter=query.matter, act=query.act))
    part = rows[begin : begin + query.limit]
    end = begin + len(part)
    items = [{"text": row.text, "act": row.act, "matter": row.matter} for row in part]
    return {"items": items, "next_cursor": str(end) if end < len(rows) else None}


@blueprint.get("/edits", summary="全部改动合起来", responses={200: schemas.Edits})
@audience(Audience.STAFF, roles=WHO)
def read_edits() -> Any:
    """What operators changed on top of the shipped sentences, as the assistant takes it."""
    last, effective = edits_store.last_number(house()), edits.effective_edits(house())
    return {"hash": edits.hash_of(effective), "last_change": last, "edits": effective}


@blueprint.get("/changes", summary="改动历史", responses={200: schemas.ChangePage})
@audience(Audience.STAFF, roles=WHO)
def list_changes(query: schemas.HistoryQuery) -> Any:
    """Who changed what, when and why; newest first."""
    return edits.history(house(), query, matter=query.matter, act=query.act).view(edits.view_change)


@blueprint.post("/changes", summary="改一句", responses={201: schemas.Change})
@audience(Audience.STAFF, roles=WHO)
def change(body: schemas.ChangeBody) -> tuple[Any, int]:
    """Add or remove an example, a name or an ambiguous word. The assistant learns of it when published."""
    wish = Wish(body.deed, Edit(body.kind, body.text, body.matter, body.act))
    [made] = edits.change(house(), _who(), [wish], Reason(body.why))
    return edits.view_change(made), 201


@blueprint.post("/changes/<string:id>/undo", summary="撤销一处改动", responses={201: schemas.Change})
@audience(Audience.STAFF, roles=WHO)
def undo(path: IdPath, body: schemas.UndoBody) -> tuple[Any, int]:
    """Put a sentence back to how it stood before one change."""
    return edits.view_change(edits.undo(house(), _who(), path.id, why=body.why)), 201


@blueprint.post("/import", summary="导入句子", responses={200: schemas.Imported})
@audience(Audience.STAFF, roles=WHO)
def import_sentences(form: schemas.ImportForm) -> Any:
    """See what an import would do, or do it: all rows, or with ``partial`` the good ones."""
    who = _who()
    spend(house(), IMPORTS, who.id)
    rows = exchange.read(form.file.read(exchange.MOST_BYTES + 1), form.format)
    plan = importing.plan(house(), rows)
    if not form.dry_run:
        importing.take(house(), who, plan, why=form.why, partial=form.partial)
    return plan.view(done=not form.dry_run)


@blueprint.get("/export", summary="导出句子", responses={200: None})
@audience(Audience.STAFF, roles=WHO)
def export_sentences(query: schemas.ExportQuery) -> Response:
    """The draft's sentences as a file."""
    rows = exchange.rows_of(edits.read_draft(house()).sentences, matter=query.matter, act=query.act)
    ending = next(ending for ending, form in exchange.ENDINGS.items() if form is query.format)
    headers = {"Content-Disposition": f'attachment; filename="sentences{ending}"'}
    content = exchange.write(rows, query.format)
    return Response(content, content_type=exchange.MEDIA_TYPES[query.format], headers=headers)


@blueprint.get("/lint", summary="检查草稿", responses={200: schemas.Findings})
@audience(Audience.STAFF, roles=WHO)
def check_draft() -> Any:
    """What is wrong with the draft's sentences: duplicates, conflicts, leaks, personal data, thin intents."""
    found = lint.check(edits.effective_edits(house()))
    return {"errors": found.errors, "warnings": found.warnings}


@blueprint.post("/try", summary="试读一句", responses={200: schemas.TriedSentence})
@audience(Audience.STAFF, roles=WHO)
def try_sentence(body: schemas.TryBody) -> Any:
    """Read a sentence with the draft as it is now; takes some seconds."""
    spend(house(), TRIES, caller().staff)
    # A reader takes some 400 MB while it reads: one at a time.
    if not house().valkey.set(TRYING, "1", nx=True, ex=int(trying.PATIENCE) + 5):
        raise Problem("request-in-progress", "正在试读另一句，请稍后再试。")
    try:
        return trying.try_sentence(house(), body.text).view()
    finally:
        house().valkey.delete(TRYING)


def _who() -> Operator:
    return operator_of(house(), caller())


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit()):
        raise Problem("invalid-request", "cursor 无效，请使用上一页返回的 next_cursor。")
    return int(cursor)
