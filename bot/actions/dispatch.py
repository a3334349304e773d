"""Acting on a button that was named in words, as if it had been pressed."""

from bot.actions.context import Turn
from bot.actions.reply import read_payload
from bot.actions.speech import SpeechAction


async def act_on(turn: Turn, payload: str) -> None:
    """Let the action that answers the payload's act answer this turn."""
    read = read_payload(payload)
    if read is None:
        raise ValueError("a button carries no payload")
    act, entities = read
    turn.become(act, entities)
    await answering(act)().answer(turn)


def answering(act: str) -> type[SpeechAction]:
    """The action that answers a speech act."""
    actions: list[type[SpeechAction]] = SpeechAction.__subclasses__()
    for action in actions:
        if act in action.acts:
            return action
    raise LookupError(f"no action answers {act!r}")
