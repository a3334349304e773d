"""The table of moves: what it allows, and what random moves can never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend.applications.states import (
    CLOSED,
    LABELS,
    TABLE,
    Move,
    NotAllowed,
    State,
    allowed_moves,
    next_state,
    path_to,
)


class RandomLife(RuleBasedStateMachine):
    """An application that anything may try to happen to."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.trail = [State.DRAFT]

    @rule(move=st.sampled_from(list(Move)))
    def anything_happens(self, move: Move) -> None:
        allowed = self.state in TABLE[move].origins
        try:
            reached = next_state(self.state, move)
        except NotAllowed as error:
            assert not allowed
            assert error.state is self.state
            return
        assert allowed
        self.state = reached
        self.trail.append(reached)

    @invariant()
    def never_back_to_draft(self) -> None:
        assert State.DRAFT not in self.trail[1:]

    @invariant()
    def nothing_is_issued_without_approval(self) -> None:
        if State.ISSUING in self.trail:
            assert State.APPROVED in self.trail[: self.trail.index(State.ISSUING)]

    @invariant()
    def nothing_is_approved_unaccepted(self) -> None:
        if State.APPROVED in self.trail:
            assert State.ACCEPTED in self.trail[: self.trail.index(State.APPROVED)]

    @invariant()
    def a_closed_one_only_ends_more(self) -> None:
        closed_at = [index for index, state in enumerate(self.trail) if state in CLOSED]
        if closed_at:
            assert set(self.trail[closed_at[0] + 1 :]) <= {State.VOIDED, State.REVOKED}


TestRandomLife = RandomLife.TestCase


def test_every_state_has_a_label_and_every_move_a_rule() -> None:
    assert set(LABELS) == set(State)
    assert set(TABLE) == set(Move)


def test_every_state_but_draft_can_be_reached() -> None:
    reached, frontier = {State.DRAFT}, [State.DRAFT]
    while frontier:
        state = frontier.pop()
        for move in allowed_moves(state):
            target = next_state(state, move)
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(State)


@given(st.sampled_from(list(State)), st.sampled_from(list(Move)))
def test_an_implied_path_is_made_of_allowed_moves(state: State, move: Move) -> None:
    path = path_to(state, move)
    if path is None:
        return
    for step in path:
        state = next_state(state, step)
    assert path[-1] is move


def test_a_decision_that_arrives_first_implies_receipt_and_acceptance() -> None:
    assert path_to(State.SUBMITTED, Move.APPROVE) == [Move.RECEIVE, Move.ACCEPT, Move.APPROVE]


def test_a_special_procedure_begins_while_a_case_is_examined_and_not_while_it_is_decided() -> None:
    assert {one for one in State if one in TABLE[Move.SUSPEND].origins} == {State.REVIEWING, State.CHECKING}
    assert path_to(State.ACCEPTED, Move.SUSPEND) == [Move.ASSIGN, Move.SUSPEND]
    assert path_to(State.DECIDING, Move.SUSPEND) is None


def test_a_withdrawn_application_cannot_be_approved_by_a_late_report() -> None:
    assert path_to(State.WITHDRAWN, Move.APPROVE) is None


def test_a_late_acceptance_after_the_decision_changes_nothing() -> None:
    assert path_to(State.DONE, Move.ACCEPT) is None


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_a_closed_application_cannot_be_withdrawn(state: State) -> None:
    with pytest.raises(NotAllowed):
        next_state(state, Move.WITHDRAW)
