"""The member of staff at work, and which cases are theirs to see and to hold."""

from dataclasses import dataclass

from backend.audit.trail import Reader
from backend.core.errors import Problem, not_found
from backend.core.guard import Caller
from backend.core.house import House
from backend.core.mongo import Document
from backend.workbench import case_store, store
from backend.workbench.roles import Role

WORKBENCH = "workbench"


@dataclass(frozen=True)
class Officer:
    """Somebody of a department's staff, with the roles of this moment."""

    id: str
    department: str
    roles: frozenset[str]

    @classmethod
    def of(cls, caller: Caller) -> "Officer":
        """Who a staff token speaks for."""
        return cls(caller.staff, caller.department, caller.roles)

    @property
    def mark(self) -> str:
        """How timelines and trails name them."""
        return f"staff:{self.id}"

    @property
    def supervises(self) -> bool:
        """Whether they see every case of their department."""
        return Role.SUPERVISE in self.roles


def find_case(house: House, officer: Officer, case: str) -> Document:
    """A case of the officer's department. Raises ``not-found`` for another department's as for none."""
    found = case_store.find_case(house, case)
    if found is None or found["department"] != officer.department:
        raise not_found("办件")
    return found


def holds(officer: Officer, case: Document) -> bool:
    """Whether the case is in the officer's own hand."""
    handling = case.get("handling") or {}
    return bool(handling.get("handler") == officer.id and handling.get("by") == WORKBENCH)


def must_hold(officer: Officer, case: Document) -> None:
    """Raise ``not-in-hand`` unless the officer claimed the case."""
    if not holds(officer, case):
        raise Problem("not-in-hand", "这个办件不在您手上，请先认领，再办理或查看内容。")


def reader_of(house: House, officer: Officer) -> Reader:
    """The officer as the audit trail names them."""
    account = store.get_staff(house, officer.id) or {}
    return Reader(officer.id, officer.department, str(account.get("display", "")))
