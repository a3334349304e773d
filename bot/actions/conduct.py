"""The order in which a turn is taken: what only points back, then the act, then what still waits."""

from bot.actions import reply
from bot.actions.accepting import take_circumstance
from bot.actions.bundles import take_part_change
from bot.actions.context import SECOND, WHICH, Turn
from bot.actions.dispatch import Answers, act_on
from bot.actions.lacking import take_lacking
from bot.actions.offered import button_meant
from bot.actions.pointing import take_pointing
from bot.actions.second import hear_second, offer_second

TALK = ("out_of_scope", "chitchat", "complain", "greet", "supply_value")
ABOUT_MATTERS = ("do_matter", "ask_matter")
ANSWERS_TO_SECOND = ("confirm", "deny", "choose", "later")
MOST_OTHERS = 5
# Ways of speaking that say nothing of their own. Out of the blue they are believed from this likelihood on.
HOLLOW, LIKELY = frozenset({"chitchat", "repeat", "choose", "later", "greet", "rate", "resume"}), 0.4


async def answer_turn(turn: Turn, action: Answers) -> None:
    """Answer a turn whose act this action answers."""
    memory, topic = turn.memory, turn.memory.topic
    if memory.asked == SECOND and turn.act not in ANSWERS_TO_SECOND:
        memory.asked = None
    for take in (take_part_change, take_circumstance, take_lacking, take_pointing, _take_named_button):
        if await take(turn):
            break
    else:
        await _answer_act(turn, action)
    if topic and memory.topic != topic:
        memory.before = topic


async def _take_named_button(turn: Turn) -> bool:
    """「油烟」 after 「您说的是哪一件」: words that alone would be talk name one of the buttons."""
    payload = button_meant(turn) if turn.memory.asked == WHICH and turn.act in TALK else None
    if payload is None:
        return False
    turn.memory.asked = None
    await act_on(turn, payload)
    return True


async def _answer_act(turn: Turn, action: Answers) -> None:
    memory, drafted = turn.memory, turn.memory.draft
    if _hardly_heard(turn):
        await act_on(turn, reply.payload("out_of_scope"))
        return
    heard, others = bool(turn.entity("second_matter")), _others(turn)
    if await hear_second(turn):
        return
    await action.answer(turn)
    if others is not None:
        memory.others = others
    await offer_second(turn, heard_now=heard, form_ended=bool(drafted) and memory.draft is None)


def _hardly_heard(turn: Turn) -> bool:
    """「那个啥弄一下」: it resembles one way of speaking more than any other, and little of that."""
    nothing_open = turn.memory.draft is None and turn.memory.asked is None and turn.fresh_prompt is None
    return nothing_open and bool(turn.text) and turn.act in HOLLOW and turn.likely < LIKELY


def _others(turn: Turn) -> str | None:
    """What the linker held possible besides, for when its first guess was wrong; None says nothing new."""
    if turn.act not in ABOUT_MATTERS or not turn.text:
        return None
    return ",".join(turn.entity_values("matter")[:MOST_OTHERS])
