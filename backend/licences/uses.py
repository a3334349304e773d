"""Every single use of an e-licence: which, for what, by whom, and when; open to its owner."""

from collections.abc import Iterable
from typing import Any

from pymongo import UpdateOne

from backend.core.events import Unit
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.core.paging import Page, read_page
from backend.core.schemas import PageQuery
from backend.matters.catalogue import catalogue

USES = declare(
    "licence_uses",
    Index([("owner", 1), ("licence", 1), ("at", -1), ("_id", -1)]),
    Index([("application", 1), ("licence", 1), ("material", 1)], unique=True),
)


def note_uses(
    house: House, unit: Unit, application: Document, used: Iterable[tuple[str, str]], *, purpose: str
) -> None:
    """Write down, in the first submission's transaction, which licences stand in for which materials.

    ``used`` are (licence, material). The declaration confirmed at that moment is the consent, for
    this one application.
    """
    rows = _rows(house, unit, application, used, purpose)
    if rows:
        house.db[USES].insert_many(rows, session=unit.session)


def note_more_uses(
    house: House, unit: Unit, application: Document, used: Iterable[tuple[str, str]], *, purpose: str
) -> None:
    """As ``note_uses``, of an application handed in again: what it used before is no new use."""
    same = ("application", "licence", "material")
    upserts = [
        UpdateOne({key: row[key] for key in same}, {"$setOnInsert": row}, upsert=True)
        for row in _rows(house, unit, application, used, purpose)
    ]
    if upserts:
        house.db[USES].bulk_write(upserts, session=unit.session)


def _rows(
    house: House, unit: Unit, application: Document, used: Iterable[tuple[str, str]], purpose: str
) -> list[Document]:
    about = {
        "owner": application.get("organisation") or application["citizen"],
        "application": application["_id"],
        "number": application["number"],
        "department": application["department"],
        "purpose": purpose,
        "at": unit.now,
    }
    return [
        {"_id": house.new_id(), "licence": licence, "material": material} | about
        for licence, material in used
    ]


def used_licences(house: House, application: str) -> set[str]:
    """The licences that were handed in with an application."""
    found = house.db[USES].find({"application": application}, {"licence": 1})
    return {row["licence"] for row in found}


def list_uses(house: House, owner: str, licence: str, page: PageQuery) -> Page:
    """One page of a licence's uses, the newest first."""
    return read_page(house.db[USES], {"owner": owner, "licence": licence}, page, by="at")


def view_use(use: Document) -> dict[str, Any]:
    """A use as the licence's owner reads it."""
    department = catalogue().departments.get(use["department"])
    return {
        "application": use["application"],
        "number": use["number"],
        "department": department.name if department else use["department"],
        "purpose": use["purpose"],
        "material": use["material"],
        "at": use["at"].isoformat(),
    }
