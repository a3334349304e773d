"""An agent at work: taking a conversation, speaking in it, and giving it on or back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
from pymongo.errors import DuplicateKeyError

from backend.assistant.interjecting import AGENT, Interjection, interject, turn_id, was_said
from backend.assistant.line import in_line
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.handoff import presence, store
from backend.handoff.leaving_word import agents_words
from backend.handoff.place import Rank, place_in_line
from backend.handoff.states import Move, State
from backend.handoff.telling import ask_rating, notice, told_back
from backend.handoff.wording import words

MOST_NOTES = 50
NOT_YOURS = "这个对话不在您手上，请先接起。"
TAKEN = "这个对话已经被同事接起，或者不再等候了。"


@dataclass(frozen=True)
class Words:
    """What an agent says, and their client's id for it: the same again is said once."""

    text: str
    client_id: str | None = None


def take(house: House, handoff: str, agent: str) -> Document:
    """Take a conversation that waits; one agent only gets it. The same agent again changes nothing.

    Waits until the assistant has answered what it is answering. Raises ``not-found``, ``conflict``,
    ``request-in-progress``, ``assistant-unavailable``.
    """
    citizen = store.find(house, handoff)["citizen"]

    def work(unit: Unit) -> Document:
        found = store.find(house, handoff, unit.session)
        if found["state"] == State.ATTENDED.value and found["agent"] == agent:
            return found
        if found["state"] != State.WAITING.value:
            raise Problem("conflict", TAKEN, state=found["state"])
        first = found["taken_at"] or unit.now
        sets: Document = {"agent": agent, "taken_at": first, "seen_at": unit.now}
        sets |= {"unanswered_since": None, "excused": False}
        taken = store.move(house, unit, found, Move.TAKE, **sets)
        say(house, unit, taken, [notice(words(taken["lang"], "taken"))])
        return taken

    try:
        # Held so that the assistant does not speak after the agent came.
        with in_line(house, citizen, turn=house.new_id(), text=""):
            taken = commit(house, work)
    except redis.RedisError as error:
        raise Problem("assistant-unavailable", "现在接不起来，请过一会儿再试。") from error
    logger().info("handoff.taken", handoff=handoff, staff=agent)
    return taken


def speak(house: House, handoff: str, agent: str, said: Words) -> str:
    """Say something to the citizen, on all of their devices; returns the turn's id.

    Raises ``not-in-hand``, ``idempotency-key-reused``.
    """
    turn = turn_id(f"agent:{agent}:{handoff}", said.client_id) if said.client_id else house.new_id()
    in_hand = own(house, handoff, agent)

    def work(unit: Unit) -> None:
        sets = {"said_at": unit.now, "seen_at": unit.now, "unanswered_since": None, "excused": False}
        if not store.touch(house, unit, in_hand, agent, **sets):
            raise Problem("not-in-hand", NOT_YOURS)
        words_of = Interjection([agents_words(said.text)], by=AGENT, id=turn, content=said.text)
        interject(house, unit, in_hand["citizen"], words_of)

    try:
        commit(house, work)
    except DuplicateKeyError:
        if not was_said(house, in_hand["citizen"], turn, said.text):
            problem = "这个消息编号已经用在另一句话上，请换一个。"
            raise Problem("idempotency-key-reused", problem) from None
    return turn


def transfer(house: House, handoff: str, agent: str, *, to: str, why: str) -> Document:
    """Hand a conversation to a colleague who is there.

    Raises ``not-in-hand``, ``invalid-request`` for somebody who is not on duty, ``conflict``.
    """
    if to == agent or to not in {one["_id"] for one in presence.on_duty(house)}:
        raise Problem("invalid-request", "这位同事现在不在线，请选一位在线的。")

    def work(unit: Unit) -> Document:
        found = own(house, handoff, agent, unit)
        record = {"from": agent, "to": to, "at": unit.now, "why": house.cipher.encrypt(why)}
        given = store.move(
            house,
            unit,
            found,
            Move.TRANSFER,
            agent=to,
            seen_at=unit.now,
            also={"$push": {"transfers": {"$each": [record], "$slice": -MOST_NOTES}}},
        )
        say(house, unit, given, [notice(words(given["lang"], "transferred"))])
        return given

    done = commit(house, work)
    logger().info("handoff.transferred", handoff=handoff, staff=agent, to=to)
    return done


def give_back(house: House, handoff: str, agent: str) -> Document:
    """Back to the assistant, which picks up the open form; the citizen may say how it was."""
    return _finish(house, handoff, agent, Move.GIVE_BACK)


def end(house: House, handoff: str, agent: str) -> Document:
    """The matter is settled: the citizen may say how it was. The assistant has the conversation again."""
    return _finish(house, handoff, agent, Move.END)


def add_note(house: House, handoff: Document, agent: str, text: str) -> Document:
    """Note something for colleagues, never for the citizen. Raises ``conflict`` when there are too many."""
    note = {"by": agent, "at": house.clock.now(), "text": house.cipher.encrypt(text)}
    where = {f"notes.{MOST_NOTES - 1}": {"$exists": False}}
    changed = store.set_fields(house, handoff["_id"], where, {"$push": {"notes": note}})
    if changed is None:
        raise Problem("conflict", f"一个对话最多记 {MOST_NOTES} 条备注。")
    return changed


def drop(house: House, handoff: Document) -> bool:
    """Back to the head of the queue: the agent gave no sign for too long. Whether it was so still."""

    def work(unit: Unit) -> bool:
        found = store.find(house, handoff["_id"], unit.session)
        gone = found["state"] == State.ATTENDED.value and found["seen_at"] < presence.lost_since(house)
        if not gone:
            return False
        place = place_in_line(Rank.URGENT, found["queued_at"])
        also = {"$inc": {"dropped": 1}}
        sets = {"agent": None, "seen_at": None, "rank": int(Rank.URGENT), "place": place}
        waiting = store.move(house, unit, found, Move.DROP, also=also, **sets)
        say(house, unit, waiting, [notice(words(waiting["lang"], "dropped"), level="warning")])
        return True

    dropped = commit(house, work)
    if dropped:
        logger().warning("handoff.dropped", handoff=handoff["_id"], staff=handoff["agent"])
    return dropped


def own(house: House, handoff: str, agent: str, unit: Unit | None = None) -> Document:
    """A conversation in an agent's hand. Raises ``not-found``, ``not-in-hand``."""
    found = store.find(house, handoff, unit.session if unit else None)
    if found["state"] != State.ATTENDED.value or found["agent"] != agent:
        raise Problem("not-in-hand", NOT_YOURS)
    return found


def say(house: House, unit: Unit, handoff: Document, replies: Sequence[dict[str, Any]]) -> str:
    """Tell the citizen something in the assistant's name."""
    return interject(house, unit, handoff["citizen"], Interjection(replies))


def _finish(house: House, handoff: str, agent: str, step: Move) -> Document:
    def work(unit: Unit) -> Document:
        found = own(house, handoff, agent, unit)
        done = store.move(house, unit, found, step, ended_at=unit.now)
        replies = [ask_rating(done, done["lang"]), *told_back(house, done["citizen"], done["lang"])]
        say(house, unit, done, replies)
        return done

    done = commit(house, work)
    logger().info("handoff.finished", handoff=handoff, staff=agent, state=done["state"])
    return done
