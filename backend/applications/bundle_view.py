"""How far each part of a bundle is, as rows and as one picture."""

from collections.abc import Mapping
from typing import Any

from backend.applications.applicant import find_own
from backend.applications.bundling import Progress, is_wanted, look
from backend.applications.conditions import LEFT_OUT, PLANNED, SKIPPED
from backend.applications.filling import promised_text
from backend.applications.promise import plain_values
from backend.applications.sealing import open_values
from backend.applications.states import CLOSED, State, label_of
from backend.applications.versions import matter_of
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.picture import Box, draw
from backend.matters.schema import Part

_UNSTARTED = {
    PLANNED: ("待提交", "planned"),
    LEFT_OUT: ("不一起办", "skipped"),
    SKIPPED: ("没有办理", "skipped"),
}


def parts_view(house: House, document: Document) -> list[dict[str, Any]]:
    """Each part: ``{matter, state, label, reason, application, number, promised_date, after, look}``."""
    progress = look(house, document)
    values = plain_values(open_values(house, document))
    return [_part_view(progress, part, values) for part in progress.matter.parts]


def picture(house: House, citizen: str, application: str) -> str:
    """A bundle's progress as one picture (SVG). Raises ``not-found`` for what is no bundle of one's own."""
    document = find_own(house, citizen, application)
    if not document.get("parts"):
        raise not_found("一件事")
    rows = parts_view(house, document)
    boxes = {
        row["matter"]["id"]: Box(
            title=row["matter"]["name"],
            note=f"{row['label']} {row['promised_date'] or ''}".strip(),
            look=row["look"],
        )
        for row in rows
    }
    matter = matter_of(house, document)
    return draw(matter.parts, boxes, title=f"{matter.name}办理进度")


def _part_view(progress: Progress, part: Part, values: Mapping[str, Any]) -> dict[str, Any]:
    matter = catalogue().get(part.matter)
    row, application = progress.rows[part.matter], progress.started.get(part.matter)
    seen = {
        "matter": {"id": matter.id, "name": matter.name},
        "after": part.after,
        "why": part.why,
        "reason": row["reason"],
    }
    if application:
        state = State(application["state"])
        return seen | {
            "state": state.value,
            "label": label_of(application),
            "application": application["_id"],
            "number": application["number"],
            "promised_date": promised_text(application.get("promised") or {}),
            "look": _look_of(state),
        }
    kept = row["state"] if row["state"] != PLANNED or is_wanted(part, values) else LEFT_OUT
    label, drawn = _UNSTARTED[kept]
    if kept == PLANNED and part.after:
        label, drawn = "等待前面办好", "waiting"
    nothing = {"application": None, "number": None, "promised_date": None}
    return seen | nothing | {"state": kept, "label": label, "look": drawn}


def _look_of(state: State) -> str:
    if state is State.DONE:
        return "done"
    if state in CLOSED:
        return "failed"
    return "attention" if state in (State.CORRECTION, State.DRAFT) else "running"
