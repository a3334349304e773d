"""The stream over HTTP: server-sent events."""

from collections.abc import Iterator
from contextlib import ExitStack

import jwt
from flask import Response, current_app, request
from flask_openapi3 import APIBlueprint, Tag

from backend.accounts.ended import EndedSessions
from backend.core.errors import Problem
from backend.core.guard import Audience, Caller, audience, caller
from backend.core.house import house
from backend.core.schemas import ProblemDocument
from backend.stream.following import LONGEST, follow
from backend.stream.hub import hub
from backend.stream.publishing import valid_id

blueprint = APIBlueprint("stream", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="推送 stream")])
EXAMPLE = 'id: 1763863200000-0\nevent: application\ndata: {"id":"01k9v3…","state":"accepted"}\n\n'
EVENTS = {
    "description": "事件流：message、application、prompt、chat.turn、handoff；断线后带 Last-Event-ID 重连",
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
}


@blueprint.get("/stream", summary="实时推送", responses={200: EVENTS, 429: ProblemDocument})
@audience(Audience.CITIZEN)
def listen() -> Response:
    """What happens to the citizen, as it happens. Ends with the access token; connect again then."""
    place, who = house(), caller()
    now = place.clock.now()
    ends_at = now + LONGEST
    expires = _expiry()
    if expires is not None:
        ends_at = min(ends_at, type(now).fromtimestamp(expires, now.tzinfo))
    # Taken here: the frames are made outside of the application's context.
    ended: EndedSessions = current_app.extensions["ended_sessions"]
    held = ExitStack()
    # Taken before the answer begins, so that one listener too many gets a problem document.
    listener = held.enter_context(hub(place).listening(who.citizen))
    last_id = valid_id(request.headers.get("Last-Event-ID", ""))

    def frames() -> Iterator[str]:
        with held:
            yield from follow(
                place,
                listener,
                last_id=last_id,
                ends_at=ends_at,
                may_go_on=lambda: _still_signed_in(ended, who),
            )

    response = Response(frames(), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Accel-Buffering"] = "no"
    # A client that leaves before the first frame never starts the generator.
    response.call_on_close(held.close)
    return response


def _expiry() -> float | None:
    """When the token ends; the guard has checked its signature already."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    claims = jwt.decode(token, options={"verify_signature": False})
    return float(claims["exp"]) if "exp" in claims else None


def _still_signed_in(ended: EndedSessions, who: Caller) -> bool:
    try:
        ended.check(who)
    except Problem:
        return False
    return True
