"""An applicant's documents: listed, and drawn when somebody first opens one."""

import hashlib
from typing import Any

from backend.applications.applicant import find_own
from backend.core.clock import city_date
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.documents import store
from backend.documents.signing import sign
from backend.files.aside import aside
from backend.files.storage import Bucket, keep_file, open_store, read_file

MEDIA_TYPE = "application/pdf"


def list_documents(house: House, citizen: str, application: str) -> list[dict[str, Any]]:
    """The documents of a citizen's own application, the oldest first. Raises ``not-found``."""
    document = find_own(house, citizen, application)
    return [_row(one) for one in store.list_of(house, document["_id"])]


def read_document(house: House, citizen: str, application: str, document: str) -> tuple[str, bytes]:
    """A document's file name and PDF. Raises ``not-found``, ``files-unavailable``."""
    own = find_own(house, citizen, application)
    found = store.find(house, _id=document, application=own["_id"])
    if found is None:
        raise not_found("文书")
    name = f"{found['content']['title']}-{found['number']}.pdf"
    return name, open_pdf(house, found)


def open_pdf(house: House, document: Document) -> bytes:
    """A document's PDF, drawn and signed now if nobody has opened it yet; afterwards always the same."""
    if document["file"] is None:
        document = _draw_once(house, document)
    return read_file(house, Bucket.DOCUMENTS, document["file"])


def check_url(house: House, code: str) -> str:
    """Where everybody can check a document: what its QR code says."""
    base = house.settings.app_url.rstrip("/") or house.settings.own_url
    return f"{base}/api/v1/documents/verify/{code}"


def _draw_once(house: House, document: Document) -> Document:
    # Drawing brings the font machinery with it: a second and 40 MB that a process without readers saves.
    from backend.documents.drawing import draw  # noqa: PLC0415

    content = aside(lambda: draw(document, check_url=check_url(house, document["code"])))
    drawn = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    drawn["signature"] = sign(house, document | drawn)
    drawn |= {"file": keep_file(house, Bucket.DOCUMENTS, content, media_type=MEDIA_TYPE)}
    if store.note_drawing(house, document["_id"], drawn | {"drawn_at": house.clock.now()}):
        logger().info("document.drawn", document=document["_id"], size=len(content))
    else:
        open_store(house, Bucket.DOCUMENTS).delete(drawn["file"])
    found = store.find(house, _id=document["_id"])
    assert found is not None
    return found


def _row(document: Document) -> dict[str, Any]:
    return {
        "id": document["_id"],
        "kind": document["kind"],
        "title": document["content"]["title"],
        "number": document["number"],
        "department": document["content"]["department"],
        "issued_on": city_date(document["issued_at"]).isoformat(),
        "size": document["size"],
    }
