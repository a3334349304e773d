"""Who answers a message: the assistant, unless an agent has the conversation or the words are ours.

Asked before every turn. What is understood here needs no model: a person is one word away in the middle of
a form, at its confirmation, and while the assistant itself is silent.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from backend.assistant.payload import read_payload
from backend.assistant.turn import Heard
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.handoff import leaving_word, line, rating, store
from backend.handoff.asking import asks_for_person, has_enough, wants_call, wants_message
from backend.handoff.danger import FRAUD, number_for, tells_of_fraud
from backend.handoff.states import Reason, State
from backend.handoff.telling import (
    CALL,
    CONFIRM,
    LEAVE,
    RATE,
    WRITE,
    Reply,
    ask_rating,
    button,
    buttons,
    goes_on,
    notice,
    open_question,
    told_after_asking,
)
from backend.handoff.wording import danger_words, words
from intents.wording import normalise

# Answers to a form's open question, which may tell of anything.
FREE_FIELDS = ("text", "long-text")
# An agent who says nothing for so long is excused once a message.
PATIENCE = timedelta(seconds=90)
Press = Callable[[House, Heard, Mapping[str, Any]], list[Reply]]


def answer_instead(house: House, heard: Heard) -> list[Reply] | None:
    """What is answered to a message that is not the assistant's to answer; None when it is."""
    pressed = _pressed(heard)
    if pressed is not None:
        return PRESSES[pressed[0]](house, heard, pressed[1])
    current = store.find_open(house, heard.citizen)
    if current is not None and current["state"] in BY_STATE:
        answered = BY_STATE[State(current["state"])](house, heard, current)
        if answered is not None:
            return answered
    return _answer_words(house, heard, heard.text) if heard.text is not None else None


def _pressed(heard: Heard) -> tuple[str, Mapping[str, Any]] | None:
    """Which of our buttons was pressed, or named by its very words."""
    said = normalise(heard.text or "")
    named = [one["value"] for one in heard.standing.offered if said and normalise(one["title"]) == said]
    for payload in [heard.choice] if heard.choice else named[:1]:
        read = read_payload(payload)
        if read is not None and read[0] in PRESSES:
            return read
    return None


def _answer_words(house: House, heard: Heard, said: str) -> list[Reply] | None:
    """Asking for a person, saying yes to going on, rating: wherever the conversation stands."""
    expecting = heard.standing.expecting or {}
    if asks_for_person(said, in_free_text=expecting.get("type") in FREE_FIELDS):
        return _ask(house, heard, {})
    if tells_of_fraud(said):
        return _in_a_fraud(house, heard)
    in_a_field = expecting.get("field") not in (None, CONFIRM)
    if in_a_field and goes_on(said, heard.standing.offered):
        return open_question(house, heard.citizen, heard.lang)
    return rating.answer_in_words(house, heard)


def _while_offered(house: House, heard: Heard, _: Document) -> list[Reply] | None:
    """Nobody is there: leaving a message, or being called, in other words than the button's."""
    if heard.text is not None and wants_call(heard.text):
        return _call(house, heard, {})
    return _write(house, heard, {}) if heard.text is not None and wants_message(heard.text) else None


def _while_waiting(house: House, heard: Heard, _: Document) -> list[Reply] | None:
    """The assistant goes on answering, but to giving up, or to being called instead."""
    if heard.text is not None and wants_call(heard.text):
        return _call(house, heard, {})
    return _leave(house, heard, {}) if heard.text is not None and has_enough(heard.text) else None


def _to_agent(house: House, heard: Heard, handoff: Document) -> list[Reply]:
    """The agent reads it; the assistant keeps quiet but in danger, or while the agent is long silent."""
    said = heard.text or ""
    if has_enough(said):
        return _leave(house, heard, {})
    number = number_for(said)
    if number:
        told = danger_words(heard.lang, number) + " " + words(heard.lang, "hold_on")
        return [notice(told, phone=number, level="emergency")]
    now = house.clock.now()
    before = handoff.get("unanswered_since")
    store.set_fields(
        house,
        handoff["_id"],
        {"state": State.ATTENDED.value, "unanswered_since": before},
        {"$set": {"unanswered_since": before or now}},
    )
    if before and now - before > PATIENCE and not handoff.get("excused"):
        store.set_fields(house, handoff["_id"], {}, {"$set": {"excused": True}})
        return [buttons(words(heard.lang, "silent"), button(heard.lang, "back", LEAVE))]
    return []


