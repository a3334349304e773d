"""The one sweep over all clocks: what came due is done once, and the next moment is set with it.

Everything an application's clocks call for happens in one transaction with the mark that it
happened. A process that dies has done nothing; one that was away for long catches up.
"""

from collections.abc import Callable
from datetime import timedelta

from backend.applications import agenda, store, supervision
from backend.applications.agenda import Appointment, Duty
from backend.applications.clock import CalendarEnded
from backend.applications.clocks import Standing
from backend.applications.moving import calendar_ended, make_move, merge, notice
from backend.applications.outgoing import Word, to_tell
from backend.applications.states import Move
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document

MOST_STEPS = 8
AFTER_TROUBLE = timedelta(minutes=15)
# The workbench's roles: who handles it, who decides on it, who answers for the department.
HANDLER, HEAD, LEADER = "handle", "decide", "supervise"


def watch(house: House, *, limit: int = 500) -> int:
    """Look at every application whose moment has come; returns how many were looked at."""
    due = store.due_watches(house, house.clock.now(), limit)
    for application in due:
        watch_one(house, application)
    return len(due)


def watch_one(house: House, application: str) -> list[str]:
    """Do what came due for one application, step by step until nothing is; returns what was done.

    Any trouble with one application (no holiday data, say) is logged, leaves the others alone, and is
    tried again.
    """
    done: list[str] = []
    try:
        for _ in range(MOST_STEPS):
            names = commit(house, lambda unit: _step(house, unit, application))
            if not names:
                break
            done += names
    except Exception as error:
        # What nobody foresaw in one application must not keep the others waiting.
        _put_off(house, application, error)
    return done


def _step(house: House, unit: Unit, application: str) -> list[str]:
    document = store.find_any(house, application, unit.session)
    if document is None or document.get("watch_at") is None or document["watch_at"] > unit.now:
        return []
    matter = matter_of(house, document)
    due = agenda.due_now(document, matter, unit.now)
    for one in due:
        if one.duty not in MOVING:
            REMINDING[one.duty](house, unit, document, one)
    names = [one.name for one in due]
    moving = [one for one in due if one.duty in MOVING]
    if moving:
        # One move at a time: the next look sees the clocks as it left them.
        told = [one.name for one in due if one not in moving[1:]]
        MOVING[moving[0].duty](house, unit, document, moving[0], told)
        return told
    fresh = document | {"told": [*document.get("told", []), *names]}
    sets = {
        "told": fresh["told"],
        "light": agenda.light(fresh, matter, unit.now).value,
        "watch_at": agenda.look_again(fresh, matter, unit.now),
    }
    if store.change(house, document, {"$set": sets}, now=unit.now, session=unit.session) is None:
        raise Problem("conflict", "这个办件刚刚有变化。")
    return names


def _warn(house: House, unit: Unit, document: Document, due: Appointment) -> None:
    roles = ROLES[due.duty]
    about = {"duty": due.duty.value, "ladder": due.ladder, "roles": list(roles), "due": due.due}
    supervision.put_reminder(house, unit, document, name=due.name, **about)
    if due.duty is Duty.OVERDUE:
        why = "送达超期" if due.ladder == "delivery" else "办理超期"
        supervision.open_entry(house, unit, document, why=why, due=due.due)
    logger().info("clock.warned", application=document["_id"], duty=due.duty.value, ladder=due.ladder)


def _tell_applicant(_: House, unit: Unit, document: Document, due: Appointment) -> None:
    notice(unit, document, due.duty.value, name=due.name)


def _remind_both(house: House, unit: Unit, document: Document, due: Appointment) -> None:
    _tell_applicant(house, unit, document, due)
    _warn(house, unit, document, due)


def _accept_by_silence(
    house: House, unit: Unit, document: Document, due: Appointment, told: list[str]
) -> None:
    # 行政许可法 §32(5): no word within the time means accepted, as of the day of receipt.
    since = Standing.of(document).clocks["acceptance_since"] or document["submitted_at"]
    text = "逾期没有告知，依法自收到申请材料之日起视为受理"
    _move(house, unit, document, Move.ACCEPT, told, text=text, since=since)
    _warn(house, unit, document, due)


def _lapse(house: House, unit: Unit, document: Document, _: Appointment, told: list[str]) -> None:
    _move(house, unit, document, Move.LAPSE, told, text="没有在期限内补正，办件已结束（补正超时办结）")


def _end_tolerance(house: House, unit: Unit, document: Document, due: Appointment, told: list[str]) -> None:
    text = "承诺后补的材料没有在期限内补上，办理终止"
    _move(house, unit, document, Move.TERMINATE, told, text=text)
    unit.emit("application.submitted", application=document["_id"])


def _move(house: House, unit: Unit, document: Document, move: Move, told: list[str], **said: object) -> None:
    also: Document = {"$set": {"told": [*document.get("told", []), *told]}}
    text, filing = str(said.pop("text")), document["filing"]
    if move in (Move.TERMINATE, Move.LAPSE):
        also["$set"] |= {"ended_because": text, "filing.next_at": None}
        if filing.get("reference") or filing.get("started"):
            # The department hears of it by the same way as of everything else, after whatever waits.
            also = merge(also, to_tell(Word.TERMINATE, unit.now, reason=text))
    make_move(house, unit, document, move, by="clock", text=text, also=also, details=said)


def _put_off(house: House, application: str, error: Exception) -> None:
    if isinstance(error, CalendarEnded):
        calendar_ended(error)
    why = error.kind.slug if isinstance(error, Problem) else type(error).__name__
    logger().error("clock.watch-failed", application=application, why=why)
    # A conflict only means that somebody else was faster.
    wait = timedelta(0) if why == "conflict" else AFTER_TROUBLE
    store.put_off_watch(house, application, until=house.clock.now() + wait)


ROLES: dict[Duty, tuple[str, ...]] = {
    Duty.YELLOW: (HANDLER,),
    Duty.LAST_DAY: (HANDLER, HEAD),
    Duty.SPECIAL_OVER: (HANDLER, HEAD),
    Duty.SILENT_ACCEPTANCE: (HANDLER, HEAD),
    Duty.OVERDUE: (HANDLER, HEAD, LEADER),
    Duty.COLLECT_LATE: (HANDLER, LEADER),
}
REMINDING: dict[Duty, Callable[[House, Unit, Document, Appointment], None]] = {
    Duty.YELLOW: _warn,
    Duty.LAST_DAY: _warn,
    Duty.SPECIAL_OVER: _warn,
    Duty.OVERDUE: _warn,
    Duty.CORRECTION_SOON: _tell_applicant,
    Duty.CORRECTION_LAST: _tell_applicant,
    Duty.TOLERANCE_SOON: _tell_applicant,
    Duty.TOLERANCE_LAST: _tell_applicant,
    Duty.COLLECT_SOON: _tell_applicant,
    Duty.COLLECT_LATE: _remind_both,
}
MOVING: dict[Duty, Callable[[House, Unit, Document, Appointment, list[str]], None]] = {
    Duty.SILENT_ACCEPTANCE: _accept_by_silence,
    Duty.LAPSE: _lapse,
    Duty.TOLERANCE_LATE: _end_tolerance,
}
