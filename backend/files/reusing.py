"""A citizen's own earlier uploads, used again for another application."""

from datetime import timedelta
from typing import Any

from backend.applications import materials, store
from backend.applications.applicant import find_own
from backend.applications.versions import matter_of
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.mongo import Document

USABLE = timedelta(days=730)
MOST_LOOKED_AT = 200
MOST_SHOWN = 10
READ = [
    "number", "matter", "matter_version", "uploads", "citizen", "agent", "organisation", "created_at",
]  # fmt: skip


def earlier_uploads(house: House, citizen: str, application: str, material: str) -> list[Document]:
    """What was uploaded for other applications of the same applicant under this material's id or name.

    Of the last two years, the newest first: ``{application, number, matter, name, type, size, at}``.
    Raises ``not-found``, ``invalid-request``.
    """
    document = find_own(house, citizen, application)
    return [_row(earlier, upload) for earlier, upload in _matching(house, document, material)][:MOST_SHOWN]


def reuse(house: House, citizen: str, application: str, *, material: str, source: str) -> Document:
    """Use again what was uploaded for the application ``source``; answers as an upload does.

    Raises ``not-found``, ``invalid-request``, ``move-not-allowed``, ``conflict``.
    """
    document = find_own(house, citizen, application)
    materials.must_take(house, document, material)
    for earlier, upload in _matching(house, document, material):
        if earlier["_id"] == source:
            again = {key: upload[key] for key in ("file", "name", "type", "size", "sha256")}
            again |= {"material": material, "at": house.clock.now(), "from": source}
            return materials.attach(house, document, again)
    raise not_found("可以再用的材料")


def _matching(house: House, document: Document, material: str) -> list[tuple[Document, Document]]:
    names = {one.id: one.name for one in matter_of(house, document).materials}
    materials.must_be_wanted(house, document, material)
    now = house.clock.now()
    # Only papers of the same applicant: what somebody holds for another person stays that person's.
    same: dict[str, Any] = {key: document.get(key) for key in ("citizen", "organisation")}
    same["agent.citizen"] = (document.get("agent") or {}).get("citizen")
    where = same | {"_id": {"$ne": document["_id"]}, "uploads.at": {"$gte": now - USABLE}}
    rows = house.db[store.APPLICATIONS].find(where, READ).sort([("created_at", -1)]).limit(MOST_LOOKED_AT)
    found = []
    for earlier in rows:
        theirs = {one.id: one.name for one in matter_of(house, earlier).materials}
        for upload in earlier["uploads"]:
            same_paper = upload["material"] == material or theirs.get(upload["material"]) == names[material]
            if same_paper and upload["at"] >= now - USABLE:
                found.append((earlier, upload))
    return sorted(found, key=lambda pair: pair[1]["at"], reverse=True)


def _row(earlier: Document, upload: Document) -> Document:
    return {
        "application": earlier["_id"],
        "number": earlier["number"],
        "matter": earlier["matter"],
        "name": upload["name"],
        "type": upload["type"],
        "size": upload["size"],
        "at": upload["at"].isoformat(),
    }
