"""Whether the payment company's statement is compared with our orders as often as it should be."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from backend.core.house import House
from backend.payments import store
from backend.troubles.store import Found
from backend.workbench.roles import DATA_OFFICE

STATEMENT = "statement"
LONG_AGO = timedelta(hours=6)


def not_compared(house: House, now: datetime, among: Collection[str] | None) -> Iterator[Found]:
    """The statement, when no comparison succeeded for hours although there is something to compare."""
    last = store.last_reconciled(house)
    since = last or store.first_of_before(house, now - LONG_AGO)
    if since is not None and now - since > LONG_AGO and (among is None or STATEMENT in among):
        yield Found(STATEMENT, DATA_OFFICE, since.isoformat(), since + LONG_AGO)
