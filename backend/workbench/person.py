"""A person's file: opened only for a case in one's own hand, for a stated reason, and written down."""

from typing import Any

from backend.applications.applicant import subject_of
from backend.applications.versions import matter_of
from backend.applications.view import brief
from backend.audit.trail import Deed, note_reading
from backend.core.errors import Problem, not_found
from backend.core.house import House
from backend.core.mongo import Document
from backend.licences.wallet import shown
from backend.profiles.facts import get_profile
from backend.profiles.showing import masked
from backend.sharing.using import readable_profile
from backend.workbench import case_store
from backend.workbench.officer import Officer, holds, reader_of
from backend.workbench.showing import reading_of

REASONS: dict[str, str] = {
    "identity": "核对身份",
    "family": "核对家庭成员",
    "conditions": "核对办理条件",
    "materials": "核对证照和材料",
    "duplicate": "核对是否重复办理",
    "other": "其他",
}
PRIVATE = ("population", "children", "family", "deaths", "marriage")


def open_file(house: House, officer: Officer, case_id: str, *, reason: str, note: str) -> dict[str, Any]:
    """The applicant's facts that this matter may use, their licences, and what else they filed here.

    Everything is masked. Raises ``not-in-hand`` (the attempt is written down), ``not-found``,
    ``invalid-request`` for an unknown reason or "other" without a note.
    """
    why = _stated(reason, note)
    case = case_store.find_case(house, case_id)
    if case is None:
        raise not_found("办件")
    allowed = case["department"] == officer.department and holds(officer, case)
    deed = Deed.READ_PERSON if allowed else Deed.REFUSED_PERSON
    entry = note_reading(house, reader_of(house, officer), reading_of(case, deed, why, reason=reason))
    if case["department"] != officer.department:
        raise not_found("办件")
    if not allowed:
        raise Problem("not-in-hand", "这个办件不在您手上，不能查看申请人的档案。这次查看已记录。")
    return _file(house, case) | {"audit": entry}


def _file(house: House, case: Document) -> dict[str, Any]:
    profile = get_profile(house, subject_of(case))
    readable = readable_profile(house, profile, matter_of(house, case))
    sources = profile.get("sources", {})
    return {
        "sections": [
            {
                "section": section,
                "value": masked(readable[section], personal_names=section in PRIVATE),
                "department": source["department"],
                "as_of": source["as_of"].isoformat(),
            }
            for section, source in sorted(sources.items())
            if section != "licences" and section in readable
        ],
        "licences": [shown(one) for one in readable.get("licences", [])],
        "applications": [brief(one) for one in case_store.others_of(house, case)],
    }


def _stated(reason: str, note: str) -> str:
    if reason not in REASONS:
        raise Problem("invalid-request", f"请从这些理由里选：{'、'.join(REASONS)}。")
    if reason == "other" and len(note) < 4:
        raise Problem("invalid-request", "请写明为什么要查看。")
    return f"{REASONS[reason]}：{note}" if note else REASONS[reason]
