"""The one way an application's state changes: the table of moves, the timeline, the clocks, the event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.applications import agenda, store, supervision
from backend.applications.clock import CalendarEnded, deadline
from backend.applications.clocks import Occasion, Standing, after
from backend.applications.filling import materials_of
from backend.applications.form import not_yet
from backend.applications.sealing import open_values
from backend.applications.states import CLOSED, LABELS, Move, State, next_state
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.schema import Matter
from backend.matters.terms import working_days

UNDONE = (Move.REVOKE, Move.VOID)
FAULTS = ("department", "applicant")


def make_move(
    house: House,
    unit: Unit,
    document: Document,
    move: Move,
    *,
    by: str,
    text: str,
    also: Document | None = None,
    details: Mapping[str, Any] | None = None,
) -> Document:
    """Apply one move; see ``make_moves``."""
    return make_moves(house, unit, document, [(move, text)], by=by, also=also, details=details)


def make_moves(
    house: House,
    unit: Unit,
    document: Document,
    steps: Sequence[tuple[Move, str]],
    *,
    by: str,
    also: Document | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Document:
    """Apply moves one after another inside ``unit``'s transaction; the changed document.

    State, a line of the timeline each, the clocks, then application.changed. ``by`` is "citizen",
    a department's id, "staff:<id>", "clock" or "agent". ``also`` is a MongoDB update merged in.
    ``details`` are the last move's, as ``clocks.Occasion`` names them; for CORRECT also ``items``.
    ``at`` is when it happened, where somebody tells of it later; the clocks and the timeline go by it.
    Raises NotAllowed for a move the table does not know from there, ``conflict`` when the document
    moved meanwhile, ``calendar-ended`` past the holiday data.
    """
    matter = matter_of(house, document)
    state, standing, lines = State(document["state"]), Standing.of(document), list[Document]()
    moment = _moment(document, unit.now, at)
    for number, (move, text) in enumerate(steps):
        said = dict(details or {}) if number == len(steps) - 1 else {}
        said = _timed(said, details, move)
        occasion = Occasion(
            now=min(moment, unit.now),
            known=unit.now,
            matter=matter,
            promise=agenda.promise_of(_with(document, also), matter),
            details=said,
            later=_later(house, document, matter, said) if move is Move.ACCEPT else (),
            by=by,
            state=state,
        )
        state = next_state(state, move)
        standing = _ticked(standing, move, occasion)
        lines.append(entry(moment, state, text, by=by))
    sets: Document = {
        "state": state.value,
        "clocks": standing.clocks,
        "promised": standing.promised,
        "accepted_at": standing.accepted_at,
    }
    if steps[-1][0] is Move.CORRECT:
        sets["correction"] = _correction(standing, details or {})
    if steps[-1][0] in UNDONE:
        # Whose fault it was decides on the fee; nobody's, unless it is or was said.
        fault = (details or {}).get("fault")
        sets["fault"] = fault if fault in FAULTS else document.get("fault")
    update: Document = {"$set": sets, "$push": {"timeline": {"$each": lines}}}
    if steps[-1][0] is Move.RESUBMIT:
        update["$unset"] = {"correction": ""}
    update = merge(update, also)
    _watch(document, update, matter, unit.now)
    changed = store.change(house, document, update, now=unit.now, session=unit.session)
    if changed is None:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")
    if State(changed["state"]) in CLOSED and any(":overdue:" in one for one in changed.get("told", ())):
        supervision.close_if_over(house, unit, changed["_id"])
    emit_change(unit, changed)
    if steps[-1][0] in TOLD_APART:
        notice(unit, changed, TOLD_APART[steps[-1][0]], name=f"{steps[-1][0].value}:{changed['version']}")
    return changed


def add_note(
    house: House,
    unit: Unit,
    document: Document,
    text: str,
    *,
    by: str,
    also: Document | None = None,
    at: datetime | None = None,
) -> Document:
    """A line of the timeline without a move, and what else changed with it. Raises ``conflict``."""
    line = entry(_moment(document, unit.now, at), State(document["state"]), text, by=by)
    update = merge({"$push": {"timeline": {"$each": [line]}}}, also)
    _watch(document, update, matter_of(house, document), unit.now)
    changed = store.change(house, document, update, now=unit.now, session=unit.session)
    if changed is None:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再试。")
    emit_change(unit, changed)
    return changed


def entry(at: datetime, state: State, text: str, *, by: str) -> Document:
    """A line of the timeline."""
    return {"at": at, "state": state.value, "label": LABELS[state], "text": text, "by": by}


def emit_change(unit: Unit, application: Document) -> None:
    """Tell messages, the stream and prompts that an application moved."""
    unit.emit(
        "application.changed",
        application=application["_id"],
        citizen=application["citizen"],
        state=application["state"],
        version=application["version"],
        number=application["number"],
    )
    if application.get("bundle"):
        unit.emit("part.changed", bundle=application["bundle"])


# Moves that leave no state of their own to tell of, and must be told (行政许可法 §42, §45).
TOLD_APART = {Move.EXTEND: "extended", Move.RESUME: "resumed", Move.REDIRECT: "redirected"}


def notice(unit: Unit, application: Document, what: str, *, name: str) -> None:
    """Have the applicant told what is no state: ``what`` is the text's name, ``name`` the occasion's."""
    unit.emit(
        "application.noticed",
        application=application["_id"],
        citizen=application["citizen"],
        what=what,
        name=name,
    )


def merge(update: Document, also: Document | None) -> Document:
    """Two MongoDB updates as one; in a common operator the second one's keys win.

    >>> merge({"$set": {"a": 1}}, {"$set": {"b": 2}, "$inc": {"c": 1}})
    {'$set': {'a': 1, 'b': 2}, '$inc': {'c': 1}}
    """
    merged = dict(update)
    for operator, changes in (also or {}).items():
        merged[operator] = {**merged.get(operator, {}), **changes}
    return merged


def calendar_ended(error: CalendarEnded) -> Problem:
    """The problem that says which year's holidays nobody has entered."""
    year = error.day.year
    logger().error("clock.calendar-ended", year=year)
    return Problem("calendar-ended", f"{year} 年的节假日安排还没有录入，暂时算不出办结日期。")


