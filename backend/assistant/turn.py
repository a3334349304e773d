"""One turn: the citizen's words in, typed replies out, nothing personal in between."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis

from backend.accounts.tokens import Signer
from backend.assistant import store
from backend.assistant.cards import fill_replies
from backend.assistant.expecting import ON_THE_TABLE, expecting_after, offered_in, prompt_after
from backend.assistant.language import language_of
from backend.assistant.line import in_line
from backend.assistant.payload import as_words, check_choice, title_of
from backend.assistant.rasa import Rasa, RasaAway
from backend.assistant.records import Records
from backend.assistant.replies import read_replies
from backend.assistant.scrub import scrub
from backend.assistant.store import Standing
from backend.assistant.tokens import Token
from backend.assistant.words import words
from backend.core.errors import Problem
from backend.core.guard import Caller
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document


@dataclass(frozen=True)
class Message:
    """What came in: words or a button's payload, and the client's id for it."""

    text: str | None = None
    choice: str | None = None
    client_id: str | None = None

    @property
    def content(self) -> str:
        """Whichever it is."""
        return self.choice if self.choice is not None else self.text or ""


@dataclass(frozen=True)
class Desk:
    """What a turn is taken with: ``known`` and ``records`` read what the features keep of a citizen."""

    house: House
    signer: Signer
    rasa: Rasa
    known: Callable[[str], Mapping[str, Token]]
    records: Callable[[str, str], Records]


def take_turn(desk: Desk, who: Caller, message: Message) -> dict[str, Any]:
    """Answer one message; the same client id again gives the same replies.

    Raises ``invalid-request`` for a choice that is none, ``request-in-progress`` while earlier messages
    are being answered, ``idempotency-key-reused``, and ``assistant-unavailable`` with the turn kept.
    """
    house = desk.house
    if message.choice is not None:
        check_choice(message.choice)
    turn = _turn_id(house, who.citizen, message)
    try:
        with in_line(house, who.citizen, turn=turn, text=message.content) as new:
            kept = None if new else store.find_turn(house, who.citizen, turn)
            if kept and kept["answered"]:
                return _replay(desk, kept, message)
            return _answer(desk, who, message, turn)
    except redis.RedisError as error:
        logger().error("chat.line-away", error=type(error).__name__, turn=turn)
        standing = store.read_standing(house, who.citizen, now=house.clock.now())
        raise _keep_unanswered(desk, who, message, turn, standing) from error


def _answer(desk: Desk, who: Caller, message: Message, turn: str) -> dict[str, Any]:
    house, now = desk.house, desk.house.clock.now()
    standing = store.read_standing(house, who.citizen, now=now)
    lang = language_of(message.text or "", before=standing.lang)
    prompt = _still_open(desk.records(who.citizen, lang), standing.prompt)
    scrubbed = _scrubbed(desk, who.citizen, message, standing.expecting)
    try:
        answer = desk.rasa.answer(
            sender=standing.conversation,
            message=message.choice or as_words(scrubbed or ""),
            metadata={
                "token": desk.signer.turn(who, turn=turn, now=now),
                "turn": turn,
                "lang": lang,
                "expecting": standing.expecting,
                "prompt": prompt,
            },
        )
    except RasaAway as error:
        raise _keep_unanswered(desk, who, message, turn, standing) from error
    references = read_replies(answer.replies) or [{"type": "text", "text": words(lang, "silent")}]
    # Actions may have changed what was read before them.
    replies = fill_replies(references, desk.records(who.citizen, lang), lang)
    document = _document(house, who, message, turn, standing, text=scrubbed, at=house.clock.now()) | {
        "lang": lang,
        "replies": references,
        "answered": True,
        "expecting": expecting_after(replies),
        "prompt": prompt_after(replies, prompt),
        "offered": offered_in(replies),
        # For the operators' inbox and figures; never shown to the citizen.
        "reading": answer.reading,
    }
    if not store.insert_turn(house, document):
        kept = store.find_turn(house, who.citizen, turn)
        if kept and kept["answered"]:
            return _replay(desk, kept, message)
        store.replace_turn(house, document)
    return {"turn": turn, "replies": replies}


def _keep_unanswered(desk: Desk, who: Caller, message: Message, turn: str, standing: Standing) -> Problem:
    """Store a turn that nobody answered; the conversation stands where it stood."""
    lang = language_of(message.text or "", before=standing.lang)
    scrubbed = _scrubbed(desk, who.citizen, message, standing.expecting)
    house, now = desk.house, desk.house.clock.now()
    store.insert_turn(house, _document(house, who, message, turn, standing, text=scrubbed, at=now))
    return Problem("assistant-unavailable", words(lang, "away"), turn=turn)


def _document(
    house: House,
    who: Caller,
    message: Message,
    turn: str,
    standing: Standing,
    *,
    text: str | None,
    at: datetime,
) -> Document:
    return {
        "_id": turn,
        "citizen": who.citizen,
        "conversation": standing.conversation,
        "print": house.cipher.blind(message.content),
        "text": text,
        "choice": message.choice,
        "title": title_of(message.choice, standing.offered) if message.choice else None,
        "lang": standing.lang,
        "replies": [],
        "answered": False,
        "expecting": standing.expecting,
        "prompt": standing.prompt,
        "offered": standing.offered,
        "reading": None,
        "created_at": at,
    }


def _scrubbed(desk: Desk, citizen: str, message: Message, expecting: Mapping[str, Any] | None) -> str | None:
    if message.text is None:
        return None
    expected = (expecting or {}).get("type")
    return scrub(message.text, known=desk.known(citizen), expecting=expected)


def _still_open(records: Records, prompt: Document | None) -> Document | None:
    """The prompt in focus, unless it was answered elsewhere meanwhile."""
    if prompt is None:
        return None
    try:
        found = records.prompt(prompt["id"])
    except Problem:
        return None
    return prompt | {"matter": found["matter"]["id"]} if found["state"] == ON_THE_TABLE else None


def _replay(desk: Desk, kept: Document, message: Message) -> dict[str, Any]:
    if kept["print"] != desk.house.cipher.blind(message.content):
        raise Problem("idempotency-key-reused", "这个消息编号已经用在另一句话上，请换一个。")
    records = desk.records(kept["citizen"], kept["lang"])
    return {"turn": kept["_id"], "replies": fill_replies(kept["replies"], records, kept["lang"])}


def _turn_id(house: House, citizen: str, message: Message) -> str:
    """The same client id leads to the same turn, whichever process asks."""
    if message.client_id is None:
        return house.new_id()
    return hashlib.sha256(f"{citizen}\0{message.client_id}".encode()).hexdigest()[:32]
