"""Writing down who read whose personal data, and telling its owner."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from backend.audit import store
from backend.audit.chain import Verdict, check
from backend.core.house import House
from backend.core.logs import logger
from backend.core.masking import mask_name
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from backend.matters.catalogue import catalogue

DUTY = "个人信息保护法第三十四条：为履行法定职责，在职权范围内处理"


class Deed(StrEnum):
    """What was done with somebody's data. The labels are what citizens read."""

    READ_CASE = "read-case"
    READ_MATERIAL = "read-material"
    READ_PERSON = "read-person"
    REFUSED_PERSON = "refused-person"
    REFUSED_CASE = "refused-case"
    READ_DISPUTE = "read-dispute"
    READ_CONTACT = "read-contact"
    CALL_BACK = "call-back"
    SETTLE_TROUBLE = "settle-trouble"
    READ_CONVERSATION = "read-conversation"
    EXPLAIN_PROMPT = "explain-prompt"


LABELS: dict[Deed, str] = {
    Deed.READ_CASE: "查看了您办件的申请内容",
    Deed.READ_MATERIAL: "查看了您上传的材料",
    Deed.READ_PERSON: "查看了您的档案",
    Deed.REFUSED_PERSON: "想查看您的档案，系统没有放行",
    Deed.REFUSED_CASE: "想查看您办件的申请内容，系统没有放行",
    Deed.READ_DISPUTE: "查看了您提出的数据异议",
    Deed.READ_CONTACT: "为回访您的评价查看了您的电话",
    Deed.CALL_BACK: "按您的要求回电，查看了您的电话",
    Deed.SETTLE_TROUBLE: "处理了一件需要人工处理的事",
    Deed.READ_CONVERSATION: "为人工服务查看了您的对话",
    Deed.EXPLAIN_PROMPT: "核查了一条提示为什么给您（或没有给您）",
}


@dataclass(frozen=True)
class Reader:
    """Who reads: a member of a department's staff, or the system itself."""

    id: str
    department: str
    name: str = ""
    kind: str = "staff"


@dataclass(frozen=True)
class Reading:
    """One reading of somebody's data: what, whose, why, on what basis, and in which case."""

    deed: Deed
    whose: str
    why: str
    basis: str = DUTY
    application: str | None = None
    number: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def note_reading(house: House, reader: Reader, reading: Reading) -> str:
    """Write a reading down before it happens; returns the entry's id.

    ``why`` and the reader's name are sealed: free text may hold what it should not.
    """
    body: Document = {
        "who": {"kind": reader.kind, "id": reader.id, "department": reader.department},
        "name": house.cipher.encrypt(reader.name) if reader.name else None,
        "what": reading.deed.value,
        "whose": reading.whose,
        "why": house.cipher.encrypt(reading.why),
        "basis": reading.basis,
        "application": reading.application,
        "application_number": reading.number,
        "details": reading.details,
    }
    entry = store.append(house, body)
    logger().info("audit.noted", entry=entry["_id"], deed=reading.deed.value, staff=reader.id)
    return str(entry["_id"])


def about_me(house: House, citizen: str, page: PageQuery) -> Page:
    """One page of who read a citizen's data, newest first."""
    return store.list_about(house, citizen, page)


def view_reading(house: House, entry: Document) -> dict[str, Any]:
    """An entry as the data's owner reads it; staff by masked name."""
    opened = house.cipher.open(entry)
    found = catalogue().departments.get(opened["who"]["department"])
    return {
        "id": opened["_id"],
        "at": opened["at"].isoformat(),
        "department": found.name if found else opened["who"]["department"],
        "by": mask_name(opened["name"]) if opened["name"] else "系统",
        "what": LABELS[Deed(opened["what"])],
        "why": opened["why"],
        "basis": opened["basis"],
        "application": opened["application"],
        "number": opened["application_number"],
        "refused": opened["what"] in (Deed.REFUSED_PERSON, Deed.REFUSED_CASE),
    }


def verify(house: House, *, since: date | None = None, until: date | None = None) -> Verdict:
    """Check the chain over some days, both included, or over all of it."""
    entries = store.in_order(house, since=since, until=until)
    return check(entries, house.cipher.blind, store.last_before(house, since))
