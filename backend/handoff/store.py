"""Hand-offs and the agents who are there: the only place that touches these collections."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from backend.core.errors import Problem, not_found
from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.handoff.states import OPEN, Move, NotAllowed, State, after

KEPT_DAYS = 2 * 366
HANDOFFS = declare(
    "handoffs",
    Index("citizen", unique=True, partial={"open": True}),
    Index([("state", 1), ("place", 1), ("_id", 1)]),
    Index([("agent", 1), ("state", 1), ("asked_at", -1), ("_id", -1)]),
    Index([("citizen", 1), ("asked_at", -1), ("_id", -1)]),
    Index([("ended_at", -1), ("taken_at", 1)]),
    Index([("rating", 1), ("asked_at", -1)], partial={"rating": {"$type": "int"}}),
    Index("asked_at", ttl=KEPT_DAYS * 24 * 3600),
)
PRESENT = declare("agents_present", Index("seen_at"))
CHANGED = "这个对话刚刚有变化，请刷新后再试。"
# A sign a second would be a write a second for each agent's open page.
SEEN_EVERY = timedelta(seconds=5)
RECENT = 20


def insert(house: House, unit: Unit, handoff: Document) -> None:
    """Store a new hand-off. Raises DuplicateKeyError while the citizen has an open one."""
    house.db[HANDOFFS].insert_one(handoff, session=unit.session)


def move(
    house: House, unit: Unit, handoff: Document, step: Move, /, *, also: Document | None = None, **sets: Any
) -> Document:
    """Make one move and tell of it; ``also`` are further update operators.

    Raises ``move-not-allowed``, and ``conflict`` when the hand-off moved meanwhile.
    """
    try:
        state = after(State(handoff["state"]), step)
    except NotAllowed as error:
        raise Problem("move-not-allowed", "这个对话现在不能这样做。", state=handoff["state"]) from error
    more = dict(also or {})
    counts = {"version": 1, **more.pop("$inc", {})}
    update = {"$set": {"state": state.value, "open": state in OPEN, **sets}, "$inc": counts, **more}
    changed = house.db[HANDOFFS].find_one_and_update(
        {"_id": handoff["_id"], "state": handoff["state"], "version": handoff["version"]},
        update,
        return_document=ReturnDocument.AFTER,
        session=unit.session,
    )
    if changed is None:
        raise Problem("conflict", CHANGED)
    tell_changed(unit, changed)
    return changed


def tell_changed(unit: Unit, handoff: Document) -> None:
    """Let everybody know who waits behind it, too."""
    unit.emit("handoff.changed", handoff=handoff["_id"], citizen=handoff["citizen"], state=handoff["state"])


def touch(house: House, unit: Unit, handoff: Document, agent: str, **sets: Any) -> bool:
    """Write to a hand-off without moving it, if the agent still has it; whether they have."""
    where = {"_id": handoff["_id"], "state": State.ATTENDED.value, "agent": agent}
    written = house.db[HANDOFFS].update_one(where, {"$set": sets}, session=unit.session)
    return written.matched_count == 1


def set_fields(house: House, handoff: str, where: Document, update: Document) -> Document | None:
    """Change a hand-off's other fields where ``where`` holds; the changed one, or None."""
    return house.db[HANDOFFS].find_one_and_update(
        {"_id": handoff, **where}, update, return_document=ReturnDocument.AFTER
    )


def find_open(house: House, citizen: str, session: ClientSession | None = None) -> Document | None:
    """The citizen's open hand-off."""
    return house.db[HANDOFFS].find_one({"citizen": citizen, "open": True}, session=session)


def find(house: House, handoff: str, session: ClientSession | None = None) -> Document:
    """A hand-off. Raises ``not-found``."""
    found = house.db[HANDOFFS].find_one({"_id": handoff}, session=session)
    if found is None:
        raise not_found("对话")
    return found


