"""Answers from the policy library: always with their source, never a guess."""

from bot.actions import reply
from bot.actions.api import ApiFailure, Document
from bot.actions.context import Turn
from bot.actions.reply import Choice

# What was not even read as a question has to be answered very surely, or not at all.
QUITE_SURE = 0.9
LONGEST_QUESTION, SHORTEST_QUESTION = 200, 2
GUIDE = "matter:"


async def ask_library(turn: Turn, matter: str | None) -> Document:
    """The library's answer to what was said, ``matter`` being what we talk about; empty when it is away.

    The library speaks Chinese; in English the guides answer alone.
    """
    asked = turn.text.strip()[:LONGEST_QUESTION]
    if turn.words.lang != "zh" or len(asked) < SHORTEST_QUESTION:
        return {}
    try:
        return await turn.api.ask_policy(asked, matter)
    except ApiFailure:
        return {}


async def answer_from_library(turn: Turn) -> bool:
    """Answer what was taken for nothing of ours, if the library is quite sure; False otherwise."""
    found = await ask_library(turn, turn.memory.topic)
    if not found.get("answered") or found["sure"] < QUITE_SURE:
        return False
    tell(turn, found)
    if not turn.memory.draft and (start := start_button(turn, found)):
        turn.offer(turn.words("guide.start"), [start])
    return True


def tell(turn: Turn, found: Document) -> None:
    """The short answer, its source under it; the matter it belongs to is what we talk about now."""
    turn.replies.append(reply.sourced(str(found["text"]), found["source"]))
    if found.get("matter"):
        turn.memory.topic = str(found["matter"])


def is_policy(found: Document) -> bool:
    """Whether a document answers, and not a guide, which we can read ourselves."""
    return bool(found.get("answered")) and not str(found["source"]["id"]).startswith(GUIDE)


def start_button(turn: Turn, found: Document) -> Choice | None:
    """A way to begin the matter that an answer is about."""
    matter = found.get("matter")
    return turn.button("start", "do_matter", matter=str(matter)) if matter else None
