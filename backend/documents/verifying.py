"""Checking a document without knowing its owner: by its code, or by the file itself."""

import hashlib
from typing import Any

from backend.applications import store as applications
from backend.applications.states import State
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.documents import store
from backend.documents.signing import is_signed, public_key
from backend.documents.texts import Kind

NOT_OURS: dict[str, Any] = {"valid": False, "reason": "没有查到这份文书：校验码不对，或文件被改动过。"}
# What a decision is worth after it was taken back.
UNDONE = {State.REVOKED.value: "这个决定已被撤销。", State.VOIDED.value: "这个办件已作废。"}
DECISIONS = (Kind.APPROVAL.value, Kind.RESULT.value)


def verify_code(house: House, code: str) -> dict[str, Any]:
    """What a code stands for; the same answer for every code that stands for nothing."""
    return _told(house, store.find(house, code=code.replace("-", "").strip().upper()))


def verify_file(house: House, content: bytes) -> dict[str, Any]:
    """Whether a file is one of our documents, to the last byte."""
    return _told(house, store.find(house, sha256=hashlib.sha256(content).hexdigest()))


def _told(house: House, document: Document | None) -> dict[str, Any]:
    if document is None or (document["sha256"] and not is_signed(house, document)):
        return NOT_OURS
    content = document["content"]
    undone = _undone(house, document)
    applicant = content["addressee"]
    return {
        "valid": not undone,
        "reason": undone,
        "kind": document["kind"],
        "title": content["title"],
        "number": document["number"],
        "department": content["department"],
        "issued_on": city_date(document["issued_at"]).isoformat(),
        "matter": content["matter"],
        # A firm's name stands in the public register.
        "applicant": applicant if document.get("organisation") else mask_name(applicant),
        "sha256": document["sha256"],
        "signature": document["signature"],
        "key": public_key(house),
    }


def _undone(house: House, document: Document) -> str:
    if document["kind"] not in DECISIONS:
        return ""
    application = applications.find_any(house, document["application"])
    return UNDONE.get(application["state"], "") if application else ""
