"""Messages over HTTP."""

from typing import Any

from flask_openapi3 import APIBlueprint, Tag

from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.schemas import IdPath, PageQuery, ProblemDocument
from backend.messages import schemas, store
from backend.messages.telling import view_message

blueprint = APIBlueprint(
    "messages", __name__, url_prefix="/api/v1/messages", abp_tags=[Tag(name="消息 messages")]
)
OWNER = (Audience.CITIZEN, Audience.ASSISTANT)


@blueprint.get("", summary="我的消息", responses={200: schemas.MessagePage})
@audience(*OWNER)
def list_messages(query: PageQuery) -> Any:
    """A citizen's messages, newest first."""
    return store.list_own(house(), caller().citizen, query).view(view_message)


@blueprint.get("/unread-count", summary="未读消息数", responses={200: schemas.Unread})
@audience(*OWNER)
def count_unread() -> Any:
    """How many messages the citizen has not read."""
    return {"unread": store.count_unread(house(), caller().citizen)}


@blueprint.post(
    "/<string:id>/read", summary="标为已读", responses={200: schemas.Message, 404: ProblemDocument}
)
@audience(Audience.CITIZEN)
def read_message(path: IdPath) -> Any:
    """Mark one message as read; again changes nothing."""
    place = house()
    return view_message(store.mark_read(place, caller().citizen, path.id, place.clock.now()))
