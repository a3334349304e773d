"""The operators' inbox over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.errors import Problem
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath
from backend.operator import schemas
from backend.workbench.roles import Role
from intents import inbox, inbox_grouping, inbox_store
from intents.inbox import Label, Outcome
from intents.inbox_store import QUEUES, WAITING
from intents.operators import Operator, operator_of

blueprint = APIBlueprint(
    "operator-inbox", __name__, url_prefix="/api/v1/operator/inbox", abp_tags=[Tag(name="意图运营 operator")]
)
WHO = {Role.OPERATE}


@blueprint.get("/queues", summary="收件箱各队列有多少", responses={200: schemas.Queues})
@audience(Audience.STAFF, roles=WHO)
def read_queues() -> Any:
    """How many sentences wait in each queue, and how often they were said."""
    sizes = inbox_store.queue_sizes(house())
    rows = [
        {"id": one.value, "name": QUEUES[one], "entries": sizes["queues"][one], "times": sizes["times"][one]}
        for one in QUEUES
    ]
    return {"queues": rows, "states": sizes["states"]}


@blueprint.get("", summary="没听懂的句子", responses={200: schemas.EntryPage})
@audience(Audience.STAFF, roles=WHO)
def list_entries(query: schemas.InboxQuery) -> Any:
    """One page, the most frequent first; disputes are those of the state ``disputed``."""
    states = [query.state] if query.state else WAITING
    found = inbox_store.list_entries(house(), query, states=states, queue=query.queue, group=query.group)
    return found.view(inbox.view_entry)


@blueprint.get("/groups", summary="意思相近的句子", responses={200: schemas.GroupPage})
@audience(Audience.STAFF, roles=WHO)
def list_groups(query: schemas.GroupQuery) -> Any:
    """One page of groups, the most frequently said first."""
    return inbox_store.list_groups(house(), query, queue=query.queue).view(inbox.view_group)


@blueprint.post("/groups/<string:id>/split", summary="拆开一组", responses={200: schemas.Groups})
@audience(Audience.STAFF, roles=WHO)
def split_group(path: IdPath, body: schemas.SplitBody) -> Any:
    """Take some entries into a group of their own, or let the meaning decide."""
    found = inbox_grouping.split(house(), path.id, body.entries)
    return {"items": [inbox.view_group(one) for one in found]}


@blueprint.post("/labels", summary="标注", responses={200: schemas.Outcomes})
@audience(Audience.STAFF, roles=WHO)
def label(body: schemas.LabelBody) -> Any:
    """Say what sentences are. What a colleague labelled alike becomes an example of the draft."""
    given = Label(body.act, body.matter)
    return _told(inbox.label(house(), _who(), _chosen(body), given, why=body.why))


@blueprint.post("/confirmations", summary="确认同事的标注", responses={200: schemas.Outcomes})
@audience(Audience.STAFF, roles=WHO)
def confirm(body: schemas.ChosenBody) -> Any:
    """Agree with what a colleague said; one's own label cannot be confirmed."""
    return _told(inbox.confirm(house(), _who(), _chosen(body), why=body.why))


@blueprint.post("/ignore", summary="忽略", responses={200: schemas.Outcomes})
@audience(Audience.STAFF, roles=WHO)
def ignore(body: schemas.ChosenBody) -> Any:
    """Put sentences aside that nobody can learn from."""
    return _told(inbox.ignore(house(), _who(), _chosen(body), why=body.why))


@blueprint.post("/reopen", summary="重新拿出来", responses={200: schemas.Outcomes})
@audience(Audience.STAFF, roles=WHO)
def reopen(body: schemas.ChosenBody) -> Any:
    """Take sentences up again, without the labels they had."""
    return _told(inbox.reopen(house(), _who(), _chosen(body), why=body.why))


def _who() -> Operator:
    return operator_of(house(), caller())


def _chosen(body: schemas.Chosen) -> list[str]:
    if bool(body.entries) == bool(body.group):
        raise Problem("invalid-request", "请给出 entries 或 group，二者选一。")
    return body.entries or inbox.of_group(house(), body.group or "")


def _told(outcomes: list[Outcome]) -> dict[str, Any]:
    return {"items": [one.view() for one in outcomes]}
