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

    def matter_of(self, application: str) -> str:
        """Which matter an application is of."""

    def next_step(self, application: str) -> Record:
        """What an application needs next."""

    def field(self, application: str, name: str) -> Record:
        """A form field as it is asked."""

    def applicant(self, application: str) -> Record | None:
        """For whom somebody else's application is: ``{name, relation, kind}``; None for one's own."""

    def cashier(self, application: str) -> Record:
        """The fee of an application and where to pay it: ``{amount, state, pay_url}``."""

    def licence(self, licence: str) -> Record:
        """An e-licence."""

    def prompt(self, prompt: str) -> Record:
        """A prompt."""