def due_within(now: datetime, days: int) -> datetime:
    """The end of the last of so many 工作日 from a moment. Raises ``calendar-ended``."""
    try:
        return deadline(now, working_days(days)).due
    except CalendarEnded as error:
        raise calendar_ended(error) from error


def _ticked(standing: Standing, move: Move, occasion: Occasion) -> Standing:
    try:
        return after(standing, move, occasion)
    except CalendarEnded as error:
        raise calendar_ended(error) from error


def _timed(said: dict[str, Any], details: Mapping[str, Any] | None, move: Move) -> dict[str, Any]:
    """An acceptance implied by a later move still knows what was said of tolerance."""
    if move is Move.ACCEPT and details and "later" in details:
        return said | {"later": details["later"]}
    return said


def _later(house: House, document: Document, matter: Matter, said: Mapping[str, Any]) -> tuple[str, ...]:
    """What may still be handed in after the acceptance: as the department says, or what is missing."""
    if matter.tolerance is None:
        return ()
    there = {one["material"] for one in document.get("uploads", [])}
    if said.get("later") is not None:
        return tuple(one for one in said["later"] if one not in there)
    return tuple(not_yet(materials_of(house, document, matter, open_values(house, document))))


def _correction(standing: Standing, details: Mapping[str, Any]) -> Document:
    items = list(details.get("items") or [])
    fields = [item["field"] for item in items if item.get("field")]
    materials = [item["material"] for item in items if item.get("material")]
    return {"items": items, "fields": fields, "materials": materials, "due": standing.clocks["correction"]}


def _moment(document: Document, now: datetime, at: datetime | None) -> datetime:
    """When something happened: as told, but not in the future and not before what is already written.

    The timeline never runs backwards, whatever the machines' clocks say.
    """
    lines = document.get("timeline") or []
    earliest = [one for one in (document.get("submitted_at"), lines[-1]["at"] if lines else None) if one]
    return max(min(at or now, now), *earliest) if earliest else min(at or now, now)


def _with(document: Document, update: Document | None) -> Document:
    """The document as an update's plain $set leaves it."""
    return {**document, **(update or {}).get("$set", {})}


def _watch(document: Document, update: Document, matter: Matter, now: datetime) -> None:
    """Set the light, and the moment the sweep has to look again."""
    fresh = _with(document, update)
    try:
        update.setdefault("$set", {}).update(
            watch_at=agenda.look_again(fresh, matter, now), light=agenda.light(fresh, matter, now).value
        )
    except CalendarEnded as error:
        raise calendar_ended(error) from error
