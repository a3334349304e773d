"""The conversation as it is kept: one document a turn, scrubbed, replies by reference.

A turn carries where it left the conversation (language, what is expected, the prompt in focus), so
that one read finds it and one write changes it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

KEPT_DAYS = 180
# A conversation that fell silent begins anew, so that Rasa's trackers stay short.
SILENCE = timedelta(hours=12)
# For whoever takes their time nothing runs out: no question, no button.
PATIENCE = timedelta(days=30)
MOST_OFFERED = 40
TURNS = declare(
    "turns",
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
    Index([("citizen", 1), ("shown_prompt", 1)], unique=True, partial={"shown_prompt": {"$type": "string"}}),
    Index("created_at", ttl=KEPT_DAYS * 24 * 3600),
)
_STANDING = (
    *("conversation", "lang", "expecting", "prompt", "offered", "created_at"),
    *("replies", "page", "options", "more", "suggested"),
)


@dataclass(frozen=True)
class Standing:
    """Where a conversation stands: its id for Rasa, and what its last turn left open."""

    conversation: str
    lang: str = "zh"
    expecting: Document | None = None
    prompt: Document | None = None
    offered: list[dict[str, str]] = field(default_factory=list)
    # In the 长辈版: what was answered, which page of its choices was shown, and whether there are more.
    replies: list[Document] = field(default_factory=list)
    page: int = 0
    options: list[dict[str, str]] = field(default_factory=list)
    more: bool = False
    suggested: bool = False


def read_standing(house: House, citizen: str, *, now: datetime, patience: timedelta = SILENCE) -> Standing:
    """Where the citizen's conversation stands after its newest turn."""
    last = house.db[TURNS].find_one({"citizen": citizen}, _STANDING, sort=[("created_at", -1), ("_id", -1)])
    if last is None:
        return Standing(house.new_id())
    asleep = now - last["created_at"] > patience
    return Standing(
        conversation=house.new_id() if asleep else last["conversation"],
        lang=last["lang"],
        expecting=last["expecting"],
        prompt=last["prompt"],
        offered=last["offered"],
        replies=last.get("replies") or [],
        page=last.get("page") or 0,
        options=last.get("options") or [],
        more=bool(last.get("more")),
        suggested=bool(last.get("suggested")),
    )


def find_turn(house: House, citizen: str, turn: str) -> Document | None:
    """A citizen's own turn."""
    found = house.db[TURNS].find_one({"_id": turn, "citizen": citizen})
    return _opened(house, found) if found else None


def insert_turn(house: House, turn: Document) -> bool:
    """Store a turn; False when this one is stored already."""
    try:
        house.db[TURNS].insert_one(turn)
    except DuplicateKeyError:
        return False
    return True


def replace_turn(house: House, turn: Document) -> None:
    """Store a turn that was kept unanswered before."""
    house.db[TURNS].replace_one({"_id": turn["_id"], "citizen": turn["citizen"]}, turn, upsert=True)


def list_turns(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of the citizen's turns, newest first."""
    found = read_page(house.db[TURNS], {"citizen": citizen}, page)
    return Page([_opened(house, turn) for turn in found.items], found.next_cursor)


def list_between(
    house: House, citizen: str, page: PageQuery, *, since: datetime, until: datetime | None
) -> Page:
    """One page of the citizen's turns of some time, newest first."""
    bounds = {"$gte": since} | ({"$lte": until} if until else {})
    where = {"citizen": citizen, "created_at": bounds}
    found = read_page(house.db[TURNS], where, page)
    return Page([_opened(house, turn) for turn in found.items], found.next_cursor)


def newest_turn(house: House, citizen: str) -> str | None:
    """The id of the citizen's newest turn."""
    found = house.db[TURNS].find_one({"citizen": citizen}, {"_id": 1}, sort=[("created_at", -1), ("_id", -1)])
    return str(found["_id"]) if found else None


def has_shown(house: House, citizen: str, prompt: str) -> bool:
    """Whether a prompt already stands in the conversation."""
    shown: Any = house.db[TURNS].find_one({"citizen": citizen, "shown_prompt": prompt}, {"_id": 1})
    return shown is not None


def _opened(house: House, turn: Document) -> Document:
    """The turn with an agent's words opened; everybody else's are kept as they are read."""
    opened: Document = house.cipher.open(turn) if turn.get("by") == "agent" else turn
    return opened
