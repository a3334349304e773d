"""The agents' side over HTTP. Any call is a sign that its agent is there."""

from datetime import timedelta
from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.audit.trail import Reader
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.guard import Audience, audience, caller
from backend.core.house import House, house
from backend.core.limits import Limit, spend
from backend.core.mongo import Document
from backend.core.paging import cut_page
from backend.core.schemas import IdPath, PageQuery
from backend.handoff import agent_schemas as schemas
from backend.handoff import attending, canned, leaving_word, presence, store, summary
from backend.handoff.figures import MOST_DAYS, by_day
from backend.handoff.states import State
from backend.handoff.suggesting import Suggestion, suggest
from backend.workbench.officer import Officer, reader_of
from backend.workbench.roles import Role

blueprint = APIBlueprint(
    "agent", __name__, url_prefix="/api/v1/agent", abp_tags=[Tag(name="人工坐席 agents")]
)
WHO = {Role.ATTEND}
SAYING = Limit("agent-says", count=120, seconds=60)
QUEUES = {
    "waiting": [State.WAITING],
    "message": [State.MESSAGE],
    "all": [State.WAITING, State.MESSAGE],
}
OVER = [State.RETURNED, State.ENDED, State.LEFT, State.ANSWERED]


@blueprint.get("/queue", summary="谁在等", responses={200: schemas.BriefPage})
@audience(Audience.STAFF, roles=WHO)
def queue(query: schemas.QueueQuery) -> Any:
    """Who waits and who left a message, the next one first."""
    place = _there()
    return store.list_queue(place, QUEUES[query.state], query).view(lambda one: summary.brief(place, one))


@blueprint.get("/conversations", summary="我手上的对话", responses={200: schemas.BriefPage})
@audience(Audience.STAFF, roles=WHO)
def mine(query: schemas.MineQuery) -> Any:
    """One's own conversations, newest first; poll it to see who wrote."""
    place = _there()
    states = [State.ATTENDED] if query.state == "attended" else OVER
    found = store.list_of_agent(place, caller().staff, states, query)
    return found.view(lambda one: summary.brief(place, one))


@blueprint.put("/presence", summary="我在", responses={204: None})
@audience(Audience.STAFF, roles=WHO)
def be_there() -> tuple[str, int]:
    """A sign from an agent who has nothing else to ask."""
    _there()
    return "", 204


@blueprint.delete("/presence", summary="我下线了", responses={204: None})
@audience(Audience.STAFF, roles=WHO)
def be_gone() -> tuple[str, int]:
    """Off duty: counts no more for the expected wait. Conversations in hand have to be given on before.

    Raises ``move-not-allowed`` while there are any.
    """
    place, agent = house(), caller().staff
    if store.count_attended(place).get(agent):
        raise Problem("move-not-allowed", "您手上还有对话，请先结束、交回或转给同事。")
    store.forget_presence(place, agent)
    return "", 204


@blueprint.get("/colleagues", summary="在线的同事", responses={200: schemas.Colleagues})
@audience(Audience.STAFF, roles=WHO)
def colleagues() -> Any:
    """Who is there and how many conversations they have: to whom one may hand over."""
    place = _there()
    attended = store.count_attended(place)
    rows = [
        {
            "id": one["_id"],
            "name": one["display"],
            "attending": attended.get(one["_id"], 0),
            "me": one["_id"] == caller().staff,
        }
        for one in presence.on_duty(place)
    ]
    return {"items": rows}


@blueprint.post("/conversations/<string:id>/take", summary="接起", responses={200: schemas.Conversation})
@audience(Audience.STAFF, roles=WHO)
def take(path: IdPath) -> Any:
    """Take somebody who waits; of two agents one gets them, the other ``conflict``."""
    place = _there()
    attending.take(place, path.id, caller().staff)
    return _whole(place, path.id)


@blueprint.get("/conversations/<string:id>", summary="对话概要", responses={200: schemas.Conversation})
@audience(Audience.STAFF, roles=WHO)
def read(path: IdPath) -> Any:
    """What it is about, how far the form is, the last turns, why it was handed over; values masked."""
    return _whole(_there(), path.id)


@blueprint.get("/conversations/<string:id>/turns", summary="对话内容", responses={200: schemas.TurnPage})
@audience(Audience.STAFF, roles=WHO)
def turns(path: IdPath, query: PageQuery) -> Any:
    """What was said, newest first, personal values hidden."""
    place = _there()
    return summary.read_turns(place, _readable(place, path.id), query).view(summary.turn_for_agent)


@blueprint.post("/conversations/<string:id>/messages", summary="说话", responses={201: schemas.Said})
@audience(Audience.STAFF, roles=WHO)
def say(path: IdPath, body: schemas.SayBody) -> tuple[Any, int]:
    """Say something to the citizen, on all of their devices."""
    place, agent = _there(), caller().staff
    spend(place, SAYING, agent)
    return {"turn": attending.speak(place, path.id, agent, attending.Words(body.text, body.id))}, 201


@blueprint.get(
    "/conversations/<string:id>/suggestions", summary="建议的回复", responses={200: schemas.Suggestions}
)
@audience(Audience.STAFF, roles=WHO)
def suggestions(path: IdPath, query: schemas.SuggestionsQuery) -> Any:
    """Sentences of the matters' own guides that answer what was asked, each with its source."""
    place = _there()
    found = _readable(place, path.id)
    question = query.q or summary.last_question(place, found)
    return {
        "items": [_suggestion(one) for one in suggest(question, _matter_of(place, found), most=query.limit)]
    }


