"""Acting on a button that was named in words, as if it had been pressed."""

from typing import Protocol

from bot.actions.context import Turn
from bot.actions.reply import read_payload


class Answers(Protocol):
    """Whatever answers a speech act."""

    async def answer(self, turn: Turn) -> None:
        """Say what is to be said."""


_by_act: dict[str, type[Answers]] = {}


def register(acts: tuple[str, ...], action: type[Answers]) -> None:
    """From now on this action answers these acts."""
    for act in acts:
        _by_act.setdefault(act, action)


async def act_on(turn: Turn, payload: str) -> None:
    """Let the action that answers the payload's act answer this turn."""
    read = read_payload(payload)
    if read is None:
        raise ValueError("a button carries no payload")
    act, entities = read
    turn.become(act, entities)
    await answering(act)().answer(turn)


def answering(act: str) -> type[Answers]:
    """The action that answers a speech act."""
    if act not in _by_act:
        raise LookupError(f"no action answers {act!r}")
    return _by_act[act]
