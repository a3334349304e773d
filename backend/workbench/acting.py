"""Acting on a case: who may, whether enough was said, and then one conditional move."""

from typing import Any

from backend.applications.moving import make_move, merge
from backend.applications.states import LABELS, TABLE, Move, NotAllowed, State
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.schema import Matter
from backend.workbench import case_store, handing, holding, opinions
from backend.workbench.actions import DECISIONS, RULES, STAGES, Action, Order, Rule, unsaid
from backend.workbench.officer import WORKBENCH, Officer, find_case, holds, must_hold
from backend.workbench.plans import plan_for
from backend.workbench.roles import Role

AT_ONCE = "即办件"
MOST_TRIES = 3
WAYS = holding.WAYS | handing.WAYS


def act(house: House, officer: Officer, case: str, order: Order) -> Document:
    """Do one thing with a case of the officer's department; the changed case.

    Who does not say which version they saw is not refused for what the clockwork noted meanwhile: the
    case is read anew and everything asked again.

    Raises ``not-found``, ``not-allowed`` (role), ``not-in-hand``, ``same-person``, ``invalid-request``
    (not enough said), ``opinion-open``, ``notice-given``, ``wrong-code``, ``move-not-allowed``, ``conflict``.
    """
    tries = MOST_TRIES if order.version is None else 1
    for left in reversed(range(tries)):
        try:
            return _act(house, officer, case, order)
        except Problem as problem:
            if problem.kind.slug != "conflict" or not left:
                raise
    raise AssertionError("every round returns or raises")


def _act(house: House, officer: Officer, case: str, order: Order) -> Document:
    rule = RULES[order.action]
    if not officer.roles & rule.roles:
        names = sorted(rule.roles)
        raise Problem("not-allowed", f"您的岗位不能“{rule.label}”，请交给有权限的同事。", needed=names)
    document = find_case(house, officer, case)
    if order.version is not None and order.version != document["version"]:
        raise Problem("conflict", "这个办件刚刚有变化，请刷新后再办。", version=document["version"])
    missing = unsaid(order)
    if missing:
        raise Problem("invalid-request", f"请写明{'、'.join(missing)}。", missing=missing)
    if rule.move is None:
        return WAYS[order.action](house, officer, document, order)
    return _move(house, officer, document, order, rule)


def allowed_actions(officer: Officer, document: Document, matter: Matter) -> list[str]:
    """What the officer may do with the case as it stands, in the table's order."""
    return [action.value for action in Action if _possible(officer, document, matter, action)]


def _move(house: House, officer: Officer, document: Document, order: Order, rule: Rule) -> Document:
    if not officer.roles & rule.without_hand:
        must_hold(officer, document)
    matter = matter_of(house, document)
    move = _possible_move(document, matter, order.action, rule)
    if move is None:
        raise _not_now(document, rule)
    plan = plan_for(house, officer, document, matter, order)
    target = TABLE[move].target or State(document["state"])
    also = merge({"$set": _hand_after(officer, document, target)}, plan.also)

    def record(unit: Unit) -> Document:
        changed = make_move(
            house, unit, document, move, by=officer.mark, text=plan.text, also=also, details=plan.details
        )
        _note(house, unit, officer, changed, order)
        opinions.ask_joint(house, unit, officer, changed, plan.asks)
        if plan.passes_over:
            opinions.pass_over(house, unit, officer, changed["_id"], reason=order.override)
        if plan.emits:
            unit.emit(plan.emits, application=changed["_id"])
        return changed

    try:
        changed = commit(house, record)
    except NotAllowed as error:
        raise _not_now(document, rule) from error
    logger().info("case.acted", case=document["_id"], action=order.action.value, staff=officer.id)
    return changed


def _note(house: House, unit: Unit, officer: Officer, changed: Document, order: Order) -> None:
    said: dict[str, Any] = {"state": changed["state"]}
    if order.override:
        said["override"] = True
    text = " ".join(part for part in (order.reason, order.override) if part)
    case_store.add_trail(
        house, unit, changed["_id"], by=officer.mark, what=order.action.value, text=text, **said
    )


def _possible_move(document: Document, matter: Matter, action: Action, rule: Rule) -> Move | None:
    """The action's move, or None: not in the workbench's hand, not paid, not at this stage."""
    state = State(document["state"])
    if rule.move is None or (document.get("handling") or {}).get("by") != WORKBENCH:
        return None
    if (document.get("payment") or {}).get("state") == "due":
        return None
    if action in DECISIONS and state is not State.DECIDING and matter.service != AT_ONCE:
        return None
    return rule.move if state in TABLE[rule.move].origins else None


def _hand_after(officer: Officer, document: Document, state: State) -> Document:
    """The case stays in the hand while the next post is one's own too; a decision is taken up anew."""
    wanted = STAGES.get(state)
    if wanted is None and state is not State.CORRECTION:
        return {"handling.handler": None}
    if not holds(officer, document):
        return {}
    keeps = wanted is None or (wanted in officer.roles and wanted is not Role.DECIDE)
    return {} if keeps else {"handling.handler": None}


def _not_now(document: Document, rule: Rule) -> Problem:
    state = State(document["state"])
    if (document.get("payment") or {}).get("state") == "due":
        return Problem("move-not-allowed", "申请人还没有缴费，缴费以后才开始办理。", state=state.value)
    if (document.get("handling") or {}).get("by") != WORKBENCH:
        return Problem("move-not-allowed", "这个办件在部门系统里办，请督办人员先接过来。", state=state.value)
    return Problem("move-not-allowed", f"办件{LABELS[state]}，现在不能“{rule.label}”。", state=state.value)


def _possible(officer: Officer, document: Document, matter: Matter, action: Action) -> bool:
    rule = RULES[action]
    if not officer.roles & rule.roles:
        return False
    if action in handing.WAYS:
        return handing.possible(document)
    if rule.move is None:
        return holding.possible(officer, document, action)
    if not (holds(officer, document) or officer.roles & rule.without_hand):
        return False
    return _possible_move(document, matter, action, rule) is not None
