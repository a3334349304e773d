"""The states of a hand-off and its allowed moves; pure.

One conversation has one owner at a time: the agent while it is attended, whoever keeps the message
while one is written, and the assistant otherwise.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a hand-off stands."""

    OFFERED = "offered"  # asked for outside of office hours: a message may be left
    WRITING = "writing"  # the next thing said is that message
    MESSAGE = "message"  # kept until an agent answers
    WAITING = "waiting"
    ATTENDED = "attended"
    LEFT = "left"
    RETURNED = "returned"
    ENDED = "ended"
    ANSWERED = "answered"
    LAPSED = "lapsed"


class Move(StrEnum):
    """What may happen to a hand-off."""

    JOIN = "join"
    TAKE = "take"
    TRANSFER = "transfer"
    DROP = "drop"  # the agent disappeared
    GIVE_BACK = "give-back"
    END = "end"
    LEAVE = "leave"
    CLOSE = "close"  # the office closed before anybody came
    WRITE = "write"
    KEEP = "keep"
    ANSWER = "answer"
    LAPSE = "lapse"


TABLE: dict[tuple[State, Move], State] = {
    (State.OFFERED, Move.JOIN): State.WAITING,
    (State.OFFERED, Move.WRITE): State.WRITING,
    (State.OFFERED, Move.KEEP): State.MESSAGE,
    (State.OFFERED, Move.LEAVE): State.LEFT,
    (State.OFFERED, Move.LAPSE): State.LAPSED,
    (State.WRITING, Move.JOIN): State.WAITING,
    (State.WRITING, Move.KEEP): State.MESSAGE,
    (State.WRITING, Move.LEAVE): State.LEFT,
    (State.WRITING, Move.LAPSE): State.LAPSED,
    (State.MESSAGE, Move.ANSWER): State.ANSWERED,
    (State.WAITING, Move.TAKE): State.ATTENDED,
    (State.WAITING, Move.KEEP): State.MESSAGE,  # rather called back
    (State.WAITING, Move.LEAVE): State.LEFT,
    (State.WAITING, Move.CLOSE): State.OFFERED,
    (State.ATTENDED, Move.TRANSFER): State.ATTENDED,
    (State.ATTENDED, Move.DROP): State.WAITING,
    (State.ATTENDED, Move.GIVE_BACK): State.RETURNED,
    (State.ATTENDED, Move.END): State.ENDED,
    (State.ATTENDED, Move.LEAVE): State.LEFT,
}
# A citizen has at most one of these; with the others they may ask anew.
OPEN = frozenset({State.OFFERED, State.WRITING, State.WAITING, State.ATTENDED})
# What may be rated: an agent spoke.
RATEABLE = frozenset({State.ENDED, State.RETURNED, State.LEFT})


class Reason(StrEnum):
    """Why a person is asked for."""

    ASKED = "asked"
    STUCK = "stuck"  # the assistant did not understand twice
    UNHAPPY = "unhappy"
    DANGER = "danger"  # a crime, an accident, a fraud under way
    DISTRESS = "distress"


REASONS: dict[Reason, str] = {
    Reason.ASKED: "本人要求转人工",
    Reason.STUCK: "助手连续没听懂",
    Reason.UNHAPPY: "不满意或投诉",
    Reason.DANGER: "可能有危险或被骗",
    Reason.DISTRESS: "情绪危机",
}


class NotAllowed(Exception):
    """No such move from this state."""


def after(state: State, move: Move) -> State:
    """The state that a move leads to. Raises NotAllowed.

    >>> after(State.WAITING, Move.TAKE).value
    'attended'
    """
    try:
        return TABLE[state, move]
    except KeyError:
        raise NotAllowed(f"{move.value} from {state.value}") from None
