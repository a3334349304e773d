"""What each action means for the case: the text that the citizen reads, and what else changes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from backend.applications.filing import decision_to_report
from backend.applications.filling import materials_of
from backend.applications.moving import merge
from backend.applications.outgoing import fresh
from backend.applications.sealing import open_values
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter
from backend.matters.terms import SPECIAL_KINDS
from backend.workbench.actions import RULES, Action, Order
from backend.workbench.notices import notice_items
from backend.workbench.officer import Officer
from backend.workbench.opinions import all_overdue, joint_counted, joint_to_ask


@dataclass(frozen=True)
class Plan:
    """The timeline's text, a MongoDB update merged into the move, what the clocks and others are told.

    ``asks``: joint departments whose opinion is asked with it; ``passes_over`` those that are late.
    """

    text: str
    also: Document = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    emits: str = ""
    asks: tuple[str, ...] = ()
    passes_over: bool = False


@dataclass(frozen=True)
class Occasion:
    """Everything a plan is made from."""

    house: House
    officer: Officer
    case: Document
    matter: Matter
    order: Order

    @property
    def handling(self) -> Document:
        """The case's record of who works on it."""
        return self.case.get("handling") or {}


def plan_for(house: House, officer: Officer, case: Document, matter: Matter, order: Order) -> Plan:
    """The plan of an order. Raises the problems that ``acting.act`` names."""
    make = PLANS.get(order.action)
    if make is None:
        return Plan(RULES[order.action].text or RULES[order.action].label)
    return make(Occasion(house, officer, case, matter, order))


def _accept(at: Occasion) -> Plan:
    later = _left_for_later(at)
    if later:
        raise Problem("move-not-allowed", "还有可以后补的材料没有交，请用容缺受理。", materials=later)
    return _accepted(at, RULES[Action.ACCEPT].text, {})


def _tolerate(at: Occasion) -> Plan:
    later = _left_for_later(at)
    if at.matter.tolerance is None or not later:
        raise Problem("move-not-allowed", "没有可以后补的材料，不能容缺受理。")
    names = "、".join(one.name for one in at.matter.materials if one.id in later)
    text = f"容缺受理，{names}可以后补。{at.matter.tolerance.text}"
    return _accepted(at, text, {"later": later})


def _accepted(at: Occasion, text: str, details: dict[str, Any]) -> Plan:
    asks = joint_to_ask(at.case, at.matter)
    sets = {"handling.receiver": at.officer.id} | joint_counted(at.case, asks)
    return Plan(text, {"$set": sets}, details, asks=tuple(asks))


def _assign(at: Occasion) -> Plan:
    # Accepted by silence or by another hand: the joint departments are asked by whoever takes it up.
    asks = joint_to_ask(at.case, at.matter)
    sets = joint_counted(at.case, asks)
    return Plan(RULES[Action.ASSIGN].text, {"$set": sets} if sets else {}, asks=tuple(asks))


def _left_for_later(at: Occasion) -> list[str]:
    needed = materials_of(at.house, at.case, at.matter, open_values(at.house, at.case))
    return [
        one.material.id
        for one in needed
        if one.material.necessity == "later" and one.status not in ("exempt", "uploaded")
    ]


def _correct(at: Occasion) -> Plan:
    given = int(at.handling.get("notices", 0))
    # 行政许可法 §32(4): everything at once; a second notice is an exception that somebody answers for.
    if given and not (at.officer.supervises and at.order.override):
        raise Problem(
            "notice-given", "补正只能一次性告知。确需再次告知的，由督办人员写明原因（override）后办理。"
        )
    items = notice_items(at.matter, at.order.items)
    reasons = "；".join(one["reason"] for one in items)
    return Plan(f"需要补正：{reasons}", {"$set": {"handling.notices": given + 1}}, {"items": items})


def _turned_away(at: Occasion) -> Plan:
    return _closed(at, f"{RULES[at.order.action].label}：{at.order.reason} {at.order.where}")


def _closed(at: Occasion, text: str) -> Plan:
    """An end without a decision, of which the department's own system hears too."""
    decision = {"outcome": at.order.action.value, "opinion": text, "by": at.officer.mark}
    return Plan(text, decision_to_report(at.house, decision), emits="application.decided")


def _redirect(at: Occasion) -> Plan:
    """To another department of the same matter; who is to be asked for something else is returned."""
    passed = [*at.case["filing"].get("passed_by", []), at.case["department"]]
    others = {at.matter.department, *at.matter.joint}.difference(passed)
    if at.order.department not in others:
        names = "、".join(sorted(others)) or "无"
        raise Problem("invalid-request", f"这个事项只能转给：{names}；别的情形请退回申请人，写明该去哪里办。")
    sets = {
        "department": at.order.department,
        "handling.receiver": None,
        "handling.handler": None,
        "filing": fresh(at.house.clock.now(), passed_by=passed),
    }
    name = catalogue().department(at.order.department).name
    return Plan(f"不属于本部门，已转{name}：{at.order.reason}", {"$set": sets}, emits="application.submitted")