def _in_a_fraud(house: House, heard: Heard) -> list[Reply]:
    """Somebody wants the citizen's money: the number at once, and a person first in line."""
    told = notice(danger_words(heard.lang, FRAUD), phone=FRAUD, level="emergency")
    person = button(heard.lang, "person", "ask_person", reason=Reason.DANGER.value, emergency_number=FRAUD)
    return [
        told,
        *open_question(house, heard.citizen, heard.lang),
        buttons(words(heard.lang, "in_danger"), person),
    ]


def _ask(house: House, heard: Heard, entities: Mapping[str, Any]) -> list[Reply]:
    reason = entities.get("reason")
    known = Reason(reason) if reason in {one.value for one in Reason} else Reason.ASKED
    request = line.Request(heard.lang, known, str(entities.get("emergency_number") or "")[:8])
    handoff = line.ask_for_person(house, heard.citizen, request)
    return told_after_asking(house, handoff, heard.lang) + open_question(house, heard.citizen, heard.lang)


def _leave(house: House, heard: Heard, _: Mapping[str, Any]) -> list[Reply]:
    current = store.find_open(house, heard.citizen)
    if current is None:
        return [notice(words(heard.lang, "not_waiting"))]
    left = line.leave(house, current)
    told = {State.WAITING: "left", State.ATTENDED: "left_agent"}.get(State(current["state"]), "no_message")
    said: list[Reply] = [{"type": "text", "text": words(heard.lang, told)}]
    if current["taken_at"]:
        said.append(ask_rating(left, heard.lang))
    return said + open_question(house, heard.citizen, heard.lang)


def _write(house: House, heard: Heard, _: Mapping[str, Any]) -> list[Reply]:
    try:
        leaving_word.begin(house, heard.citizen)
    except Problem as problem:
        return [notice(problem.detail)]
    return [{"type": "text", "text": words(heard.lang, "writing")}]


def _call(house: House, heard: Heard, _: Mapping[str, Any]) -> list[Reply]:
    current = store.find_open(house, heard.citizen)
    if current is None:
        return [notice(words(heard.lang, "not_waiting"))]
    try:
        kept = leaving_word.ask_call(house, current)
    except Problem as problem:
        return [notice(problem.detail)]
    told: Reply = {"type": "text", "text": leaving_word.called_words(house, kept)}
    return [told, *open_question(house, heard.citizen, heard.lang)]


def _message(house: House, heard: Heard, handoff: Document) -> list[Reply] | None:
    """What is said is the message, unless somebody presses a button, gives up, or is in danger."""
    said = heard.text
    if said is None or number_for(said) or asks_for_person(said, in_free_text=True):
        return None
    if has_enough(said):
        return _leave(house, heard, {})
    leaving_word.keep(house, handoff, said)
    told = leaving_word.kept_words(house, heard.lang)
    return [{"type": "text", "text": told}, *open_question(house, heard.citizen, heard.lang)]


def _rate(house: House, heard: Heard, entities: Mapping[str, Any]) -> list[Reply]:
    level = str(entities.get("level") or "")
    handoff = str(entities.get("handoff") or "")
    if level not in {"1", "2", "3", "4", "5"}:
        raise Problem("invalid-request", "choice 无效，请原样发回按钮的 value。")
    said = rating.answer(house, heard, handoff, int(level))
    return [said, *open_question(house, heard.citizen, heard.lang)]


BY_STATE: dict[State, Callable[[House, Heard, Document], list[Reply] | None]] = {
    State.ATTENDED: _to_agent,
    State.WRITING: _message,
    State.OFFERED: _while_offered,
    State.WAITING: _while_waiting,
}
PRESSES: dict[str, Press] = {"ask_person": _ask, LEAVE: _leave, WRITE: _write, CALL: _call, RATE: _rate}
