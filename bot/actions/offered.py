"""The buttons just offered, and which of them the words name."""

from bot.actions import reply
from bot.actions.context import Turn
from bot.actions.picking import pick


def button_meant(turn: Turn) -> str | None:
    """The payload of the button just offered that the words name."""
    offered = offered_choices(turn)
    index = pick(turn.text, [option["title"] for option in offered])
    return offered[index]["value"] if index is not None else None


def offered_choices(turn: Turn) -> list[reply.Choice]:
    """The buttons that the assistant's last words carried."""
    return [option for said in turn.earlier for option in said.get("choices", [])]
