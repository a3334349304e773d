"""好差评: one rating of one handling, in five levels, asked for without any inducement."""

import asyncio

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import RATE, WHO, Turn
from bot.actions.filing import CLOSED, choose_application, filed_applications
from bot.actions.form import back_to_form
from bot.actions.naming import matter_name
from bot.actions.speech import SpeechAction

LEVELS = (5, 4, 3, 2, 1)
# The two lowest are 差评 (GB/T 39735): somebody calls back, and it is mended.
BAD_FROM = 2
# What was never handled cannot be rated.
NOT_HANDLED = frozenset({"withdrawn", "voided"})
MOST_LOOKED_AT = 5
MOST_COMMENTED = 500
# More than the level's own words is worth passing on.
SHORTEST_COMMENT = 6


class RateHandling(SpeechAction):
    """「给个好评」, 「办得太慢了差评」."""

    action = "action_rate"
    acts = ("rate",)

    async def answer(self, turn: Turn) -> None:
        """Rate the application meant; ask which, or how satisfied, where that is not plain."""
        level = level_in(turn)
        application = turn.entity("application") or turn.memory.asked_about(RATE)
        if application is None:
            found = await unrated(turn)
            if len(found) > 1:
                await _ask_which(turn, found, level)
                return
            if not found:
                await _nothing_to_rate(turn)
                return
            application = str(found[0]["id"])
        if level is None:
            await ask_level(turn, await turn.api.application(application))
            return
        await _rate(turn, application, level)


def level_in(turn: Turn) -> int | None:
    """The level of a button, or of the longest words that name one."""
    pressed = turn.entity("level")
    if pressed in {str(level) for level in LEVELS}:
        return int(str(pressed))
    said = turn.text.lower()
    named = [
        (len(word), int(level))
        for level, words in turn.words.table("rating_words").items()
        for word in words
        if word in said
    ]
    return max(named)[1] if named else None


def may_be_rated(view: Document) -> bool:
    """Whether an application came to an end that somebody worked for."""
    return view["state"] in CLOSED and view["state"] not in NOT_HANDLED and not view.get("bundle")


async def unrated(turn: Turn) -> list[Document]:
    """The last applications that ended and have no rating yet, newest first."""
    ended = [view for view in await filed_applications(turn) if may_be_rated(view)][:MOST_LOOKED_AT]
    rated = await asyncio.gather(*(is_rated(turn, str(view["id"])) for view in ended))
    return [view for view, done in zip(ended, rated, strict=True) if not done]


async def is_rated(turn: Turn, application: str) -> bool:
    """Whether the citizen has rated it; what cannot be looked up is not asked about."""
    try:
        return bool((await turn.api.rating(application)).get("rated"))
    except Problem:
        return True


async def ask_level(turn: Turn, view: Document) -> None:
    """Five buttons."""
    turn.memory.asked = RATE + str(view["id"])
    name = await matter_name(turn, view["matter"])
    turn.offer(turn.words("rating.ask", matter=name), level_buttons(turn, str(view["id"])))


def level_buttons(turn: Turn, application: str) -> list[reply.Choice]:
    """From 非常满意 to 非常不满意."""
    return [
        reply.choice(turn.words(f"level.{level}"), "rate", application=application, level=str(level))
        for level in LEVELS
    ]


async def _rate(turn: Turn, application: str, level: int) -> None:
    turn.memory.asked = None
    comment = turn.text if len(turn.text) >= SHORTEST_COMMENT else ""
    try:
        await turn.api.rate(application, level=level, comment=comment[:MOST_COMMENTED])
    except Problem as problem:
        if problem.slug not in ("conflict", "move-not-allowed"):
            raise
        turn.say("rating.not_taken", detail=problem.detail)
    else:
        turn.say("rating.bad" if level <= BAD_FROM else "rating.thanks", level=turn.words(f"level.{level}"))
    await back_to_form(turn)


async def _ask_which(turn: Turn, found: list[Document], level: int | None) -> None:
    more = {"level": str(level)} if level else {}
    turn.memory.asked = WHO
    turn.offer(turn.words("rating.which"), await choose_application(turn, found, act="rate", **more))


async def _nothing_to_rate(turn: Turn) -> None:
    turn.offer(
        turn.words("rating.nothing"),
        [turn.button("progress", "ask_progress"), turn.button("person", "ask_person")],
    )
    await back_to_form(turn)
