"""「转人工」: the API puts the citizen in the queue and says how it stands; the form goes on meanwhile."""

from bot.actions import reply
from bot.actions.api import ApiFailure
from bot.actions.context import BUTTONS_ALONE, Turn
from bot.actions.form import back_to_form

HOTLINE = "12345"
DISTRESS = "12356"
ASKED, DANGER, IN_DISTRESS = "asked", "danger", "distress"


async def hand_over(turn: Turn) -> None:
    """Ask for a person for whatever reason the button gives, and take up again what was open."""
    reason = turn.entity("reason") or ASKED
    try:
        told = await turn.api.ask_for_person(reason=reason, number=turn.entity("emergency_number") or "")
    except ApiFailure:
        # The one thing that must not fail: whoever asks for a person hears how to reach one.
        turn.replies.append(reply.notice("info", turn.words("handoff.unreachable"), phone=HOTLINE))
    else:
        turn.replies.extend(told["replies"])
    await _take_up(turn)


async def hand_over_in_danger(turn: Turn, numbers: list[str]) -> None:
    """The number has been said. Distress goes to a person at once, in other danger one is offered."""
    if DISTRESS not in numbers:
        first = numbers[0] if numbers else ""
        person = turn.button("person", "ask_person", reason=DANGER, emergency_number=first)
        turn.offer(turn.words("handoff.in_danger"), [person])
        return
    try:
        told = await turn.api.ask_for_person(reason=IN_DISTRESS, number=DISTRESS)
    except ApiFailure:
        return  # the number stands above
    turn.replies.extend(told["replies"])


async def _take_up(turn: Turn) -> None:
    """What was asked before stays to be answered: the form's question, the candidates, the paused draft."""
    memory = turn.memory
    if memory.draft:
        await back_to_form(turn)
    elif memory.asked in BUTTONS_ALONE:
        turn.replies.extend(said for said in turn.earlier if said["type"] == "choices")
    elif memory.paused:
        turn.offer(turn.words("form.kept"), [turn.button("go_on", "resume")])
