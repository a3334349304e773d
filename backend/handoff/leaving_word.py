"""Leaving a message while nobody is there, and answering it later."""

from backend.accounts.store import get_citizen
from backend.assistant.interjecting import AGENT, Interjection, interject
from backend.audit.trail import Deed, Reader, Reading, note_reading
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.masking import mask_phone
from backend.core.mongo import Document
from backend.handoff import line, store
from backend.handoff.states import Move, State
from backend.handoff.wording import words
from backend.messages.telling import tell

MOST_WAITING = 3
WHY_CALLED = "市民约了客服回电"


def begin(house: House, citizen: str) -> Document:
    """The next thing the citizen says is their message.

    Raises ``move-not-allowed`` when nothing was offered, ``too-many-requests`` while several wait.
    """
    current = store.find_open(house, citizen)
    if current and current["state"] == State.WRITING.value:
        return current
    if current is None or current["state"] != State.OFFERED.value:
        lang = current["lang"] if current else "zh"
        raise Problem("move-not-allowed", words(lang, "nothing_to_write"))
    if store.count_messages(house, citizen) >= MOST_WAITING:
        raise Problem("too-many-requests", words(current["lang"], "too_many_messages"), retry_after=3600)
    return commit(house, lambda unit: store.move(house, unit, current, Move.WRITE))


def ask_call(house: House, handoff: Document) -> Document:
    """Who waits, or finds nobody there, would rather be called: kept like a message, and out of the line.

    Raises ``too-many-requests`` while several wait, ``move-not-allowed`` when an agent was quicker.
    """
    if store.count_messages(house, handoff["citizen"]) >= MOST_WAITING:
        raise Problem("too-many-requests", words(handoff["lang"], "too_many_messages"), retry_after=3600)
    sealed = house.cipher.encrypt(words(handoff["lang"], "call_wanted"))
    kept = commit(
        house,
        lambda unit: store.move(
            house, unit, handoff, Move.KEEP, message=sealed, kept_at=unit.now, call_back=True
        ),
    )
    logger().info("handoff.call-wanted", handoff=kept["_id"], citizen=kept["citizen"])
    return kept


def called_words(house: House, handoff: Document) -> str:
    """What the citizen hears then: when, and at which number (masked)."""
    lang = handoff["lang"]
    phone = mask_phone(str(get_citizen(house, handoff["citizen"])["phone"]))
    opening = line.opening(house, lang)
    return words(lang, "called_later" if opening else "called_soon", opening=opening or "", phone=phone)


def number_to_call(house: House, handoff: Document, reader: Reader) -> str:
    """The phone of who asked to be called; reading it is written down for them to see.

    Raises ``move-not-allowed`` where nobody asked for it or it is answered already.
    """
    if not handoff.get("call_back") or handoff["state"] != State.MESSAGE.value:
        raise Problem("move-not-allowed", "这位市民没有约回电，或已经有同事回过了。")
    note_reading(house, reader, Reading(Deed.CALL_BACK, handoff["citizen"], WHY_CALLED))
    return str(get_citizen(house, handoff["citizen"])["phone"])


def keep(house: House, handoff: Document, text: str) -> Document:
    """Keep the message, scrubbed as it came and sealed, until an agent answers it."""
    sealed = house.cipher.encrypt(text)
    kept = commit(
        house, lambda unit: store.move(house, unit, handoff, Move.KEEP, message=sealed, kept_at=unit.now)
    )
    logger().info("handoff.message-kept", handoff=kept["_id"], citizen=kept["citizen"])
    return kept


def kept_words(house: House, lang: str) -> str:
    """What the citizen hears then: when they can expect an answer."""
    opening = line.opening(house, lang)
    return words(lang, "kept", opening=opening) if opening else words(lang, "kept_now")


def answer(house: House, handoff: Document, agent: str, text: str) -> Document:
    """Answer a message, once: in the conversation, and among the citizen's messages.

    Raises ``move-not-allowed`` when a colleague was quicker.
    """
    lang, citizen = handoff["lang"], handoff["citizen"]

    def work(unit: Unit) -> Document:
        fresh = store.find(house, handoff["_id"], unit.session)
        answered = store.move(
            house,
            unit,
            fresh,
            Move.ANSWER,
            agent=agent,
            answer=house.cipher.encrypt(text),
            ended_at=unit.now,
        )
        lead = {"type": "text", "text": words(lang, "answered")}
        interject(house, unit, citizen, Interjection([lead, agents_words(text)], by=AGENT))
        unit.emit("handoff.answered", handoff=answered["_id"], citizen=citizen)
        return answered

    done = commit(house, work)
    logger().info("handoff.message-answered", handoff=done["_id"], staff=agent)
    return done


def tell_answer(house: House, handoff: str) -> str | None:
    """Put an answer among the citizen's messages; None when it is there already."""
    found = store.find(house, handoff)
    if found["state"] != State.ANSWERED.value:
        return None
    text = str(house.cipher.open(found["answer"]))
    title, title_en = (words(lang, "message_title") for lang in ("zh", "en"))
    told = {"title": title, "title_en": title_en, "text": text, "text_en": text}
    return tell(house, found["citizen"], f"handoff:{handoff}", "handoff", told)


def agents_words(text: str) -> dict[str, str]:
    """An agent's words as a reply."""
    return {"type": "text", "by": "agent", "text": text}
