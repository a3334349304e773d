"""督办: what is overdue, and the reminders of what soon will be, over HTTP."""

from typing import Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from backend.applications import supervision
from backend.core.errors import not_found
from backend.core.events import commit
from backend.core.guard import Audience, audience, caller
from backend.core.house import house
from backend.core.mongo import Document
from backend.core.schemas import IdPath, Incoming, PageQuery
from backend.workbench.officer import Officer, find_case
from backend.workbench.roles import CASE_ROLES, Role

blueprint = APIBlueprint("watch", __name__, url_prefix="/api/v1/staff", abp_tags=[Tag(name="工作台 cases")])
ENTRY: dict[str, Any] = {
    "case": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "number": "SB261123004182737",
    "matter": "subsistence-allowance",
    "handler": None,
    "reasons": [{"why": "work", "due": "2026-11-23T15:59:59+00:00", "at": "2026-11-23T16:00:00+00:00"}],
    "opened_at": "2026-11-23T16:00:00+00:00",
    "closed_at": None,
    "closed_because": "",
}
REMINDER: dict[str, Any] = {
    "case": ENTRY["case"],
    "number": ENTRY["number"],
    "matter": ENTRY["matter"],
    "duty": "yellow",
    "due": "2026-11-25T15:59:59+00:00",
    "at": "2026-11-23T16:00:00+00:00",
}


class EntriesQuery(PageQuery):
    """Which entries: open ones, closed ones, or all."""

    state: Literal["open", "closed", "all"] = "open"


class CloseBody(Incoming):
    """Why an overdue case is taken off the list."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "已约谈经办人，今日办结"}})

    reason: str = Field(min_length=2, max_length=300)


class Entry(BaseModel):
    """An overdue case on the list."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": ENTRY})

    case: str


class EntryPage(BaseModel):
    """One page of overdue cases, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ENTRY], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None


class ReminderPage(BaseModel):
    """One page of reminders, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [REMINDER], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None


class RemindersQuery(PageQuery):
    """Whose reminders: one's own cases', or those for one of one's roles."""

    role: Role | None = None


@blueprint.get("/supervision", summary="督办清单", responses={200: EntryPage})
@audience(Audience.STAFF, roles={Role.SUPERVISE})
def list_supervision(query: EntriesQuery) -> Any:
    """The department's overdue cases, newest first."""
    closed = {"open": False, "closed": True, "all": None}[query.state]
    found = supervision.list_entries(house(), query, department=caller().department, closed=closed)
    return found.view(_entry)


@blueprint.post("/supervision/<string:id>/close", summary="督办销号", responses={200: Entry})
@audience(Audience.STAFF, roles={Role.SUPERVISE})
def close_supervision(path: IdPath, body: CloseBody) -> Any:
    """Take a case off the list, with the reason."""
    officer = Officer.of(caller())
    find_case(house(), officer, path.id)
    closed = commit(
        house(),
        lambda unit: supervision.close_entry(house(), unit, path.id, by=officer.mark, why=body.reason),
    )
    return _entry(closed)


@blueprint.get("/reminders", summary="到期提醒", responses={200: ReminderPage})
@audience(Audience.STAFF, roles=CASE_ROLES)
def list_reminders(query: RemindersQuery) -> Any:
    """Reminders of the cases in one's own hand, or of those that concern one of one's roles."""
    who = caller()
    if query.role is not None and query.role not in who.roles:
        raise not_found("提醒")
    mine = {"handler": who.staff} if query.role is None else {"role": query.role.value}
    return supervision.list_reminders(house(), query, department=who.department, **mine).view(_reminder)


def _entry(entry: Document) -> dict[str, Any]:
    closed = entry["closed_at"]
    return {
        "case": entry["_id"],
        **{key: entry[key] for key in ("number", "matter", "handler", "closed_because")},
        "reasons": [
            {"why": one["why"], "due": one["due"].isoformat(), "at": one["at"].isoformat()}
            for one in entry["reasons"]
        ],
        "opened_at": entry["opened_at"].isoformat(),
        "closed_at": closed.isoformat() if closed else None,
    }


def _reminder(reminder: Document) -> dict[str, Any]:
    due = reminder.get("due")
    return {
        "case": reminder["application"],
        **{key: reminder[key] for key in ("number", "matter", "duty")},
        "due": due.isoformat() if due else None,
        "at": reminder["created_at"].isoformat(),
    }
