"""Putting events where every web process finds them: a short Valkey stream for each citizen, and a nudge."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import redis

from backend.core.house import House
from backend.core.logs import logger

CHANNEL = "stream:nudges"
TURN = "chat.turn"
KEPT = 200
KEPT_FOR = timedelta(hours=2)
BEGINNING = "0-0"
_ID = re.compile(r"\d{1,16}-\d{1,10}")


@dataclass(frozen=True)
class StreamEvent:
    """One event of a citizen's stream."""

    id: str
    event: str
    data: dict[str, Any]

    def frame(self) -> str:
        """The event as server-sent events are written."""
        data = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return f"id: {self.id}\nevent: {self.event}\ndata: {data}\n\n"


def publish(house: House, citizen: str, event: str, data: dict[str, Any]) -> str:
    """Add an event to a citizen's stream and wake who listens. Data holds ids, never personal data."""
    key = _key(house, citizen)
    pipe = house.valkey.pipeline(transaction=False)
    pipe.xadd(key, {"event": event, "data": json.dumps(data)}, maxlen=KEPT, approximate=True)
    pipe.expire(key, KEPT_FOR)
    pipe.publish(channel(house), citizen)
    return str(pipe.execute()[0])


def tell_turn(house: House, citizen: str, turn: str, *, by: str = "citizen") -> None:
    """Tell the citizen's devices of a turn that is stored. Whoever said it has the answer already, so a
    broker that is away costs only the others' being in step, until they look at the history."""
    try:
        publish(house, citizen, TURN, {"id": turn, "by": by})
    except redis.RedisError as error:
        logger().warning("stream.broker-silent", error=type(error).__name__, turn=turn)


def read_after(house: House, citizen: str, last_id: str, *, count: int = KEPT) -> list[StreamEvent]:
    """A citizen's events after an id, oldest first."""
    rows = house.valkey.xrange(_key(house, citizen), min=f"({last_id}", count=count)
    return [
        StreamEvent(str(row_id), str(fields["event"]), json.loads(fields["data"]))
        for row_id, fields in cast(list[tuple[str, dict[str, str]]], rows)
    ]


def newest_id(house: House, citizen: str) -> str:
    """The id of a citizen's newest event, or the one before all."""
    rows = cast(list[tuple[str, Any]], house.valkey.xrevrange(_key(house, citizen), count=1))
    return str(rows[0][0]) if rows else BEGINNING


def valid_id(text: str) -> str | None:
    """A ``Last-Event-ID`` that came from us, or None.

    >>> valid_id("1763863200000-0"), valid_id("12; DROP")
    ('1763863200000-0', None)
    """
    return text if _ID.fullmatch(text) else None


def channel(house: House) -> str:
    """Where nudges go; two products on one broker do not wake each other."""
    return f"{house.settings.database}:{CHANNEL}"


def _key(house: House, citizen: str) -> str:
    return f"{house.settings.database}:stream:{citizen}"
