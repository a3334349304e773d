"""Fees: how much, where to pay, and whether it arrived."""

from bot.actions.api import Document
from bot.actions.context import PAY, Turn

DUE, PAID = "due", "paid"


def is_due(view: Document) -> bool:
    """Whether an application waits for its fee."""
    return (view.get("payment") or {}).get("state") == DUE


def ask_to_pay(turn: Turn, view: Document, *, key: str = "pay.due") -> None:
    """The amount, that it starts when paid, and the card behind which the cashier is."""
    application = str(view["id"])
    turn.memory.asked = PAY + application
    turn.say(key, amount=view["payment"]["amount"])
    turn.show("payment", application)
    turn.offer(turn.words("pay.tell_me"), [turn.button("paid", "ask_progress", application=application)])


async def look_at_payment(turn: Turn, application: str) -> None:
    """「付好了」: look, and tell."""
    view = await turn.api.application(application)
    if is_due(view):
        ask_to_pay(turn, view, key="pay.not_yet")
        return
    turn.memory.asked = None
    turn.say("pay.arrived" if (view.get("payment") or {}).get("state") == PAID else "pay.nothing_due")
    turn.show("application", application)


def says_paid(turn: Turn) -> bool:
    """Whether the words are about money that was paid: 「付好了」."""
    return any(word in turn.text.lower() for word in turn.words.word_list("pay.paid_words"))
