"""Data corrections (数据异议): a citizen says that a fact is wrong; kept until somebody settles it."""

from typing import Any

from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery

CORRECTIONS = declare(
    "corrections",
    Index("prompt", unique=True, partial={"prompt": {"$type": "string"}}),
    Index([("citizen", 1), ("created_at", -1), ("_id", -1)]),
)


def open_correction(house: House, unit: Unit, citizen: str, *, prompt: str | None, note: str) -> str:
    """Record that the facts behind a prompt are disputed; one prompt gives one record. Returns its id."""
    fresh: Document = {
        "_id": house.new_id(),
        "citizen": citizen,
        "note": house.cipher.encrypt(note),
        "state": "open",
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    if prompt is not None:
        earlier = house.db[CORRECTIONS].find_one({"prompt": prompt}, {"_id": 1}, session=unit.session)
        if earlier:
            return str(earlier["_id"])
        fresh["prompt"] = prompt
    house.db[CORRECTIONS].insert_one(fresh, session=unit.session)
    unit.emit("correction.opened", correction=fresh["_id"], citizen=citizen)
    return str(fresh["_id"])


def list_corrections(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of a citizen's corrections, newest first, notes opened."""
    found = read_page(house.db[CORRECTIONS], {"citizen": citizen}, page)
    return Page([house.cipher.open(item) for item in found.items], found.next_cursor)


def view_correction(correction: Document) -> dict[str, Any]:
    """A correction as the API tells it."""
    return {
        "id": correction["_id"],
        "prompt": correction.get("prompt"),
        "note": correction["note"],
        "state": correction["state"],
        "created_at": correction["created_at"].isoformat(),
    }
