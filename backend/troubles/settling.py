"""Who sees a trouble, settles it by hand, or has it tried again; both stand in the audit trail."""

from collections.abc import Callable
from typing import Any

from backend.applications.filing import try_again
from backend.audit.trail import Deed, Reading, note_reading
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from backend.matters.catalogue import catalogue
from backend.troubles import store
from backend.troubles.kinds import ABOUT, Kind
from backend.workbench.officer import Officer, reader_of
from backend.workbench.roles import Role

AGAIN = "重试"
STATES: dict[str, Document] = {
    "open": {"settled_at": None},
    "settled": {"settled_at": {"$ne": None}},
    "all": {},
}
RETRIES: dict[Kind, Callable[[House, str], str]] = {
    Kind.FILING_GIVEN_UP: try_again,
    Kind.FILING_REFUSED: try_again,
}


def list_of(
    house: House, officer: Officer, page: PageQuery, *, kind: Kind | None, department: str | None, state: str
) -> Page:
    """One page of what an officer answers for. Raises ``not-allowed`` for another department's."""
    scope = _scope(officer)
    if scope and department not in (None, scope):
        raise Problem("not-allowed", "只能查看本部门的。")
    given = {"kind": kind.value if kind else None, "department": department or scope}
    where: Document = {key: value for key, value in given.items() if value} | STATES[state]
    return store.list_troubles(house, page, **where)


def settle(house: House, officer: Officer, trouble: str, *, note: str) -> Document:
    """Settle by hand, with what was done. Raises ``not-found``, ``conflict``."""
    found = _open_one(house, officer, trouble)
    _write_down(house, officer, found, note)
    return store.settle(house, found, by=officer.mark, note=note)


def retry(house: House, officer: Officer, trouble: str) -> Document:
    """Try again what was given up; what fails again is a new trouble.

    Raises ``not-found``, ``move-not-allowed`` for what cannot be tried again, ``conflict``.
    """
    found = _open_one(house, officer, trouble)
    work = RETRIES.get(Kind(found["kind"]))
    if work is None:
        raise Problem("move-not-allowed", "这件事不能重试，处理好以后请直接销号。")
    _write_down(house, officer, found, AGAIN)
    # First the try: a crash between the two leaves an open trouble, which the sweep settles.
    work(house, found["reference"])
    return store.settle(house, found, by=officer.mark, note=AGAIN)


def view_trouble(trouble: Document) -> dict[str, Any]:
    """A trouble as it is answered: nothing personal."""
    about = ABOUT[Kind(trouble["kind"])]
    known = catalogue().departments.get(trouble["department"])
    settled = trouble["settled_at"]
    return {
        "id": trouble["_id"],
        "kind": trouble["kind"],
        "since": trouble["since"].isoformat(),
        "department": {"id": trouble["department"], "name": known.name if known else trouble["department"]},
        "what": about.what,
        "refers_to": {"type": about.refers_to, "id": trouble["reference"]},
        "can_retry": about.again and settled is None,
        "settled_at": settled.isoformat() if settled else None,
        "settled_by": trouble["settled_by"],
    }


def _open_one(house: House, officer: Officer, trouble: str) -> Document:
    found = store.find_trouble(house, trouble, _scope(officer))
    if found["settled_at"] is not None:
        raise Problem("conflict", store.SETTLED)
    return found


def _scope(officer: Officer) -> str | None:
    """Whose troubles an officer answers for: administrators for all, supervisors for their department's."""
    return None if Role.ADMINISTRATE in officer.roles else officer.department


def _write_down(house: House, officer: Officer, trouble: Document, note: str) -> None:
    details = {"trouble": trouble["_id"], "kind": trouble["kind"], "reference": trouble["reference"]}
    # Nobody's data is read: the entry is in the chain, and on no citizen's page.
    reading = Reading(Deed.SETTLE_TROUBLE, whose="", why=note, basis="", details=details)
    note_reading(house, reader_of(house, officer), reading)