def find_own(house: House, citizen: str, handoff: str) -> Document:
    """A citizen's own hand-off. Raises ``not-found`` for another's as for none."""
    found = house.db[HANDOFFS].find_one({"_id": handoff, "citizen": citizen})
    if found is None:
        raise not_found("对话")
    return found


def count_messages(house: House, citizen: str) -> int:
    """How many messages of a citizen wait for an answer."""
    return house.db[HANDOFFS].count_documents({"citizen": citizen, "state": State.MESSAGE.value}, limit=100)


def position(house: House, handoff: Document) -> int:
    """The place in the queue of one who waits, from 1."""
    before = {"state": State.WAITING.value, "place": {"$lt": handoff["place"]}}
    tied = {"state": State.WAITING.value, "place": handoff["place"], "_id": {"$lt": handoff["_id"]}}
    return 1 + house.db[HANDOFFS].count_documents({"$or": [before, tied]})


def list_queue(house: House, states: Sequence[State], page: PageQuery) -> Page:
    """One page of who waits or left a message, the next one first."""
    where = {"state": {"$in": [state.value for state in states]}}
    return read_page(house.db[HANDOFFS], where, page, by="place", order=ASCENDING)


def list_of_agent(house: House, agent: str, states: Sequence[State], page: PageQuery) -> Page:
    """One page of the conversations that an agent has or had, newest first."""
    where = {"agent": agent, "state": {"$in": [state.value for state in states]}}
    return read_page(house.db[HANDOFFS], where, page, by="asked_at")


def waiting(house: House, *, limit: int) -> list[Document]:
    """Who waits, the next one first."""
    found = house.db[HANDOFFS].find({"state": State.WAITING.value})
    return list(found.sort([("place", 1), ("_id", 1)]).limit(limit))


def in_state(house: House, states: Sequence[State], **where: Any) -> list[Document]:
    """Some hand-offs in these states, for the sweep."""
    wanted = {"state": {"$in": [state.value for state in states]}, **where}
    return list(house.db[HANDOFFS].find(wanted).sort("place").limit(200))


def handled_seconds(house: House, *, since: datetime) -> list[float]:
    """How long the last conversations took, newest first."""
    where = {"ended_at": {"$gte": since}, "taken_at": {"$type": "date"}}
    found = house.db[HANDOFFS].find(where, {"taken_at": 1, "ended_at": 1}).sort("ended_at", -1).limit(RECENT)
    return [(one["ended_at"] - one["taken_at"]).total_seconds() for one in found]


def count_attended(house: House) -> dict[str, int]:
    """How many conversations each agent has."""
    rows = house.db[HANDOFFS].aggregate(
        [{"$match": {"state": State.ATTENDED.value}}, {"$group": {"_id": "$agent", "count": {"$sum": 1}}}]
    )
    return {str(row["_id"]): int(row["count"]) for row in rows}


def note_presence(house: House, agent: str, *, display: str, now: datetime) -> bool:
    """An agent gave a sign; whether it was written, as a sign a moment ago is as good."""
    try:
        written = house.db[PRESENT].update_one(
            {"_id": agent, "seen_at": {"$lt": now - SEEN_EVERY}},
            {"$set": {"seen_at": now, "display": display}},
            upsert=True,
        )
    except DuplicateKeyError:  # there already, and seen a moment ago
        return False
    if written.matched_count or written.upserted_id:
        where = {"agent": agent, "state": State.ATTENDED.value}
        house.db[HANDOFFS].update_many(where, {"$set": {"seen_at": now}})
        return True
    return False


def forget_presence(house: House, agent: str) -> None:
    """An agent went off duty."""
    house.db[PRESENT].delete_one({"_id": agent})


def present(house: House, *, since: datetime) -> list[Document]:
    """The agents seen since a moment: ``{_id, display, seen_at}``."""
    return list(house.db[PRESENT].find({"seen_at": {"$gte": since}}).sort("_id").limit(200))
