"""Comments among colleagues on a case."""

from typing import Any

from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.mongo import Document
from backend.workbench import case_store
from backend.workbench.officer import Officer, find_case
from backend.workbench.showing import named


def add_comment(house: House, officer: Officer, case_id: str, text: str) -> Document:
    """Write a comment. Raises ``not-found``."""
    case = find_case(house, officer, case_id)

    def record(unit: Unit) -> Document:
        comment: Document = {
            "_id": house.new_id(),
            "case": case["_id"],
            "by": officer.id,
            "text": house.cipher.encrypt(text),
            "created_at": unit.now,
        }
        case_store.add_trail(house, unit, case["_id"], by=officer.mark, what="comment", text="")
        return case_store.insert(house, case_store.COMMENTS, comment, unit)

    return commit(house, record)


def view_comment(house: House, comment: Document) -> dict[str, Any]:
    """A comment as colleagues read it."""
    return {
        "id": comment["_id"],
        "at": comment["created_at"].isoformat(),
        "by": named(house, comment["by"]),
        "text": house.cipher.open(comment["text"]),
    }
