"""What staff may do with a case: one table of actions, who may, and what has to be said with each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from backend.applications.states import Move, State
from backend.workbench.roles import Role


class Action(StrEnum):
    """One thing done with a case."""

    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    TAKE_OVER = "take-over"
    RECEIVE = "receive"
    ACCEPT = "accept"
    TOLERATE = "tolerate"
    CORRECT = "correct"
    REJECT = "reject"
    RETURN = "return"
    REDIRECT = "redirect"
    ASSIGN = "assign"
    CHECK = "check"
    PROPOSE = "propose"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    APPROVE = "approve"
    REFUSE = "refuse"
    FORWARD = "forward"
    REVOKE = "revoke"
    VOID = "void"
    HAND_OVER = "hand-over"
    NEW_CODE = "new-code"


@dataclass(frozen=True)
class Order:
    """An action and what was said with it. ``version`` is the case's as the caller saw it."""

    action: Action
    reason: str = ""
    where: str = ""
    remedy: str = ""
    basis: str = ""
    override: str = ""
    kind: str = ""
    expected: date | None = None
    department: str = ""
    to: str = ""
    fault: str = ""
    code: str = field(default="", repr=False)
    items: tuple[Mapping[str, str], ...] = ()
    version: int | None = None


@dataclass(frozen=True)
class Rule:
    """Who may act, by which move, what must be said, and whether it needs the case in one's hand.

    ``without_hand``: roles that may act on a case they do not hold.
    """

    label: str
    roles: frozenset[Role]
    move: Move | None = None
    says: tuple[str, ...] = ()
    without_hand: frozenset[Role] = frozenset()
    text: str = ""


def _any(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_R = Role
ANY = _any(_R.RECEIVE, _R.HANDLE, _R.REVIEW, _R.DECIDE, _R.SUPERVISE)
RULES: dict[Action, Rule] = {
    Action.CLAIM: Rule("认领", ANY, without_hand=ANY),
    Action.RELEASE: Rule("放回", ANY, without_hand=_any(_R.SUPERVISE)),
    Action.TRANSFER: Rule("转给同事", ANY, says=("to", "reason"), without_hand=_any(_R.SUPERVISE)),
    Action.TAKE_OVER: Rule(
        "从部门系统接过来", _any(_R.SUPERVISE), says=("reason",), without_hand=_any(_R.SUPERVISE)
    ),
    Action.RECEIVE: Rule("收件", _any(_R.RECEIVE), Move.RECEIVE, text="已收件，正在核对材料"),
    Action.ACCEPT: Rule("受理", _any(_R.RECEIVE), Move.ACCEPT, text="材料齐全，予以受理"),
    Action.TOLERATE: Rule("容缺受理", _any(_R.RECEIVE), Move.ACCEPT),
    Action.CORRECT: Rule(
        "一次性告知补正", _any(_R.RECEIVE, _R.SUPERVISE), Move.CORRECT, says=("items",),
        without_hand=_any(_R.SUPERVISE),
    ),
    Action.REJECT: Rule("不予受理", _any(_R.RECEIVE), Move.REJECT, says=("reason", "where")),
    Action.RETURN: Rule("退回申请人", _any(_R.RECEIVE), Move.RETURN, says=("reason", "where")),
    Action.REDIRECT: Rule("转给应办的部门", _any(_R.RECEIVE), Move.REDIRECT, says=("department", "reason")),
    Action.ASSIGN: Rule("承办", _any(_R.HANDLE), Move.ASSIGN, text="正在审查"),
    Action.CHECK: Rule("提交审核", _any(_R.HANDLE), Move.CHECK, says=("reason",), text="审查完毕，正在审核"),
    Action.PROPOSE: Rule("提请决定", _any(_R.REVIEW), Move.DECIDE, ("reason",), text="审核完毕，等待决定"),
    Action.SUSPEND: Rule("转特别程序", _any(_R.HANDLE, _R.REVIEW), Move.SUSPEND, says=("kind", "reason")),
    Action.RESUME: Rule("恢复办理", _any(_R.HANDLE, _R.REVIEW), Move.RESUME, text="特别程序结束，继续办理"),
    # 行政许可法 §42: the head of the authority approves it.
    Action.EXTEND: Rule(
        "延长期限", _any(_R.DECIDE, _R.SUPERVISE), Move.EXTEND, says=("reason",),
        without_hand=_any(_R.DECIDE, _R.SUPERVISE),
    ),
    Action.APPROVE: Rule("准予", _any(_R.DECIDE), Move.APPROVE, text="审查通过，准予办理"),
    # 行政许可法 §38: reasons in writing, and the way to review and to court.
    Action.REFUSE: Rule("不予许可", _any(_R.DECIDE), Move.REFUSE, says=("reason", "remedy")),
    Action.FORWARD: Rule("转报", _any(_R.REVIEW), Move.FORWARD, says=("reason", "where")),
    Action.REVOKE: Rule(
        "撤销", _any(_R.SUPERVISE), Move.REVOKE, says=("reason", "basis", "remedy"),
        without_hand=_any(_R.SUPERVISE),
    ),
    Action.VOID: Rule(
        "作废", _any(_R.SUPERVISE), Move.VOID, says=("reason",), without_hand=_any(_R.SUPERVISE)
    ),
    # What lies at the window is in nobody's hand: whoever is at the counter gives it out.
    Action.HAND_OVER: Rule("凭取件码交付", _any(_R.HANDLE), says=("code",), without_hand=_any(_R.HANDLE)),
    Action.NEW_CODE: Rule("换发取件码", _any(_R.SUPERVISE), without_hand=_any(_R.SUPERVISE)),
}  # fmt: skip
DECISIONS = frozenset({Action.APPROVE, Action.REFUSE})
_S = State
# Who takes a case in hand at which stage.
STAGES: dict[State, Role] = {
    _S.SUBMITTED: _R.RECEIVE,
    _S.RECEIVED: _R.RECEIVE,
    _S.ACCEPTED: _R.HANDLE,
    _S.REVIEWING: _R.HANDLE,
    _S.SUSPENDED: _R.HANDLE,
    _S.CHECKING: _R.REVIEW,
    _S.DECIDING: _R.DECIDE,
}
OPEN = (*STAGES, State.CORRECTION)
SAID: dict[str, str] = {
    "reason": "理由",
    "where": "应当去哪里办",
    "remedy": "救济途径",
    "basis": "依据",
    "kind": "特别程序的种类",
    "department": "应办的部门",
    "to": "接手的同事",
    "items": "要补正的内容",
    "code": "取件码",
}


def unsaid(order: Order) -> list[str]:
    """What an order should say and does not, in the reader's words.

    >>> unsaid(Order(Action.REFUSE, reason="收入超过标准"))
    ['救济途径']
    """
    return [SAID[name] for name in RULES[order.action].says if not getattr(order, name)]


def stages_of(roles: frozenset[str]) -> list[str]:
    """The states in which somebody with these roles takes cases in hand.

    >>> stages_of(frozenset({"decide"}))
    ['deciding']
    """
    return [state.value for state, role in STAGES.items() if role in roles]
