"""Short messages: what a sender must be able to do, and a simulated one."""

from collections.abc import Callable
from typing import Protocol

SmsSink = Callable[[str, str], None]


class SmsGateway(Protocol):
    """Something that can bring a short text to a phone."""

    def send(self, phone: str, text: str) -> None:
        """Hand a text over for delivery; returns once it is accepted."""


class SimulatedSms:
    """Puts messages where the given sink keeps them, instead of on a phone."""

    def __init__(self, sink: SmsSink) -> None:
        self._sink = sink

    def send(self, phone: str, text: str) -> None:
        """Keep the message; refuse what no real sender would take."""
        if not phone.isdigit() or len(phone) != 11:
            raise ValueError("a short message needs a phone number of 11 digits")
        if not text.strip():
            raise ValueError("a short message needs a text")
        self._sink(phone, text)
