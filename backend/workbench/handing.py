"""What lies at the service window: given out for its code, or given a new one."""

from collections.abc import Callable

from backend.applications.states import lies_since
from backend.core.errors import Problem, not_found
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.delivery import window
from backend.workbench import case_store
from backend.workbench.actions import Action, Order
from backend.workbench.officer import Officer

WRONG_CODE = "wrong-code"


def possible(case: Document) -> bool:
    """Whether something of the case lies at the window."""
    return lies_since(case) is not None


def hand_over(house: House, officer: Officer, case: Document, order: Order) -> Document:
    """Give out the result for its code, which ends the case.

    Raises ``wrong-code`` with ``tries_left``, ``move-not-allowed``; a wrong try stands in the trail too.
    """

    def record(unit: Unit) -> tuple[Document, bool]:
        fresh = _fresh(house, unit, case)
        changed, right = window.hand_over(house, unit, fresh, order.code, by=officer.mark)
        if changed is not fresh:
            text = "" if right else "取件码不对"
            _note(house, unit, officer, changed, order, text=text, right=right)
        return changed, right

    changed, right = commit(house, record)
    logger().info("case.hand-over", case=case["_id"], staff=officer.id, right=right)
    if not right:
        left = window.tries_left(changed)
        then = f"还可以再试 {left} 次。" if left else "这个码已停用，请督办人员换发，或请申请人在手机上换码。"
        raise Problem(WRONG_CODE, f"取件码不对，请和申请人核对。{then}", tries_left=left)
    return changed


def new_code(house: House, officer: Officer, case: Document, order: Order) -> Document:
    """Send the applicant a new code; staff never see it. Raises ``move-not-allowed``."""

    def record(unit: Unit) -> Document:
        changed = window.renew_code(house, unit, _fresh(house, unit, case), by=officer.mark)
        _note(house, unit, officer, changed, order, text=order.reason)
        return changed

    changed = commit(house, record)
    logger().info("case.acted", case=case["_id"], action=order.action.value, staff=officer.id)
    return changed


def _fresh(house: House, unit: Unit, case: Document) -> Document:
    """The case as it stands now: of tries at the same moment each counts."""
    found = case_store.find_case(house, case["_id"], unit.session)
    if found is None:
        raise not_found("办件")
    return found


def _note(
    house: House, unit: Unit, officer: Officer, case: Document, order: Order, *, text: str, **said: bool
) -> None:
    what = order.action.value
    case_store.add_trail(
        house, unit, case["_id"], by=officer.mark, what=what, text=text, state=case["state"], **said
    )


WAYS: dict[Action, Callable[[House, Officer, Document, Order], Document]] = {
    Action.HAND_OVER: hand_over,
    Action.NEW_CODE: new_code,
}
