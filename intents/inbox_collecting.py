"""Finds among the stored turns the sentences worth a look, and counts them into the inbox.

Beside the turns, never within one: a citizen waits for no operator.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from backend.assistant.scrub import scrub
from backend.assistant.store import TURNS
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare_more
from bot.components.wording import only_placeholders, topic
from intents.inbox_store import Reason, Said, count_in, move_position, read_position
from intents.lint import normalised

# Where a person answered: {citizen, conversation, rating: 1 to 5 or none, created_at}.
HANDOFFS = "handoffs"
declare_more(HANDOFFS, Index([("rating", 1), ("created_at", -1)], partial={"rating": {"$type": "number"}}))
# A turn's moment is taken just before it is stored: what is younger may still come in between.
SETTLED_AFTER = timedelta(seconds=5)
MOST_TURNS = 500
MOST_OF_A_CONVERSATION = 20
AFTERWARDS = timedelta(minutes=30)
LOW_CONFIDENCE = 0.5
LONGEST_SAID = 300
POOR_RATING = 2
RATED_WITHIN = timedelta(days=30)
MATTER_ACTS = frozenset({"do_matter", "ask_matter"})
# Answers to a question: values of somebody's form, or words that mean nothing without the question.
ANSWERS = frozenset({"supply_value", "choose", "confirm", "deny"})
NOT_THE_CAUSE = ANSWERS | {"ask_person", "insult", "greet", "thank", "goodbye"}
_PLACEHOLDER = re.compile(r"(⟦[a-z_-]+⟧)")


def collect(house: House) -> int:
    """Look at the turns since the last time; returns how many sentences were counted in."""
    counted = 0
    while turns := _next_turns(house):
        counted += sum(count_in(house, one) for turn in turns for one in sayings(house, turn))
        move_position(house, "turns", _place(turns[-1]))
        if len(turns) < MOST_TURNS:
            break
    counted += sum(count_in(house, one) for one in _of_bad_conversations(house))
    if counted:
        logger().info("inbox.collected", sentences=counted)
    return counted


def sayings(house: House, turn: Document) -> Iterator[Said]:
    """What one turn makes worth a look: its own sentence, or an earlier one that it denies or despairs of."""
    reading = turn.get("reading") or {}
    own = reason_of(reading, turn["text"] or "")
    if own is not None and not _goes_on(house, turn):
        yield from _said([turn], own)
    if reading.get("act") == "deny":
        yield from _said(_meant(_before(house, turn)), Reason.DENIED)
    if reading.get("act") == "ask_person":
        yield from _said(_despaired_of(_before(house, turn)), Reason.BEFORE_HANDOFF)


def reason_of(reading: Document, text: str) -> Reason | None:
    """Why a sentence is worth a look by its own reading.

    >>> reason_of({"act": "out_of_scope", "confidence": 0.8, "decision": "none"}, "给乌龟办证")
    <Reason.UNRECOGNISED: 'unrecognised'>
    >>> reason_of({"act": "do_matter", "confidence": 0.9, "decision": "sure"}, "办护照")
    """
    act, decision = reading.get("act"), reading.get("decision")
    if act is None or act in ANSWERS:
        return None
    declined = act in MATTER_ACTS and decision == "none" and bool(topic(text))
    if act == "out_of_scope" or declined:
        return Reason.UNRECOGNISED
    if decision == "ask" or float(reading.get("confidence") or 0.0) < LOW_CONFIDENCE:
        return Reason.UNSURE
    return None


def badly_rated(house: House, now: datetime) -> list[Document]:
    """``{citizen, conversation}`` of those that were rated poorly after a person answered in them."""
    where = {"rating": {"$lte": POOR_RATING}, "created_at": {"$gt": now - RATED_WITHIN}}
    only = {"_id": 0, "citizen": 1, "conversation": 1}
    return list(house.db[HANDOFFS].find(where, only).sort("created_at", -1).limit(MOST_TURNS))


def _of_bad_conversations(house: House) -> Iterator[Said]:
    for conversation in badly_rated(house, house.clock.now()):
        turns = house.db[TURNS].find(conversation).sort("created_at", -1)
        told = [turn for turn in turns.limit(MOST_OF_A_CONVERSATION) if _act(turn) not in NOT_THE_CAUSE]
        yield from _said(told, Reason.BADLY_RATED)


def _next_turns(house: House) -> list[Document]:
    until, since = house.clock.now() - SETTLED_AFTER, read_position(house, "turns")
    where: Document = {"created_at": {"$lte": until}}
    if since is not None:
        moment, last = since
        later: list[Document] = [
            {"created_at": {"$gt": moment}},
            {"created_at": moment, "_id": {"$gt": last}},
        ]
        where = {"$and": [{"created_at": {"$gte": moment, "$lte": until}}, {"$or": later}]}
    return list(house.db[TURNS].find(where).sort([("created_at", 1), ("_id", 1)]).limit(MOST_TURNS))


def _place(turn: Document) -> list[Any]:
    return [turn["created_at"], turn["_id"]]


def _before(house: House, turn: Document) -> list[Document]:
    """The turns of the conversation just before this one, the nearest first."""
    near = {"$gte": turn["created_at"] - AFTERWARDS, "$lt": turn["created_at"]}
    where = {"citizen": turn["citizen"], "conversation": turn["conversation"], "created_at": near}
    return list(house.db[TURNS].find(where).sort("created_at", -1).limit(5))


def _meant(before: list[Document]) -> list[Document]:
    """The sentence that a denial is about: the last one, if it was taken for a wish."""
    return [turn for turn in before[:1] if _act(turn) in MATTER_ACTS]


def _goes_on(house: House, turn: Document) -> bool:
    """Whether a question names no matter because one was just spoken of: 「要带什么材料」."""
    reading = turn["reading"]
    asks = reading["act"] == "ask_matter" and reading["decision"] == "none"
    return asks and any((one.get("reading") or {}).get("matters") for one in _before(house, turn)[:2])


def _despaired_of(before: list[Document]) -> list[Document]:
    """The last sentence before somebody wanted a person."""
    return [turn for turn in before if _act(turn) not in NOT_THE_CAUSE and turn["text"]][:1]


def _act(turn: Document) -> str:
    return str((turn.get("reading") or {}).get("act") or "supply_value")


def _said(turns: Iterable[Document], reason: Reason) -> Iterator[Said]:
    for turn in turns:
        text = _scrubbed_again(turn["text"] or "")
        if normalised(text) and not only_placeholders(text) and len(text) <= LONGEST_SAID:
            yield Said(turn["_id"], text, turn["lang"], turn["created_at"], reason, turn["reading"])


def _scrubbed_again(text: str) -> str:
    """A stored text is scrubbed already, by the rules of its day; placeholders stay as they are."""
    parts = _PLACEHOLDER.split(" ".join(text.split()))
    return "".join(
        part if _PLACEHOLDER.fullmatch(part) or not part else _scrub(part) for part in parts
    ).strip()


def _scrub(part: str) -> str:
    ends = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{ends[0]}{scrub(part)}{ends[1]}" if part.strip() else part
