"""Cases in somebody's hand: claimed, put back, passed to a colleague, taken over from another system."""

from collections.abc import Callable

from backend.applications.moving import add_note
from backend.applications.states import BEFORE_DECISION, LABELS, State
from backend.applications.store import change
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.workbench import case_store, store
from backend.workbench.actions import STAGES, Action, Order
from backend.workbench.officer import WORKBENCH, Officer, holds, must_hold

TAKEN_OVER_FROM = BEFORE_DECISION - {State.CORRECTION}


def claim(house: House, officer: Officer, case: Document, order: Order) -> Document:
    """Take a free case in hand; one's own again changes nothing. Raises ``conflict``, ``not-allowed``."""
    if holds(officer, case):
        return case
    holder = (case.get("handling") or {}).get("handler")
    if holder:
        raise Problem("conflict", "这个办件已经由同事认领了。", handler=holder)
    if not possible(officer, case, Action.CLAIM):
        label = LABELS[State(case["state"])]
        raise Problem("not-allowed", f"办件{label}，这一步不归您的岗位认领。", state=case["state"])
    return _set_handler(house, officer, case, officer.id, order)


def release(house: House, officer: Officer, case: Document, order: Order) -> Document:
    """Put a case back into the queue. Raises ``not-in-hand``, ``conflict``."""
    if not officer.supervises:
        must_hold(officer, case)
    return _set_handler(house, officer, case, None, order)


def transfer(house: House, officer: Officer, case: Document, order: Order) -> Document:
    """Pass a case to a colleague whose post the stage is. Raises ``not-in-hand``, ``invalid-request``."""
    if not officer.supervises:
        must_hold(officer, case)
    colleague = store.colleague(house, officer.department, order.to)
    wanted = STAGES.get(State(case["state"]))
    if colleague["disabled_at"] or (wanted is not None and wanted not in colleague["roles"]):
        raise Problem("invalid-request", "这位同事的岗位不办这一步，请转给别的同事。")
    return _set_handler(house, officer, case, colleague["_id"], order)


def take_over(house: House, officer: Officer, case: Document, order: Order) -> Document:
    """Bring to the workbench what could not be handed to the department's own system yet.

    Raises ``move-not-allowed``, ``request-in-progress`` while it is being handed over, ``conflict`` when
    that system has it.
    """
    if not possible(officer, case, Action.TAKE_OVER):
        label = LABELS[State(case["state"])]
        raise Problem("move-not-allowed", f"办件{label}，不能再接到工作台来。", state=case["state"])
    if case["filing"].get("reference"):
        raise Problem("conflict", "部门系统已经收件，由那边办理，不能再接过来。")
    if case["filing"].get("started"):
        raise Problem("request-in-progress", "正在交给部门系统，还没有收到回执，请稍后再接。")
    sets = {"handling.by": WORKBENCH, "handling.handler": None, "filing.next_at": None}

    def record(unit: Unit) -> Document:
        text = "已转到部门工作台，由工作人员办理"
        changed = add_note(house, unit, case, text, by=officer.mark, also={"$set": sets})
        case_store.add_trail(
            house, unit, case["_id"], by=officer.mark, what=order.action.value, text=order.reason
        )
        return changed

    return commit(house, record)


def possible(officer: Officer, case: Document, action: Action) -> bool:
    """Whether one of the ways below is open to the officer for a case as it stands."""
    handling, state = case.get("handling") or {}, State(case["state"])
    ours = handling.get("by") == WORKBENCH
    if action is Action.TAKE_OVER:
        return officer.supervises and not ours and state in TAKEN_OVER_FROM
    if not ours or (state not in STAGES and state is not State.CORRECTION):
        return False
    if action is Action.CLAIM:
        return not handling.get("handler") and STAGES.get(state) in officer.roles
    free = not handling.get("handler")
    return holds(officer, case) or (officer.supervises and not (free and action is Action.RELEASE))


def _set_handler(
    house: House, officer: Officer, case: Document, handler: str | None, order: Order
) -> Document:
    if not possible(officer, case, order.action):
        label = LABELS[State(case["state"])]
        raise Problem("move-not-allowed", f"办件{label}，现在不能这样做。", state=case["state"])

    def record(unit: Unit) -> Document:
        sets = {"handling.handler": handler, "handling.claimed_at": unit.now if handler else None}
        changed = change(house, case, {"$set": sets}, now=unit.now, session=unit.session)
        if changed is None:
            raise Problem("conflict", "这个办件刚刚有变化，可能已由同事认领，请刷新后再试。")
        case_store.add_trail(
            house, unit, case["_id"], by=officer.mark, what=order.action.value, text=order.reason, to=handler
        )
        return changed

    changed = commit(house, record)
    logger().info("case.held", case=case["_id"], action=order.action.value, staff=officer.id)
    return changed


WAYS: dict[Action, Callable[[House, Officer, Document, Order], Document]] = {
    Action.CLAIM: claim,
    Action.RELEASE: release,
    Action.TRANSFER: transfer,
    Action.TAKE_OVER: take_over,
}