def _suspend(at: Occasion) -> Plan:
    usual, order = {one.kind for one in at.matter.special}, at.order
    if order.kind not in (usual or SPECIAL_KINDS):
        known = "、".join(sorted(usual or SPECIAL_KINDS))
        raise Problem("invalid-request", f"特别程序只能是：{known}。")
    if order.kind not in usual and order.expected is None:
        raise Problem("invalid-request", "请写明特别程序预计哪天结束（expected）。")
    expected = order.expected.isoformat() if order.expected else None
    details = {"kind": order.kind, "reason": order.reason, "expected": expected}
    return Plan(f"转入{order.kind}，时间不计入办理期限：{order.reason}", {}, details)


def _extend(at: Occasion) -> Plan:
    period = at.matter.clocks.extension
    text = f"经批准延长 {period.amount} 个{period.unit.value}：{at.order.reason}"
    return Plan(text, {}, {"reason": at.order.reason})


def _approve(at: Occasion) -> Plan:
    _may_decide(at)
    text = RULES[Action.APPROVE].text
    said = f"{text}：{at.order.reason}" if at.order.reason else text
    decision = {"outcome": "approved", "opinion": at.order.reason or text, "by": at.officer.mark}
    return _passing_over(at, decided(at.house, said, decision))


def _refuse(at: Occasion) -> Plan:
    _may_decide(at)
    decision = {"outcome": "refused", "by": at.officer.mark}
    decision |= {"reason": at.order.reason, "remedy": at.order.remedy}
    plan = decided(at.house, f"不予许可：{at.order.reason} {at.order.remedy}", decision)
    return _passing_over(at, plan)


def _passing_over(at: Occasion, plan: Plan) -> Plan:
    if not at.handling.get("opinions_open"):
        return plan
    also = merge(plan.also, {"$set": {"handling.opinions_open": 0}})
    return replace(plan, also=also, passes_over=True)


def decided(house: House, text: str, decision: Document) -> Plan:
    """A decision: kept with the case, and reported to the department by a task."""
    also = merge({"$set": {"handling.decided_by": decision["by"]}}, decision_to_report(house, decision))
    return Plan(text, also, emits="application.decided")


def _may_decide(at: Occasion) -> None:
    if at.handling.get("receiver") == at.officer.id:
        raise Problem("same-person", "这个办件是您受理的，受理人不能作决定，请交给别的同事。")
    if not at.handling.get("opinions_open"):
        return
    if not at.order.override:
        raise Problem("opinion-open", "还有部门没有答复会签，等答复或收回以后再决定。")
    if not all_overdue(at.house, at.case["_id"]):
        raise Problem("opinion-open", "会签还没有到期，到期仍不答复的，写明理由后可以不等。")


def _void(at: Occasion) -> Plan:
    return _undone(at, "voided", at.order.reason)


def _revoke(at: Occasion) -> Plan:
    basis = at.order.basis and f"依据：{at.order.basis}"
    said = " ".join(part for part in (at.order.reason, basis, at.order.remedy) if part)
    return _undone(at, "revoked", said)


def _undone(at: Occasion, outcome: str, said: str) -> Plan:
    """The department takes back what it gave; one that never heard of the case is told nothing."""
    text, filing = f"{RULES[at.order.action].label}：{said}", at.case["filing"]
    details = {"fault": at.order.fault}
    if not filing.get("reference") and filing.get("next_at") is None:
        return Plan(text, details=details)
    decision = {"outcome": outcome, "opinion": said, "by": at.officer.mark}
    decision |= {"reason": at.order.reason, "basis": at.order.basis, "remedy": at.order.remedy}
    return Plan(text, decision_to_report(at.house, decision), details, emits="application.decided")


PLANS: dict[Action, Callable[[Occasion], Plan]] = {
    Action.ACCEPT: _accept,
    Action.TOLERATE: _tolerate,
    Action.ASSIGN: _assign,
    Action.CORRECT: _correct,
    Action.REJECT: _turned_away,
    Action.RETURN: _turned_away,
    Action.FORWARD: _turned_away,
    Action.REDIRECT: _redirect,
    Action.SUSPEND: _suspend,
    Action.EXTEND: _extend,
    Action.APPROVE: _approve,
    Action.REFUSE: _refuse,
    Action.REVOKE: _revoke,
    Action.VOID: _void,
}
