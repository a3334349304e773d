"""What a department will not believe of somebody: for tests of corrections, one person at a time."""

from pydantic import Field

from integrations.departments.database import Document, Store
from integrations.departments.filings import Body, IdentityNumber

DOUBTS = "doubts"


class DoubtWish(Body):
    """A field that is sent back once, with the reason; in one matter or whichever comes next."""

    identity_number: str = IdentityNumber
    field: str = Field(min_length=1, max_length=60)
    reason: str = Field(min_length=1, max_length=200)
    matter: str | None = Field(default=None, max_length=80)


def raise_doubt(store: Store, wish: DoubtWish) -> None:
    """Doubt this person's field from now on; a newer doubt takes the older one's place."""
    kept = wish.model_dump(exclude={"identity_number"})
    store[DOUBTS].replace_one({"_id": wish.identity_number}, kept, upsert=True)


def doubted_item(store: Store, case: Document) -> dict[str, str] | None:
    """What of a case is doubted, unless it was already answered once."""
    if case["supplements"]:
        return None
    found = store[DOUBTS].find_one({"_id": case["applicant"]["identity_number"]})
    if found is None or found["matter"] not in (None, case["matter"]) or found["field"] not in case["form"]:
        return None
    return {"field": found["field"], "reason": found["reason"]}
