"""受理条件 against the applicant's facts, and what of a bundle can be done at all."""

from backend.applications.applicant import fact_holds
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter

PLANNED, LEFT_OUT, SKIPPED, STARTED = "planned", "left-out", "skipped", "started"


def check_conditions(house: House, document: Document, matter: Matter) -> None:
    """Raise ``conditions-not-met`` with the reason and where to go of each 受理条件 that fails."""
    failed = [
        condition.otherwise
        for condition in matter.accept_when
        if not fact_holds(house, document, condition.filter)
    ]
    if failed:
        raise Problem("conditions-not-met", failed[0], reasons=failed, matter=matter.id)


def obstacle(house: House, document: Document, matter: Matter) -> str:
    """Why a matter cannot be done for this applicant now; empty when it can."""
    for condition in matter.accept_when:
        if not fact_holds(house, document, condition.filter):
            return condition.otherwise
    return ""


def plan_parts(house: House, draft: Document, matter: Matter) -> list[Document]:
    """A row for each part of a bundle's draft; those that cannot be done are switched off with the reason.

    Parts that wait for others are tried when their turn comes. Changes ``draft["fields"]``.
    Raises ``conditions-not-met`` when no part can be done.
    """
    rows, reasons = [], []
    for part in matter.parts:
        row: Document = {"matter": part.matter, "state": PLANNED, "reason": ""}
        reason = "" if part.after else obstacle(house, draft, catalogue().get(part.matter))
        if reason:
            # What cannot be done from the start may well be done already: it stops nobody who waits for it.
            row |= {"state": SKIPPED, "reason": reason, "unneeded": True}
            reasons.append(reason)
            off = {"value": False, "source": None, "at": draft["created_at"], "default": True}
            draft["fields"][part.wanted] = off
        rows.append(row)
    if all(row["state"] == SKIPPED for row in rows):
        raise Problem("conditions-not-met", reasons[0], reasons=reasons, matter=matter.id)
    return rows
