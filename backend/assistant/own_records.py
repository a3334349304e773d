"""A citizen's own records, read through the features' public functions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from backend.applications import view as applications
from backend.applications.applicant import find_own
from backend.applications.filling import next_step
from backend.assistant.records import Record
from backend.core.errors import Problem
from backend.core.house import House
from backend.delegations import principals
from backend.licences import wallet
from backend.matters.catalogue import catalogue
from backend.matters.schema import Department, Matter
from backend.payments import paying
from backend.prompts import view as prompts


@dataclass(frozen=True)
class OwnRecords:
    """One citizen's records; each is read at most once."""

    house: House
    citizen: str
    lang: str
    read: dict[tuple[str, ...], Record] = field(default_factory=dict)

    def matter(self, matter: str) -> Matter:
        """A matter's file."""
        return catalogue().get(matter)

    def department(self, department: str) -> Department | None:
        """A department, if there is one of this id."""
        return catalogue().departments.get(department)

    def application(self, application: str) -> Record:
        """An application as its owner sees it."""
        return self._once(
            lambda: applications.view(self.house, self.citizen, application), "view", application
        )

    def matter_of(self, application: str) -> str:
        """Which matter an application is of."""
        return str(self._own(application)["matter"])

    def next_step(self, application: str) -> Record:
        """What an application needs next."""
        return self._once(
            lambda: next_step(self.house, self._own(application), lang=self.lang),
            "next",
            application,
        )

    def field(self, application: str, name: str) -> Record:
        """A form field as it is asked."""
        return self._once(
            lambda: applications.field_view(self.house, self._own(application), name, self.lang),
            "field",
            application,
            name,
        )

    def applicant(self, application: str) -> Record | None:
        """For whom somebody else's application is, named as the citizen may read it; None for one's own."""
        principal = self._own(application)["citizen"]
        if principal == self.citizen:
            return None
        known = self._once(
            lambda: {one["id"]: one for one in principals.list_principals(self.house, self.citizen)},
            "principals",
        )
        return known.get(principal)

    def cashier(self, application: str) -> Record:
        """The fee of an application, and the cashier's page as long as it is due and open."""
        due = paying.read(self.house, self.citizen, application)
        if due["state"] != paying.OPEN:
            return due
        try:
            return self._once(lambda: paying.start(self.house, self.citizen, application), "pay", application)
        except Problem as problem:
            if problem.kind.slug not in ("payment-unavailable", "nothing-to-pay"):
                raise
            return due

    def licence(self, licence: str) -> Record:
        """An e-licence."""
        return self._once(lambda: wallet.get_licence(self.house, self.citizen, licence), "licence", licence)

    def prompt(self, prompt: str) -> Record:
        """A prompt."""
        return self._once(lambda: prompts.read_prompt(self.house, self.citizen, prompt), "prompt", prompt)

    def _own(self, application: str) -> Record:
        return self._once(lambda: find_own(self.house, self.citizen, application), "own", application)

    def _once(self, read: Callable[[], Record], *key: str) -> Record:
        if key not in self.read:
            self.read[key] = read()
        return self.read[key]
