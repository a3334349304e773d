"""One turn: the citizen's words in, typed replies out, nothing personal in between."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import redis

from backend.accounts.modes import Listener
from backend.accounts.tokens import Signer
from backend.assistant import elder, store
from backend.assistant.expecting import ON_THE_TABLE, expecting_after, offered_in, prompt_after, with_matter
from backend.assistant.language import language_of
from backend.assistant.line import in_line
from backend.assistant.payload import as_words, check_choice, title_of
from backend.assistant.rasa import Rasa, RasaAway
from backend.assistant.records import Records
from backend.assistant.replies import read_replies
from backend.assistant.scrub import scrub
from backend.assistant.showing import Page, as_kept, asks, is_grave, meant_choice, show
from backend.assistant.store import Standing
from backend.assistant.tokens import Token
from backend.assistant.words import words
from backend.core.errors import Problem
from backend.core.guard import Caller
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document

# The acts after which somebody may be spoken to in another way.
MANNERS = frozenset({"elder_mode", "standard_mode"})
AS_SAID = frozenset({"name", "address", "text", "long-text", "region"})


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
class Heard:
    """A message as everybody but its writer may read it: scrubbed, with where the conversation stood."""

    citizen: str
    turn: str
    text: str | None
    choice: str | None
    lang: str
    standing: Standing


def nobody_else(_: Heard) -> list[dict[str, Any]] | None:
    """The assistant has the conversation to itself."""
    return None


def tell_nobody(_: str, __: str) -> None:
    """There is no other device."""


@dataclass(frozen=True)
class Desk:
    """What a turn is taken with.

    ``known`` and ``records`` read what the features keep of a citizen, ``listener`` how they are spoken
    to; ``may_suggest`` takes the one chance to suggest another way, ``hear`` puts a voice's slips right.
    ``instead`` answers what is not the assistant's to answer (None: it is); ``tell`` tells the citizen's
    other devices of a turn.
    """

    house: House
    signer: Signer
    rasa: Rasa
    known: Callable[[str], Mapping[str, Token]]
    records: Callable[[str, str], Records]
    listener: Callable[[str], Listener] = field(default=lambda _: Listener())
    may_suggest: Callable[[str], bool] = field(default=lambda _: False)
    hear: Callable[[str], str] = field(default=lambda said: said)
    instead: Callable[[Heard], list[dict[str, Any]] | None] = nobody_else
    tell: Callable[[str, str], None] = tell_nobody


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
    listener = desk.listener(who.citizen)
    patience = store.PATIENCE if listener.elder else store.SILENCE
    standing = store.read_standing(house, who.citizen, now=now, patience=patience)
    lang = language_of(message.text or "", before=standing.lang)
    choice = message.choice or meant_choice(message.text or "", standing, hear=desk.hear)
    if choice == elder.MORE:
        return _show_more(desk, who, message, turn, standing)
    scrubbed = _scrubbed(desk, who.citizen, message, standing.expecting)
    instead = desk.instead(Heard(who.citizen, turn, scrubbed, message.choice, lang, standing))
    if instead is not None:
        return _keep_besides(desk, who, message, turn, standing, text=scrubbed, lang=lang, replies=instead)
    prompt = _still_open(desk.records(who.citizen, lang), standing.prompt)
    try:
        answer = desk.rasa.answer(
            sender=standing.conversation,
            message=choice or as_words(_heard(desk, scrubbed or "", standing.expecting)),
            metadata={
                "token": desk.signer.turn(who, turn=turn, now=now),
                "turn": turn,
                "lang": lang,
                "expecting": standing.expecting,
                "prompt": prompt,
                "mode": listener.mode,
                "senior": listener.senior,
            },
        )
    except RasaAway as error:
        raise _keep_unanswered(desk, who, message, turn, standing) from error
    references = read_replies(answer.replies) or [{"type": "text", "text": words(lang, "silent")}]
    suggested = listener.unasked and not is_grave(references) and desk.may_suggest(who.citizen)
    if suggested:
        references.append(elder.suggestion(lang))
    # Actions may have changed what was read before them, and how the citizen is spoken to.
    same_manner = answer.reading is not None and answer.reading.get("act") not in MANNERS
    page = Page((listener if same_manner else desk.listener(who.citizen)).elder)
    records = desk.records(who.citizen, lang)
    shown = show(references, records, lang, page)
    document = _document(house, who, message, turn, standing, text=scrubbed, at=house.clock.now()) | {
        "lang": lang,
        "replies": references,
        "answered": True,
        "expecting": with_matter(expecting_after(shown.whole), records),
        "prompt": prompt_after(shown.whole, prompt),
        "offered": offered_in(shown.replies),
        # A spoken yes is the suggestion's only where nothing else was asked.
        "suggested": suggested and not asks(references[:-1]),
        **as_kept(shown, page),
        # For the operators' inbox and figures; never shown to the citizen.
        "reading": answer.reading,
    }
    return _keep(desk, message, document, shown.replies)


def _show_more(desk: Desk, who: Caller, message: Message, turn: str, standing: Standing) -> dict[str, Any]:
    """The next choices of the last question; where the conversation stands does not change."""
    asked = [reply for reply in standing.replies if reply["type"] in ("choices", "form-field")][-1:]
    page = Page(elder=True, number=standing.page + 1)
    shown = show(asked, desk.records(who.citizen, standing.lang), standing.lang, page)
    at, said = desk.house.clock.now(), _scrubbed(desk, who.citizen, message, standing.expecting)
    document = _document(desk.house, who, message, turn, standing, text=said, at=at) | {
        "replies": asked,
        "answered": True,
        "offered": offered_in(shown.replies),
        **as_kept(shown, page),
    }
    return _keep(desk, message, document, shown.replies)


def _keep_besides(
    desk: Desk,
    who: Caller,
    message: Message,
    turn: str,
    standing: Standing,
    *,
    text: str | None,
    lang: str,
    replies: list[dict[str, Any]],
) -> dict[str, Any]:
    """Keep a turn that the assistant had no part in: what it asked for before stays asked for."""
    page = Page(desk.listener(who.citizen).elder)
    shown = show(replies, desk.records(who.citizen, lang), lang, page)
    at = desk.house.clock.now()
    document = _document(desk.house, who, message, turn, standing, text=text, at=at) | {
        "lang": lang,
        "replies": replies,
        "answered": True,
        # A yes that follows may be to what was said besides: a prompt is no longer fresh.
        "prompt": prompt_after(shown.whole, standing.prompt),
        "offered": [*offered_in(shown.replies), *standing.offered][: store.MOST_OFFERED],
        "beside": True,
        "mode": "elder" if page.elder else "standard",
    }
    return _keep(desk, message, document, shown.replies)


def _keep(desk: Desk, message: Message, document: Document, replies: list[Document]) -> dict[str, Any]:
    """Store an answered turn and tell the other devices; what was stored before is said again."""
    house, turn, citizen = desk.house, document["_id"], document["citizen"]
    if not store.insert_turn(house, document):
        kept = store.find_turn(house, citizen, turn)
        if kept and kept["answered"]:
            return _replay(desk, kept, message)
        store.replace_turn(house, document)
    desk.tell(citizen, turn)
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
        "page": standing.page,
        "options": standing.options,
        "more": standing.more,
        "suggested": False,
        "reading": None,
        "created_at": at,
    }


def _scrubbed(desk: Desk, citizen: str, message: Message, expecting: Mapping[str, Any] | None) -> str | None:
    if message.text is None:
        return None
    expected = (expecting or {}).get("type")
    return scrub(message.text, known=desk.known(citizen), expecting=expected)


def _heard(desk: Desk, text: str, expecting: Mapping[str, Any] | None) -> str:
    """A name, an address and a story are taken as they are said."""
    return text if (expecting or {}).get("type") in AS_SAID else desk.hear(text)


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
    shown = show(kept["replies"], records, kept["lang"], Page.of(kept))
    return {"turn": kept["_id"], "replies": shown.replies}


def _turn_id(house: House, citizen: str, message: Message) -> str:
    """The same client id leads to the same turn, whichever process asks."""
    if message.client_id is None:
        return house.new_id()
    return hashlib.sha256(f"{citizen}\0{message.client_id}".encode()).hexdigest()[:32]
