"""Asking for a person over HTTP, for citizens and for the assistant on their behalf."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.assistant.acquaintance import known_values
from backend.assistant.interjecting import Interjection, interject, standing_of
from backend.assistant.scrub import scrub
from backend.core.errors import Problem
from backend.core.events import commit
from backend.core.guard import Audience, audience, caller
from backend.core.house import House, house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath
from backend.handoff import leaving_word, line, rating, schemas, store
from backend.handoff.states import Reason, State
from backend.handoff.telling import Reply, ask_rating, told_after_asking, view_own
from backend.handoff.wording import words

blueprint = APIBlueprint(
    "handoff", __name__, url_prefix="/api/v1/chat/handoff", abp_tags=[Tag(name="转人工 hand-off")]
)
ASKING = Limit("handoff", count=30, seconds=600)


@blueprint.post("", summary="转人工", responses={200: schemas.Asked})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def ask(body: schemas.AskBody) -> Any:
    """Stand in the queue for a person; asking again tells how it stands. The open form is kept."""
    who, place = caller(), house()
    spend(place, ASKING, who.citizen)
    lang = body.lang or standing_of(place, who.citizen).lang
    request = line.Request(lang, Reason(body.reason), body.number)
    before = store.find_open(place, who.citizen)
    handoff = line.ask_for_person(place, who.citizen, request)
    replies = told_after_asking(place, handoff, lang)
    new = before is None or before["state"] != handoff["state"]
    # The assistant says it in its own turn; a button of the app leaves it in the conversation, too.
    if who.audience is Audience.CITIZEN and new:
        _say(place, who.citizen, replies)
    return view_own(place, handoff, lang) | {"replies": replies}


@blueprint.get("", summary="转人工排到哪了", responses={200: schemas.Standing})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def standing() -> Any:
    """The position and the expected wait, as they are now."""
    who, place = caller(), house()
    return view_own(place, store.find_open(place, who.citizen), standing_of(place, who.citizen).lang)


@blueprint.delete("", summary="不等了", responses={200: schemas.Standing})
@audience(Audience.CITIZEN, Audience.ASSISTANT)
def leave() -> Any:
    """Leave the queue, or the agent: the assistant has the conversation at once."""
    who, place = caller(), house()
    current = store.find_open(place, who.citizen)
    lang = standing_of(place, who.citizen).lang
    if current is None:
        raise Problem("move-not-allowed", words(lang, "not_waiting"))
    left = line.leave(place, current)
    if who.audience is Audience.CITIZEN:
        told = "left_agent" if current["state"] == State.ATTENDED.value else "left"
        replies: list[Reply] = [{"type": "text", "text": words(lang, told)}]
        if current["taken_at"]:
            replies.append(ask_rating(left, lang))
        _say(place, who.citizen, replies)
    return view_own(place, left, lang)


@blueprint.post("/message", summary="下班时间留言", responses={200: schemas.Standing})
@audience(Audience.CITIZEN)
def leave_message(body: schemas.MessageBody) -> Any:
    """Leave a message while nobody is there; the answer comes into the conversation and the messages."""
    who, place = caller(), house()
    spend(place, ASKING, who.citizen)
    lang = standing_of(place, who.citizen).lang
    if store.find_open(place, who.citizen) is None:
        line.ask_for_person(place, who.citizen, line.Request(lang))
    writing = leaving_word.begin(place, who.citizen)
    kept = leaving_word.keep(place, writing, scrub(body.text, known=known_values(place, who.citizen)))
    _say(place, who.citizen, [{"type": "text", "text": leaving_word.kept_words(place, lang)}])
    return view_own(place, kept, lang)


@blueprint.post("/<string:id>/rating", summary="评价人工服务", responses={200: schemas.Rated})
@audience(Audience.CITIZEN)
def rate(path: IdPath, body: schemas.RatingBody) -> Any:
    """Say how the conversation was, once; kept apart from the ratings of applications."""
    who, place = caller(), house()
    comment = scrub(body.comment, known=known_values(place, who.citizen)) if body.comment else ""
    rated = rating.rate(place, who.citizen, path.id, level=body.level, comment=comment)
    lang = standing_of(place, who.citizen).lang
    return {"id": rated["_id"], "level": rated["rating"], "text": rating.thanks(body.level, lang)}


def _say(place: House, citizen: str, replies: list[Reply]) -> None:
    commit(place, lambda unit: interject(place, unit, citizen, Interjection(replies)))
