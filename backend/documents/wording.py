"""What one document says: the texts, filled with what is known of the application that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.applications.applicant import name_applicant
from backend.applications.filling import materials_of
from backend.applications.form import COVERED
from backend.applications.sealing import open_values
from backend.applications.versions import matter_of
from backend.core.clock import city_date
from backend.core.house import House
from backend.core.mongo import Document
from backend.documents.occasions import Occasion
from backend.documents.texts import DepartmentWords, Kind, Paragraph, load_texts
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter

BY_LAW, BY_ANALOGY = "根据", "参照"
ENDS = "。；，！？ "


@dataclass(frozen=True)
class Facts:
    """Everything a text may name, and the lists that may stand under a paragraph."""

    words: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]


def compose(house: House, application: Document, occasion: Occasion) -> Document:
    """The content of a document, as it is stored and drawn.

    ``{title, addressee, matter, rows: [[label, value]], body: [{text, items}], department, day}``.
    """
    texts, matter = load_texts(), matter_of(house, application)
    applicant = str(name_applicant(house, application).get("name") or "申请人")
    submitted = application.get("submitted_at") or application["created_at"]
    rows = [
        ["申 请 人", applicant],
        ["办理事项", matter.name],
        ["申请编号", str(application["number"])],
        ["提交日期", day_text(submitted)],
    ]
    return {
        "title": texts.kinds[occasion.kind].title(matter.kind),
        "addressee": applicant,
        "matter": matter.name,
        "rows": rows,
        "body": body(occasion.kind, gather(house, application, matter, occasion)),
        "department": full_name(application["department"]),
        "day": day_text(occasion.at),
    }


def body(kind: Kind, facts: Facts) -> list[Document]:
    """The paragraphs that can be filled, each ``{text, items}``."""
    filled = (_fill(paragraph, facts) for paragraph in load_texts().kinds[kind].body)
    return [one for one in filled if one is not None]


def gather(house: House, application: Document, matter: Matter, occasion: Occasion) -> Facts:
    """What is known of an application on an occasion."""
    department = catalogue().departments.get(application["department"])
    clocks: Mapping[str, Any] = application.get("clocks") or {}
    suspension = (clocks.get("suspension") or {}) if occasion.latest else {}
    extension, tolerance = clocks.get("extension") or {}, clocks.get("tolerance") or {}
    said = _said(occasion)
    decision = _decision(application, occasion.kind)
    words: dict[str, Any] = {
        "by": BY_LAW if matter.kind == "行政许可" else BY_ANALOGY,
        "matter": matter.name,
        "day": occasion.at,
        "phone": department.phone if department else "12345",
        "submitted_on": application.get("submitted_at"),
        "accepted_on": application.get("accepted_at"),
        "acceptance_on": clocks.get("acceptance"),
        "statutory_on": clocks.get("statutory"),
        "promised_on": (application.get("promised") or {}).get("due"),
        "tolerance_on": tolerance.get("due"),
        "correction_on": (application.get("correction") or {}).get("due") or clocks.get("correction"),
        "expected_on": suspension.get("expected"),
        "reason": decision.get("reason") or said,
        "basis": decision.get("basis"),
        "remedy": decision.get("remedy"),
        "opinion": decision.get("opinion") or said,
        "result": (application.get("terms") or {}).get("result") or matter.result.name,
        "review": words_of(application["department"]).review or load_texts().government,
        "extension": f"{extension['amount']}个{extension['unit']}" if extension else None,
        "extension_reason": extension.get("reason"),
        "special": suspension.get("kind") or "特别程序",
        "special_reason": suspension.get("reason"),
    }
    items = (application.get("correction") or {}).get("items") or [] if occasion.latest else []
    lists = {
        "materials": _materials(house, application, matter) if occasion.kind is Kind.RECEIPT else [],
        "items": [_item(matter, one) for one in items],
        "later": [_material_name(matter, one) for one in tolerance.get("materials") or []],
    }
    return Facts({name: _plain(value) for name, value in words.items()}, lists)


def _decision(application: Mapping[str, Any], kind: Kind) -> Mapping[str, Any]:
    """The decision last taken, unless the document is of an earlier one that it undid."""
    decision: Mapping[str, Any] = application.get("decision") or {}
    undone = decision.get("outcome") in ("revoked", "voided") and kind is not Kind.REVOCATION
    return {} if undone else decision


def day_text(moment: datetime | date) -> str:
    """A day as official documents write it.

    >>> day_text(date(2026, 3, 5))
    '2026年3月5日'
    """
    day = city_date(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def full_name(department: str) -> str:
    """A department's name as it stands on its seal."""
    words, known = words_of(department), catalogue().departments.get(department)
    if words.name:
        return words.name
    name = known.name if known else department
    city = load_texts().city
    return f"{city}{name}" if name.startswith("市") else f"{city}市{name}"


def words_of(department: str) -> DepartmentWords:
    """A department in numbers; one that the texts do not know is numbered under its whole name."""
    known = load_texts().departments.get(department)
    return known or DepartmentWords(mark=f"（{department}）")


def _fill(paragraph: Paragraph, facts: Facts) -> Document | None:
    items = list(facts.lists.get(paragraph.list or "", ()))
    if (paragraph.list and not items) or facts.lists.get(paragraph.unless or ""):
        return None
    if any(not facts.words.get(name) for name in paragraph.names):
        return None
    return {"text": paragraph.text.format_map(facts.words), "items": items}


def _said(occasion: Occasion) -> str:
    """What the timeline's line says after its own heading: ``不予受理：理由`` → ``理由``."""
    head, colon, rest = occasion.text.partition("：")
    return (rest if colon and len(head) <= 12 else occasion.text).strip()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return day_text(value)
    return str(value or "").rstrip(ENDS)


def _item(matter: Matter, item: Mapping[str, Any]) -> str:
    field = matter.field(str(item.get("field") or ""))
    label = field.label if field else _material_name(matter, str(item.get("material") or ""))
    reason = str(item.get("reason") or "请补正").rstrip(ENDS)
    return f"{label}：{reason}" if label else reason


def _material_name(matter: Matter, material: str) -> str:
    return next((one.name for one in matter.materials if one.id == material), material)


def _materials(house: House, application: Document, matter: Matter) -> list[str]:
    # What was handed in was received, whatever was sent back since.
    received = {**application, "correction": None}
    needed = materials_of(house, received, matter, open_values(house, application))
    how = {"exempt": "电子证照", "uploaded": "上传"}
    return [f"{one.material.name}（{how[one.status]}）" for one in needed if one.status in COVERED]
