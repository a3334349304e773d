"""受理条件 against what may be read of the applicant, and what of a bundle can be done at all.

A condition that is not known, because its data are not granted or their owner does not consent, stops
nobody: whoever works on the case looks into it, and data alone do not decide it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.applications.applicant import subject_of
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Condition, Matter
from backend.sharing.using import Asked, Door

PLANNED, LEFT_OUT, SKIPPED, STARTED = "planned", "left-out", "skipped", "started"


@dataclass(frozen=True)
class Tried:
    """A condition and whether it is met; None where that is not known."""

    condition: Condition
    met: bool | None


def try_conditions(door: Door, matters: Sequence[Matter]) -> list[list[Tried]]:
    """The conditions of each matter, tried in one look at what the door lets be read."""
    pairs = [(matter, one) for matter in matters for one in matter.accept_when]
    answers = iter(door.answers([Asked(matter, one.filter) for matter, one in pairs]))
    return [[Tried(one, next(answers)) for one in matter.accept_when] for matter in matters]


def failing(tried: Sequence[Tried]) -> list[str]:
    """What the conditions say that are known not to be met: the reason and where to go."""
    return [one.condition.otherwise for one in tried if one.met is False]


def check_conditions(house: House, document: Document, matter: Matter, door: Door | None = None) -> None:
    """Raise ``conditions-not-met`` with the reason and where to go of each 受理条件 that fails.

    ``door`` is the matter's to its applicant, where the caller goes on reading through it.
    """
    door = door or Door(house, subject_of(document), [matter])
    failed = failing(try_conditions(door, [matter])[0])
    if failed:
        raise Problem("conditions-not-met", failed[0], reasons=failed, matter=matter.id)


def obstacle(house: House, document: Document, matter: Matter) -> str:
    """Why a matter cannot be done for this applicant now; empty when nothing known is against it."""
    return next(iter(failing(_tried(house, document, [matter])[0])), "")


def plan_parts(house: House, draft: Document, matter: Matter) -> list[Document]:
    """A row for each part of a bundle's draft; those that cannot be done are switched off with the reason.

    Parts that wait for others are tried when their turn comes. Changes ``draft["fields"]``.
    Raises ``conditions-not-met`` when no part can be done.
    """
    first = [catalogue().get(part.matter) for part in matter.parts if not part.after]
    tried = zip(first, _tried(house, draft, first), strict=True)
    failed = {member.id: failing(conditions) for member, conditions in tried}
    rows, reasons = [], []
    for part in matter.parts:
        row: Document = {"matter": part.matter, "state": PLANNED, "reason": ""}
        reason = next(iter(failed.get(part.matter, [])), "")
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


def _tried(house: House, document: Document, matters: Sequence[Matter]) -> list[list[Tried]]:
    return try_conditions(Door(house, subject_of(document), matters), matters)
