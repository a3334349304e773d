"""Which matter the citizen means: what the linker found, or the one we are talking about."""

import asyncio
import re
from dataclasses import dataclass

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import WHICH, Turn

MOST_CANDIDATES = 4
MISSES_BEFORE_WAYS_OUT = 2
_PUNCTUATION = re.compile(r"[\s,.?!;:'\"，。？！；：、~…“”「」]+")
# What may remain of 「那要什么材料呀」 when all the words of a follow-up are taken away.
LONGEST_REMAINDER = 1


@dataclass(frozen=True)
class Named:
    """One matter, or several to ask about, or none."""

    matter: str | None = None
    candidates: tuple[str, ...] = ()


def named_matter(turn: Turn) -> Named:
    """Read the linker's answer in the light of the conversation."""
    found = turn.entity_values("matter")
    decision = turn.entity("matter_decision") or ("sure" if found else "none")
    topic = turn.memory.topic
    # 「那要带什么」 names nothing, whatever the linker finds near to it.
    if topic and turn.text and is_follow_up(turn):
        return Named(matter=topic)
    if decision == "sure" and found:
        return Named(matter=found[0])
    if topic and decision == "ask" and topic in found:
        return Named(matter=topic)
    if decision == "ask" and found:
        return Named(candidates=tuple(dict.fromkeys(found))[:MOST_CANDIDATES])
    return Named()


def is_follow_up(turn: Turn) -> bool:
    """Whether the words name nothing new: 「要几天」, 「那就办吧」, "how much is it"."""
    text = turn.text.lower()
    words = set(turn.words.word_list("guide.follow_up"))
    for aspect in turn.words.table("guide.aspects").values():
        words.update(aspect)
    if turn.words.lang == "en":
        said = set(re.findall(r"[a-z']+", text))
        known = {part for word in words for part in word.split()}
        return bool(said) and said <= known
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return len(_PUNCTUATION.sub("", text)) <= LONGEST_REMAINDER


async def ask_which(
    turn: Turn, candidates: tuple[str, ...], *, act: str, sentence: str = "guide.which", **carried: str
) -> bool:
    """Ask which of the candidates is meant; False when the catalogue knows none of them."""
    found = await asyncio.gather(*(matter_or_none(turn, matter) for matter in candidates))
    options = [
        reply.choice(name_of(turn, matter), act, matter=str(matter["id"]), **carried)
        for matter in found
        if matter
    ]
    if not options:
        return False
    turn.offer(turn.words(sentence), [*options, turn.button("none_of_these", "deny")])
    turn.memory.asked = WHICH
    return True


def name_of(turn: Turn, matter: Document) -> str:
    """A matter's name in the citizen's language."""
    english = matter.get("name_en") if turn.words.lang == "en" else None
    return str(english or matter.get("name") or "")


async def matter_name(turn: Turn, reference: Document) -> str:
    """The name behind a reference, which holds the Chinese one alone."""
    known = await matter_or_none(turn, str(reference["id"])) if turn.words.lang == "en" else None
    return name_of(turn, known or reference)


def asks_about_topic(turn: Turn) -> bool:
    """Whether this is a question about what we are talking of: 「要几天」."""
    aspects = turn.words.table("guide.aspects").values()
    asked = any(word in turn.text.lower() for words in aspects for word in words)
    return turn.memory.topic is not None and asked and is_follow_up(turn)


def say_none(turn: Turn) -> None:
    """Outside what we can do: say so, and name ways on; the second time in a row, more of them."""
    if turn.miss() >= MISSES_BEFORE_WAYS_OUT:
        say_lost(turn)
        return
    turn.offer(
        turn.words("guide.none"),
        [turn.button("capability", "ask_capability"), turn.button("person", "ask_person")],
    )


def say_lost(turn: Turn) -> None:
    """We do not understand each other: three things that can be done, and a person."""
    turn.offer(
        turn.words("talk.lost"),
        [
            turn.button("capability", "ask_capability"),
            turn.button("progress", "ask_progress"),
            turn.button("prompts", "ask_prompts"),
            turn.button("person", "ask_person", reason="stuck"),
        ],
    )


async def matter_or_none(turn: Turn, matter: str) -> Document | None:
    """A matter's guide, if there is one of this id."""
    try:
        return await turn.api.matter(matter)
    except Problem:
        return None
