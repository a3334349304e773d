"""What was said to a field's question, and that it could not be understood."""

from dataclasses import dataclass
from datetime import date

from backend.matters.fields import FormField

EDGES = " ,，.。!！?？:：;；、\"'“”"
FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")


class NotUnderstood(Exception):
    """What was said holds no value of the wanted kind; ``reason`` says why, in the reader's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Saying:
    """A field and what was said to its question, on a day."""

    field: FormField
    text: str
    today: date
