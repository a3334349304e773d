"""A department's templates for notices, reasons and opinions, with placeholders."""

from string import Formatter
from typing import Any

from backend.applications.applicant import name_applicant
from backend.applications.filling import promised_text
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.workbench import case_store
from backend.workbench.officer import Officer, find_case, must_hold

PLACEHOLDERS: dict[str, str] = {
    "applicant": "申请人姓名",
    "matter": "事项名称",
    "number": "办件编号",
    "due": "承诺办结日期",
    "department": "本部门名称",
    "phone": "本部门电话",
}


def check_text(text: str) -> None:
    """Raise ``invalid-request`` for a placeholder that does not exist or is not written right."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise Problem("invalid-request", "花括号没有成对，占位符写作 {number}。") from error
    if any(name not in PLACEHOLDERS or spec or conversion for _, name, spec, conversion in parts):
        known = "、".join(f"{{{name}}}（{label}）" for name, label in PLACEHOLDERS.items())
        raise Problem("invalid-request", f"占位符只能是：{known}。")


def create_template(house: House, officer: Officer, *, name: str, kind: str, text: str) -> Document:
    """A new template of one's department. Raises ``invalid-request``."""
    check_text(text)
    template: Document = {
        "_id": house.new_id(),
        "department": officer.department,
        "name": name,
        "kind": kind,
        "text": text,
        "created_at": house.clock.now(),
        "updated_by": officer.id,
    }
    return case_store.insert(house, case_store.TEMPLATES, template)


def change_template(house: House, officer: Officer, template: str, changes: Document) -> Document:
    """Change a template. Raises ``not-found``, ``invalid-request``."""
    if "text" in changes:
        check_text(changes["text"])
    return case_store.change_template(
        house, officer.department, template, changes | {"updated_by": officer.id}
    )


def fill_template(house: House, officer: Officer, template: str, case_id: str) -> str:
    """A template filled for a case in one's hand. Raises ``not-found``, ``not-in-hand``."""
    found = case_store.find_template(house, officer.department, template)
    case = find_case(house, officer, case_id)
    must_hold(officer, case)
    department = catalogue().department(officer.department)
    words = {
        "applicant": name_applicant(house, case).get("name") or "",
        "matter": matter_of(house, case).name,
        "number": case["number"] or "",
        "due": promised_text(case.get("promised") or {}) or "",
        "department": department.name,
        "phone": department.phone,
    }
    return str(found["text"]).format(**words)


def view_template(template: Document) -> dict[str, Any]:
    """A template as the API tells it."""
    return {"id": template["_id"], **{key: template[key] for key in ("name", "kind", "text")}}