@blueprint.get("/canned", summary="常用语", responses={200: schemas.CannedPage})
@audience(Audience.STAFF, roles=WHO)
def list_canned(query: schemas.CannedQuery) -> Any:
    """Canned answers that fit what was typed, filled in for a conversation."""
    place = _there()
    matter = _matter_of(place, _readable(place, query.conversation)) if query.conversation else None
    now = place.clock.now()
    rows = [one | {"at": now} for one in canned.find_canned(query.q, matter)]
    return cut_page(rows, query).view(lambda one: {key: one[key] for key in ("id", "title", "text")})


@blueprint.get("/conversations/<string:id>/notes", summary="备注", responses={200: schemas.NotePage})
@audience(Audience.STAFF, roles=WHO)
def notes(path: IdPath, query: PageQuery) -> Any:
    """What agents noted, the oldest first; the citizen never sees it."""
    place = _there()
    found = _readable(place, path.id)
    return cut_page(found["notes"], query).view(lambda one: summary.note_view(place, one))


@blueprint.post("/conversations/<string:id>/notes", summary="记备注", responses={201: schemas.NotePage})
@audience(Audience.STAFF, roles=WHO)
def add_note(path: IdPath, body: schemas.NoteBody) -> tuple[Any, int]:
    """Note something for colleagues."""
    place = _there()
    changed = attending.add_note(place, _readable(place, path.id), caller().staff, body.text)
    page = PageQuery(limit=100, cursor=None)
    return cut_page(changed["notes"], page).view(lambda one: summary.note_view(place, one)), 201


@blueprint.post("/conversations/<string:id>/transfer", summary="转给同事", responses={200: schemas.Brief})
@audience(Audience.STAFF, roles=WHO)
def transfer(path: IdPath, body: schemas.TransferBody) -> Any:
    """Hand the conversation to a colleague who is there."""
    place = _there()
    done = attending.transfer(place, path.id, caller().staff, to=body.to, why=body.why)
    return summary.brief(place, done)


@blueprint.post("/conversations/<string:id>/return", summary="交回助手", responses={200: schemas.Brief})
@audience(Audience.STAFF, roles=WHO)
def give_back(path: IdPath) -> Any:
    """Back to the assistant, which takes up the open form."""
    place = _there()
    return summary.brief(place, attending.give_back(place, path.id, caller().staff))


@blueprint.post("/conversations/<string:id>/end", summary="结束对话", responses={200: schemas.Brief})
@audience(Audience.STAFF, roles=WHO)
def end(path: IdPath) -> Any:
    """The matter is settled; the citizen is asked how it was."""
    place = _there()
    return summary.brief(place, attending.end(place, path.id, caller().staff))


@blueprint.post(
    "/conversations/<string:id>/phone", summary="看要回电的号码", responses={200: schemas.PhoneToCall}
)
@audience(Audience.STAFF, roles=WHO)
def phone(path: IdPath) -> Any:
    """The number of who asked to be called; the reading is in their audit trail."""
    place = _there()
    return {"phone": leaving_word.number_to_call(place, _readable(place, path.id), _reader(place))}


@blueprint.post("/conversations/<string:id>/answer", summary="答复留言", responses={200: schemas.Brief})
@audience(Audience.STAFF, roles=WHO)
def answer(path: IdPath, body: schemas.AnswerBody) -> Any:
    """Answer a message, once: in the conversation, and among the citizen's messages."""
    place = _there()
    found = _readable(place, path.id)
    return summary.brief(place, leaving_word.answer(place, found, caller().staff, body.text))


@blueprint.get("/figures", summary="人工服务统计", responses={200: schemas.FiguresList})
@audience(Audience.STAFF, roles={Role.ATTEND, Role.OPERATE})
def figures(query: schemas.FiguresQuery) -> Any:
    """A row a day: asked, taken, waits, reasons, what became of it, ratings."""
    today = city_date(house().clock.now())
    until = query.until or today
    since = query.since or until - timedelta(days=6)
    if not timedelta(0) <= until - since < timedelta(days=MOST_DAYS):
        raise Problem("invalid-request", f"请给出先后正确、不超过 {MOST_DAYS} 天的日期。")
    return {"items": by_day(house(), since=since, until=until)}


def _there() -> House:
    place = house()
    presence.give_sign(place, caller().staff)
    return place


def _reader(place: House) -> Reader:
    return reader_of(place, Officer.of(caller()))


def _readable(place: House, conversation: str) -> Document:
    return summary.read_handoff(place, _reader(place), conversation)


def _whole(place: House, conversation: str) -> dict[str, Any]:
    return summary.whole(place, _readable(place, conversation))


def _matter_of(place: House, found: Document) -> str | None:
    matter = summary.matter_of_conversation(place, found)
    return matter["id"] if matter else None


def _suggestion(one: Suggestion) -> dict[str, Any]:
    source = {"matter": one.matter.id, "name": one.matter.name, "part": one.part}
    return {"text": one.text, "source": source, "score": one.score}
