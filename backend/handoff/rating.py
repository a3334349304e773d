"""How a conversation with an agent was: five levels (好差评), kept apart from the ratings of applications."""

from datetime import timedelta
from typing import Any

from backend.assistant.payload import read_payload
from backend.assistant.turn import Heard
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.handoff import store
from backend.handoff.states import RATEABLE, State
from backend.handoff.telling import RATE, Reply
from backend.handoff.wording import words
from backend.ratings.rules import the_rules

RATE_WITHIN = timedelta(days=7)


def rate(house: House, citizen: str, handoff: str, *, level: int, comment: str) -> Document:
    """Rate a conversation, once; the same level again changes nothing.

    ``handoffs.rating`` holds the level, ``badly_rated`` marks the two lowest. Raises ``not-found``,
    ``move-not-allowed`` while it goes on or too late, ``conflict`` for another level.
    """
    found = store.find_own(house, citizen, handoff)
    now = house.clock.now()
    spoken = found["taken_at"] is not None and State(found["state"]) in RATEABLE
    if not spoken or now - found["ended_at"] > RATE_WITHIN:
        raise Problem("move-not-allowed", "这次对话现在不能评价。", state=found["state"])
    sets: Document = {
        "rating": level,
        "rated_at": now,
        "badly_rated": level <= the_rules().bad_from,
        "rating_comment": house.cipher.encrypt(comment) if comment else None,
    }
    rated = store.set_fields(house, handoff, {"rating": None}, {"$set": sets})
    if rated is not None:
        logger().info("handoff.rated", handoff=handoff, level=level)
        return rated
    if store.find_own(house, citizen, handoff)["rating"] != level:
        raise Problem("conflict", "这次服务您已经评过了。", level=found["rating"])
    return found


def thanks(level: int, lang: str) -> str:
    """What is said to a rating; a bad one is no reason to argue."""
    name = "name_en" if lang == "en" else "name"
    key = "rated_bad" if level <= the_rules().bad_from else "rated"
    return words(lang, key, level=the_rules().levels[level][name])


def answer(house: House, heard: Heard, handoff: str, level: int) -> Reply:
    """Rate from within the conversation: an old button that is pressed again does no harm."""
    try:
        rate(house, heard.citizen, handoff, level=level, comment="")
    except Problem:
        return {"type": "text", "text": words(heard.lang, "rated_before")}
    return {"type": "text", "text": thanks(level, heard.lang)}


def answer_in_words(house: House, heard: Heard) -> list[Reply] | None:
    """A number from 1 to 5 right after the question, where nothing else waits for an answer."""
    if heard.text is None or heard.standing.expecting:
        return None
    asked = [one for one in heard.standing.offered if (read_payload(one["value"]) or ("",))[0] == RATE]
    said = heard.text.strip(" 。.!！")
    for one in asked:
        entities: Any = (read_payload(one["value"]) or ("", {}))[1]
        if said == str(entities.get("level")):
            return [answer(house, heard, str(entities["handoff"]), int(said))]
    return None
