"""The queue: what waits for whom, the day promised first."""

from dataclasses import dataclass
from datetime import datetime

from backend.applications.states import TO_DELIVER, State
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from backend.workbench import case_store
from backend.workbench.actions import OPEN, stages_of
from backend.workbench.officer import WORKBENCH, Officer

ENDED = tuple(state for state in State if state not in OPEN and state is not State.DRAFT)


@dataclass(frozen=True)
class Wanted:
    """The filters of a queue. ``whose``: mine, unclaimed, or all that one may see.

    ``closed``: what was decided or ended, instead of what is open. ``number`` finds one case of the
    department wherever it stands. ``to_collect``: what lies at the window, whoever worked on it.
    """

    whose: str = "all"
    state: str = ""
    matter: str = ""
    light: str = ""
    due_before: datetime | None = None
    number: str = ""
    closed: bool = False
    to_collect: bool = False


def list_queue(house: House, officer: Officer, wanted: Wanted, page: PageQuery) -> Page:
    """One page of the cases that an officer may see, the day promised first."""
    return case_store.list_cases(house, query_for(officer, wanted), page)


def query_for(officer: Officer, wanted: Wanted) -> Document:
    """The filter of a queue: supervisors see their whole department, others theirs and what is free to them.

    >>> query_for(Officer("s1", "health", frozenset({"decide"})), Wanted(whose="unclaimed"))["state"]
    {'$in': ['deciding']}
    """
    if wanted.number:
        return {
            "department": officer.department,
            "number": wanted.number,
            "state": {"$ne": State.DRAFT.value},
        }
    if wanted.to_collect:
        lies = {"department": officer.department, "state": {"$in": sorted(TO_DELIVER)}, **case_store.LIES}
        return lies | ({"matter": wanted.matter} if wanted.matter else {})
    where: Document = {"department": officer.department, "handling.by": WORKBENCH}
    states = [state.value for state in (ENDED if wanted.closed else OPEN)]
    free = {"handling.handler": None, "payment.state": {"$ne": "due"}}
    if wanted.closed:
        # It is in nobody's hand any more; mine is what one took in or decided.
        if wanted.whose == "mine":
            where["$or"] = [{"handling.receiver": officer.id}, {"handling.decided_by": officer.mark}]
    elif wanted.whose == "mine":
        where["handling.handler"] = officer.id
    elif wanted.whose == "unclaimed":
        where |= free
        states = states if officer.supervises else stages_of(officer.roles)
    elif not officer.supervises:
        where["$or"] = [
            {"handling.handler": officer.id},
            free | {"state": {"$in": stages_of(officer.roles)}},
        ]
    where["state"] = wanted.state or {"$in": states}
    for key, value in (("matter", wanted.matter), ("light", wanted.light)):
        if value:
            where[key] = value
    if wanted.due_before:
        where["promised.due"] = {"$lt": wanted.due_before}
    return where
