"""Issuing documents: one row for each occasion, numbered and worded on the day, and never twice.

The row holds everything that the document says. The PDF is drawn from it when somebody first
reads it (``reading.py``): most are never opened, and drawing costs a hundred times the row.
"""

from backend.applications import store as applications
from backend.applications.versions import matter_of
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.documents import store
from backend.documents.occasions import NOTHING_YET, Occasion, occasions
from backend.documents.texts import Kind, load_texts
from backend.documents.wording import compose, words_of

CODE_LENGTH = 16


def issue(house: House, application: str) -> list[str]:
    """Issue what an application's history calls for and has not got; the new documents' numbers.

    Called again, also by two processes at once, it issues nothing twice.
    """
    document = applications.find_any(house, application)
    if document is None or document["state"] in NOTHING_YET or document["number"] is None:
        return []
    due = occasions(document, bundle=matter_of(house, document).is_bundle)
    there = store.known_occasions(house, application)
    missing = [one for one in due if (one.kind.value, one.name) not in there]
    return [number for one in missing if (number := _issue_one(house, document, one))]


def make_number(house: House, department: str, kind: Kind, year: int) -> str:
    """The next number of a department's documents of a kind: 随安人社受〔2026〕第00000012号."""
    texts = load_texts()
    head = f"{texts.city}{words_of(department).mark}{texts.kinds[kind].mark}〔{year}〕"
    return f"{head}第{store.next_in_series(house, head):08d}号"


def _issue_one(house: House, application: Document, occasion: Occasion) -> str | None:
    year = city_date(occasion.at).year
    number = make_number(house, application["department"], occasion.kind, year)
    row = {
        "_id": house.new_id(),
        "application": application["_id"],
        "citizen": application["citizen"],
        "organisation": application.get("organisation"),
        "matter": application["matter"],
        "department": application["department"],
        "kind": occasion.kind.value,
        "occasion": occasion.name,
        "number": number,
        # The random part of an id: eighty bits that nobody can guess.
        "code": house.new_id()[-CODE_LENGTH:].upper(),
        "content": compose(house, application, occasion),
        "issued_at": occasion.at,
        "made_at": house.clock.now(),
        **store.blank_drawing(),
    }
    if not store.insert(house, row):
        return None
    logger().info("document.issued", document=row["_id"], document_kind=occasion.kind.value)
    return number
