"""What stands in a conversation besides messages and their answers: an agent's words, a notice.

Such a turn asks for nothing: what was open before stays open.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.assistant import store
from backend.assistant.store import Standing
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document

AGENT, ASSISTANT = "agent", "assistant"


@dataclass(frozen=True)
class Interjection:
    """Replies, by reference, of an agent or of the assistant itself; ``id`` where the speaker chose one."""

    replies: Sequence[dict[str, Any]]
    by: str = ASSISTANT
    id: str | None = None
    content: str = ""


def standing_of(house: House, citizen: str) -> Standing:
    """Where a citizen's conversation stands now."""
    return store.read_standing(house, citizen, now=house.clock.now())


def interject(house: House, unit: Unit, citizen: str, said: Interjection) -> str:
    """Put a turn into the conversation, told to every device of the citizen when it is committed.

    An agent's words are kept sealed: they may name what nobody else should read. Returns the turn's id;
    raises DuplicateKeyError for an id that stands there already.
    """
    standing = standing_of(house, citizen)
    turn = said.id or house.new_id()
    sealed = [_sealed(house, reply) if said.by == AGENT else reply for reply in said.replies]
    document: Document = {
        "_id": turn,
        "citizen": citizen,
        "conversation": standing.conversation,
        "by": said.by,
        "print": house.cipher.blind(said.content) if said.content else "",
        "text": None,
        "choice": None,
        "title": None,
        "lang": standing.lang,
        "replies": sealed,
        "answered": True,
        "expecting": standing.expecting,
        # A yes that follows may be to this: the prompt before it is no longer fresh.
        "prompt": {**standing.prompt, "fresh": False} if standing.prompt else None,
        "offered": [*_buttons(said.replies), *standing.offered][: store.MOST_OFFERED],
        "created_at": unit.now,
    }
    house.db[store.TURNS].insert_one(document, session=unit.session)
    unit.emit("chat.turn", citizen=citizen, turn=turn, by=said.by)
    return turn


def was_said(house: House, citizen: str, turn: str, content: str) -> bool:
    """Whether a turn stands in the conversation and says exactly this."""
    kept = store.find_turn(house, citizen, turn)
    return bool(kept and kept["print"] == house.cipher.blind(content))


def turn_id(speaker: str, client_id: str) -> str:
    """The turn that a speaker's own id for a message leads to, whichever process asks.

    >>> turn_id("agent:a", "1") == turn_id("agent:a", "1") != turn_id("agent:b", "1")
    True
    """
    return hashlib.sha256(f"{speaker}\0{client_id}".encode()).hexdigest()[:32]


def _sealed(house: House, reply: dict[str, Any]) -> dict[str, Any]:
    return reply | {"text": house.cipher.encrypt(reply["text"])}


def _buttons(replies: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    return [dict(choice) for reply in replies for choice in reply.get("choices", [])]
