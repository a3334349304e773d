"""The chat over HTTP."""

from functools import partial
from typing import Any, cast

from flask import current_app
from flask_openapi3 import APIBlueprint, Tag

from backend.accounts.modes import claim_suggestion, read_listener
from backend.accounts.tokens import Signer
from backend.assistant import schemas
from backend.assistant.acquaintance import known_values
from backend.assistant.hearing import city_sounds, hear
from backend.assistant.history import read_history, read_turn
from backend.assistant.own_records import OwnRecords
from backend.assistant.rasa import rasa_at
from backend.assistant.turn import Desk, Message, take_turn
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.limits import Limit, spend
from backend.core.schemas import IdPath, PageQuery, ProblemDocument
from backend.handoff.owning import answer_instead
from backend.stream.publishing import tell_turn

blueprint = APIBlueprint("assistant", __name__, url_prefix="/api/v1/chat", abp_tags=[Tag(name="对话 chat")])
# One a second on average; a burst is welcome, as the line answers one after another anyway.
MESSAGES = Limit("chat", count=600, seconds=600)


@blueprint.post(
    "/messages",
    summary="说一句话，或点一个按钮",
    responses={200: schemas.Answered, 409: ProblemDocument, 429: ProblemDocument, 503: ProblemDocument},
)
@audience(Audience.CITIZEN)
def say(body: schemas.MessageBody) -> Any:
    """Take one turn with the assistant. The same ``id`` again gives the same replies."""
    who, place = caller(), house()
    spend(place, MESSAGES, who.citizen)
    signer = cast(Signer, current_app.extensions["signer"])
    rasa = rasa_at(place.settings.bot_url, place.settings.bot_token.get_secret_value())
    desk = Desk(
        place,
        signer,
        rasa,
        known=partial(known_values, place),
        records=partial(OwnRecords, place),
        listener=partial(read_listener, place),
        may_suggest=partial(claim_suggestion, place),
        hear=partial(hear, sounds=city_sounds()),
        instead=partial(answer_instead, place),
        tell=partial(tell_turn, place),
    )
    return take_turn(desk, who, Message(text=body.text, choice=body.choice, client_id=body.id))


@blueprint.get("/messages", summary="对话记录", responses={200: schemas.History})
@audience(Audience.CITIZEN)
def history(query: PageQuery) -> Any:
    """The conversation so far, newest first, with personal values hidden."""
    return read_history(house(), caller().citizen, query)


@blueprint.get("/messages/<string:id>", summary="对话中的一轮", responses={200: schemas.PastTurn})
@audience(Audience.CITIZEN)
def one_turn(path: IdPath) -> Any:
    """One turn, for the device that heard of it by the stream (``chat.turn``)."""
    return read_turn(house(), caller().citizen, path.id)
