"""The sweep over what is late or stuck: it raises what came up and settles what came right.

Each feature says by one function what of its own is in trouble now, all of it or among some; the
troubles are derived from that, so a crash anywhere costs nothing but the minutes to the next look.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from backend.applications import stuck, versions
from backend.core.house import House
from backend.core.logs import logger
from backend.payments import books
from backend.profiles import corrections
from backend.ratings import store as ratings
from backend.sharing import store as sharing
from backend.troubles import store
from backend.troubles.kinds import Kind
from backend.troubles.store import Found
from backend.workbench import case_store

# What of a feature's own is in trouble at a moment: everything, or what is among these references.
Late = Callable[[House, datetime, Collection[str] | None], Iterable[Found]]
WATCHES: dict[Kind, Late] = {
    Kind.FILING_GIVEN_UP: stuck.given_up,
    Kind.FILING_REFUSED: stuck.refused,
    Kind.DEPARTMENT_SILENT: stuck.silent_departments,
    Kind.BOOKS_NOT_COMPARED: books.not_compared,
    Kind.RATING_NOT_CONTACTED: ratings.not_contacted,
    Kind.RATING_NOT_SETTLED: ratings.not_settled,
    Kind.CORRECTION_LATE: corrections.late_corrections,
    Kind.SHARING_LATE: sharing.late_requests,
    Kind.GRANT_ENDING: sharing.ending_grants,
    Kind.OPINION_LATE: case_store.late_opinions,
    Kind.VERSION_LOST: versions.still_lost,
}


def watch(house: House) -> int:
    """Raise and settle by what is so now; returns how many troubles are new."""
    new = 0
    for kind, late in WATCHES.items():
        try:
            new += _look(house, kind, late, house.clock.now())
        except Exception:
            # What nobody foresaw in one kind must not hide the others.
            logger().exception("trouble.watch-failed", kind=kind.value)
    return new


def _look(house: House, kind: Kind, late: Late, now: datetime) -> int:
    new = store.raise_all(house, kind, late(house, now, None))
    after = ""
    while rows := store.open_rows(house, kind, after=after):
        among = {row["reference"] for row in rows}
        there = {store.entry_id(kind, one.reference, one.occasion) for one in late(house, now, among)}
        store.settle_entries(house, {row["_id"] for row in rows} - there)
        after = rows[-1]["_id"]
    return new
