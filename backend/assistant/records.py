"""What cards are filled from, whoever keeps it."""

from typing import Any, Protocol

from backend.matters.schema import Department, Matter

Record = dict[str, Any]


class Records(Protocol):
    """Everything a card may refer to. Each raises the problem ``not-found``."""

    def matter(self, matter: str) -> Matter:
        """A matter's file."""

    def department(self, department: str) -> Department | None:
        """A department, if there is one of this id."""

    def application(self, application: str) -> Record:
        """An application as its owner sees it."""

    def next_step(self, application: str) -> Record:
        """What an application needs next."""

    def field(self, application: str, name: str) -> Record:
        """A form field as it is asked."""

    def licence(self, licence: str) -> Record:
        """An e-licence."""

    def prompt(self, prompt: str) -> Record:
        """A prompt."""
