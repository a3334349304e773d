"""The life of an application, as one table: which moves are allowed from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where an application stands. The labels are what citizens read."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    CORRECTION = "correction"
    ACCEPTED = "accepted"
    REVIEWING = "reviewing"
    CHECKING = "checking"
    DECIDING = "deciding"
    SUSPENDED = "suspended"
    APPROVED = "approved"
    ISSUING = "issuing"
    DELIVERED = "delivered"
    DONE = "done"
    REFUSED = "refused"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    REVOKED = "revoked"
    VOIDED = "voided"
    FORWARDED = "forwarded"


class Move(StrEnum):
    """What can happen to an application."""

    SUBMIT = "submit"
    RECEIVE = "receive"
    CORRECT = "correct"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    ACCEPT = "accept"
    REJECT = "reject"
    RETURN = "return"
    ASSIGN = "assign"
    CHECK = "check"
    DECIDE = "decide"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    APPROVE = "approve"
    REFUSE = "refuse"
    MAKE_LICENCE = "make-licence"
    DELIVER = "deliver"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    VOID = "void"
    FORWARD = "forward"
    REDIRECT = "redirect"
    TERMINATE = "terminate"


@dataclass(frozen=True)
class Rule:
    """From which states a move is allowed, and where it leads."""

    origins: frozenset[State]
    target: State | None


LABELS: dict[State, str] = {
    State.DRAFT: "草稿",
    State.SUBMITTED: "已提交",
    State.RECEIVED: "已收件",
    State.CORRECTION: "待补正",
    State.ACCEPTED: "已受理",
    State.REVIEWING: "审查中",
    State.CHECKING: "审核中",
    State.DECIDING: "待决定",
    State.SUSPENDED: "特别程序中",
    State.APPROVED: "准予",
    State.ISSUING: "制证中",
    State.DELIVERED: "已送达",
    State.DONE: "已办结",
    State.REFUSED: "不予许可",
    State.REJECTED: "不予受理",
    State.RETURNED: "已退回",
    State.WITHDRAWN: "已撤回",
    State.TERMINATED: "已终止",
    State.REVOKED: "已撤销",
    State.VOIDED: "已作废",
    State.FORWARDED: "转报办结",
}

TO_COLLECT = "待领取"
_S = State
BEFORE_DECISION = frozenset(
    {
        _S.SUBMITTED, _S.RECEIVED, _S.CORRECTION, _S.ACCEPTED, _S.REVIEWING, _S.CHECKING, _S.DECIDING,
        _S.SUSPENDED,
    }
)  # fmt: skip
CLOSED = frozenset(
    {
        _S.DONE, _S.REFUSED, _S.REJECTED, _S.RETURNED, _S.WITHDRAWN, _S.TERMINATED, _S.REVOKED, _S.VOIDED,
        _S.FORWARDED,
    }
)  # fmt: skip
# Decided well, and what was asked for has yet to reach the applicant.
TO_DELIVER = frozenset({_S.APPROVED, _S.ISSUING})
_IN_REVIEW = frozenset({_S.ACCEPTED, _S.REVIEWING, _S.CHECKING, _S.DECIDING})

TABLE: dict[Move, Rule] = {
    Move.SUBMIT: Rule(frozenset({_S.DRAFT}), _S.SUBMITTED),
    Move.RECEIVE: Rule(frozenset({_S.SUBMITTED}), _S.RECEIVED),
    # 行政许可法 §32(4): everything missing is named at once, within five working days.
    Move.CORRECT: Rule(frozenset({_S.SUBMITTED, _S.RECEIVED}), _S.CORRECTION),
    Move.RESUBMIT: Rule(frozenset({_S.CORRECTION}), _S.RECEIVED),
    Move.LAPSE: Rule(frozenset({_S.CORRECTION}), _S.TERMINATED),
    # 行政许可法 §32(5): no notice within five working days means accepted.
    Move.ACCEPT: Rule(frozenset({_S.SUBMITTED, _S.RECEIVED}), _S.ACCEPTED),
    Move.REJECT: Rule(frozenset({_S.SUBMITTED, _S.RECEIVED}), _S.REJECTED),
    Move.RETURN: Rule(frozenset({_S.SUBMITTED, _S.RECEIVED}), _S.RETURNED),
    Move.ASSIGN: Rule(frozenset({_S.ACCEPTED}), _S.REVIEWING),
    Move.CHECK: Rule(frozenset({_S.REVIEWING}), _S.CHECKING),
    Move.DECIDE: Rule(frozenset({_S.REVIEWING, _S.CHECKING}), _S.DECIDING),
    # 行政许可法 §45: hearings, inspections and expert reviews stop the clock; they come before the decision
    # is asked for, not while it is being taken.
    Move.SUSPEND: Rule(frozenset({_S.REVIEWING, _S.CHECKING}), _S.SUSPENDED),
    Move.RESUME: Rule(frozenset({_S.SUSPENDED}), _S.REVIEWING),
    # 行政许可法 §42: once, with the reason told; the state stays.
    Move.EXTEND: Rule(frozenset({_S.REVIEWING, _S.CHECKING, _S.DECIDING}), None),
    Move.APPROVE: Rule(_IN_REVIEW, _S.APPROVED),
    Move.REFUSE: Rule(_IN_REVIEW, _S.REFUSED),
    Move.MAKE_LICENCE: Rule(frozenset({_S.APPROVED}), _S.ISSUING),
    Move.DELIVER: Rule(frozenset({_S.ISSUING}), _S.DELIVERED),
    Move.FINISH: Rule(frozenset({_S.APPROVED, _S.ISSUING, _S.DELIVERED}), _S.DONE),
    Move.WITHDRAW: Rule(frozenset({_S.DRAFT}) | BEFORE_DECISION, _S.WITHDRAWN),
    Move.REVOKE: Rule(frozenset({_S.APPROVED, _S.ISSUING, _S.DELIVERED, _S.DONE}), _S.REVOKED),
    Move.VOID: Rule(frozenset(State) - {_S.VOIDED}, _S.VOIDED),
    Move.FORWARD: Rule(frozenset({_S.REVIEWING, _S.CHECKING, _S.DECIDING}), _S.FORWARDED),
    # The wrong department passes it on to the right one; the applicant's day of filing stands.
    Move.REDIRECT: Rule(frozenset({_S.SUBMITTED, _S.RECEIVED}), _S.SUBMITTED),
    # 容缺受理: what was promised for later did not come in time.
    Move.TERMINATE: Rule(BEFORE_DECISION - {_S.CORRECTION}, _S.TERMINATED),
}


class NotAllowed(Exception):
    """A move that the table does not know from this state."""

    def __init__(self, move: Move, state: State) -> None:
        super().__init__(f"{move} is not allowed while {state}")
        self.move = move
        self.state = state


def next_state(state: State, move: Move) -> State:
    """Where a move leads. Raises NotAllowed.

    >>> next_state(State.DRAFT, Move.SUBMIT)
    <State.SUBMITTED: 'submitted'>
    """
    rule = TABLE[move]
    if state not in rule.origins:
        raise NotAllowed(move, state)
    return rule.target or state


def allowed_moves(state: State) -> list[Move]:
    """What may happen from a state, in the table's order."""
    return [move for move, rule in TABLE.items() if state in rule.origins]


def path_to(state: State, move: Move) -> list[Move] | None:
    """The moves that bring ``state`` to where ``move`` is allowed, then ``move``; None when it cannot be.

    A department may answer faster than it reports: a decision that arrives first implies the
    receipt and acceptance before it.
    """
    if state in TABLE[move].origins:
        return [move]
    implied = (Move.RECEIVE, Move.ACCEPT, Move.ASSIGN, Move.RESUME, Move.APPROVE, Move.MAKE_LICENCE)
    position, moves = state, list[Move]()
    for step in implied:
        if step == move:
            break
        if position in TABLE[step].origins and position not in TABLE[move].origins:
            moves.append(step)
            position = next_state(position, step)
    return [*moves, move] if position in TABLE[move].origins else None


def lies_since(document: Mapping[str, Any]) -> datetime | None:
    """Since when a result lies at the service window and nobody fetched it; None where none lies there."""
    if document.get("state") not in TO_DELIVER:
        return None
    found: datetime | None = (document.get("delivery") or {}).get("lies_since")
    return found


def label_of(document: Mapping[str, Any]) -> str:
    """Where an application stands, in the citizen's words: what lies at the window is made already."""
    return TO_COLLECT if lies_since(document) else LABELS[State(document["state"])]
