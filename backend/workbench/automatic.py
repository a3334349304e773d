"""秒批: a case is accepted and approved at once when data alone show every ground; else people have it.

It never refuses: a ground that does not hold, or facts that cannot be asked, only send the case to people.
"""

from backend.applications import store as applications
from backend.applications.applicant import subject_of
from backend.applications.filling import materials_of
from backend.applications.moving import make_moves, merge
from backend.applications.sealing import open_values
from backend.applications.states import LABELS, Move, State
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.schema import Matter
from backend.sharing.using import Asked, Door
from backend.workbench import case_store
from backend.workbench.officer import WORKBENCH
from backend.workbench.pausing import paused_because
from backend.workbench.plans import decided

SYSTEM = "automatic"
APPROVED, TO_PEOPLE = "approved", "people"
TRIES = 5  # its department may report the receipt at this very moment


def decide_automatically(house: House, application: str) -> str | None:
    """``approved``, ``people``, or None where there is nothing to do; doing it twice does it once.

    Raises ``conflict`` when the case keeps moving.
    """
    for attempt in range(TRIES):
        try:
            return _try(house, application)
        except Problem as problem:
            if problem.kind.slug != "conflict" or attempt == TRIES - 1:
                raise
    return None


def _try(house: House, application: str) -> str | None:
    case = applications.find_any(house, application)
    if case is None or not _waits(case):
        return None
    matter = matter_of(house, case)
    if not matter.handling.automatic:
        return None
    open_points = _open_points(house, case, matter)
    outcome = TO_PEOPLE if open_points else APPROVED
    reasons = open_points or [ground.text for ground in matter.handling.automatic]
    record = {"outcome": outcome, "reasons": reasons, "at": house.clock.now()}
    commit(house, lambda unit: _keep(house, unit, case, record))
    logger().info("case.automatic", case=application, matter=matter.id, outcome=outcome)
    return outcome


def _waits(case: Document) -> bool:
    handling = case.get("handling") or {}
    return (
        case["state"] in (State.SUBMITTED, State.RECEIVED)
        and handling.get("by") == WORKBENCH
        and not handling.get("handler")
        and not handling.get("automatic")
        and not handling.get("notices")
        and (case.get("payment") or {}).get("state") != "due"
    )


def _open_points(house: House, case: Document, matter: Matter) -> list[str]:
    """What keeps it from being decided by data alone, in the words of the file."""
    paused = paused_because(house, matter.id)
    if paused:
        return [f"已暂停自动核准：{paused}"]
    failed = [f"没有核实：{text}" for text in _not_shown(house, case, matter)]
    needed = materials_of(house, case, matter, open_values(house, case))
    by_eye = [f"材料要人看：{one.material.name}" for one in needed if one.status == "uploaded"]
    waiting = [
        f"材料后补：{one.material.name}"
        for one in needed
        if one.material.necessity == "later" and one.status not in ("exempt", "uploaded")
    ]
    return failed + by_eye + waiting


def _not_shown(house: House, case: Document, matter: Matter) -> list[str]:
    """The conditions and grounds that the data do not show, because they are not so or may not be read."""
    wanted = [(one.text, one.filter) for one in matter.accept_when]
    wanted += [(one.text, one.filter) for one in matter.handling.automatic]
    door = Door(house, subject_of(case), [matter])
    answers = door.answers([Asked(matter, where) for _, where in wanted])
    failed = (text for (text, _), holds in zip(wanted, answers, strict=True) if holds is not True)
    return list(dict.fromkeys(failed))


def _keep(house: House, unit: Unit, case: Document, record: Document) -> None:
    said = "；".join(record["reasons"])
    kept: Document = {"$set": {"handling.automatic": record}}
    if record["outcome"] == TO_PEOPLE:
        changed = applications.change(house, case, kept, now=unit.now, session=unit.session)
        if changed is None:
            raise Problem("conflict", "这个办件刚刚有变化。")
    else:
        _approve(house, unit, case, said, kept)
    case_store.add_trail(
        house, unit, case["_id"], by=SYSTEM, what=SYSTEM, text=said, outcome=record["outcome"]
    )


def _approve(house: House, unit: Unit, case: Document, said: str, kept: Document) -> None:
    text = f"系统核验数据，条件全部符合，自动准予：{said}"
    plan = decided(house, text, {"outcome": "approved", "opinion": text, "by": SYSTEM})
    steps = [(Move.ACCEPT, "材料齐全，予以受理"), (Move.APPROVE, text)]
    if case["state"] == State.SUBMITTED:
        steps.insert(0, (Move.RECEIVE, LABELS[State.RECEIVED]))
    make_moves(house, unit, case, steps, by=case["department"], also=merge(plan.also, kept))
    unit.emit(plan.emits, application=case["_id"])
