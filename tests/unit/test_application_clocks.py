"""The pure rules of the clocks: what a move does to them, and when somebody has to look."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.applications.agenda import Duty, Light, due_now, light, look_again, yellow_from
from backend.applications.clock import back_working_days, count_working_days, deadline
from backend.applications.clocks import NO_CLOCKS, Occasion, Standing, after
from backend.applications.promise import Terms, terms_for
from backend.applications.states import Move, NotAllowed, State
from backend.core.clock import CITY
from backend.matters.schema import Matter
from backend.matters.terms import Period, Unit
from tests.contract.engine import FILE

MATTER = Matter.model_validate(FILE)
MOMENTS = st.builds(
    lambda day, clock: datetime.combine(day, clock, CITY),
    st.dates(date(2025, 1, 1), date(2026, 9, 30)),
    st.times(),
)
PERIODS = st.builds(Period, amount=st.integers(1, 25), unit=st.sampled_from(list(Unit)[:3]))


def an_occasion(now: datetime, **details: Any) -> Occasion:
    return Occasion(now=now, matter=MATTER, promise=MATTER.clocks.promised, details=details)


def accepted(start: datetime) -> Standing:
    return after(Standing(NO_CLOCKS), Move.ACCEPT, an_occasion(start))


@given(MOMENTS, st.integers(0, 40), st.integers(0, 60))
def test_a_suspension_never_brings_a_deadline_forward(start: datetime, wait: int, length: int) -> None:
    before = accepted(start)
    since = start + timedelta(days=wait)
    stopped = after(before, Move.SUSPEND, an_occasion(since, kind="听证"))
    until = since + timedelta(days=length)
    resumed = after(stopped, Move.RESUME, an_occasion(until))
    assert before.promised and resumed.promised
    due, moved = before.promised["due"], resumed.promised["due"]
    assert moved >= due
    if due >= since:
        # What was left when it stopped is left when it goes on.
        left = count_working_days(since.date(), due.date())
        assert count_working_days(until.date(), moved.date()) == left
    else:
        assert moved == due


@given(MOMENTS, PERIODS)
def test_yellow_comes_before_the_end_and_leaves_at_most_a_third(start: datetime, period: Period) -> None:
    due = deadline(start, period).due
    yellow = yellow_from(due, period)
    assert yellow < due
    if period.unit is Unit.WORKING_DAY:
        left = count_working_days(yellow.astimezone(CITY).date(), due.date())
        assert left <= max(1, period.amount / 3)


@given(st.dates(date(2025, 1, 10), date(2026, 12, 31)), st.integers(0, 15))
def test_counting_back_is_counting_forward(day: date, amount: int) -> None:
    start = back_working_days(day, amount)
    assert count_working_days(start, day) == amount


def test_a_second_extension_is_not_allowed() -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=CITY)
    once = after(accepted(start), Move.EXTEND, an_occasion(start, reason="复杂"))
    assert once.clocks["extension"]["reason"] == "复杂"
    with pytest.raises(NotAllowed):
        after(once, Move.EXTEND, an_occasion(start))


def a_document(state: State, standing: Standing, **more: Any) -> dict[str, Any]:
    known = {"state": state.value, "clocks": standing.clocks, "promised": standing.promised}
    return known | {"accepted_at": standing.accepted_at, "told": []} | more


def test_a_late_look_does_only_the_last_step_of_a_ladder() -> None:
    standing = accepted(datetime(2026, 3, 2, 10, tzinfo=CITY))
    document = a_document(State.REVIEWING, standing)
    late = datetime(2026, 4, 1, tzinfo=CITY)
    [one] = due_now(document, MATTER, late)
    assert one.duty is Duty.OVERDUE
    assert light(document, MATTER, late) is Light.RED
    assert look_again(document, MATTER, late) == late
    assert look_again(document | {"told": [one.name]}, MATTER, late) is None


def test_what_was_told_for_one_due_date_is_told_again_for_another() -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=CITY)
    before = accepted(start)
    document = a_document(State.REVIEWING, before)
    [told] = due_now(document, MATTER, datetime(2026, 3, 9, tzinfo=CITY))
    longer = after(before, Move.EXTEND, an_occasion(datetime(2026, 3, 9, tzinfo=CITY), reason="复杂"))
    extended = a_document(State.REVIEWING, longer, told=[told.name])
    assert due_now(extended, MATTER, datetime(2026, 3, 9, tzinfo=CITY)) == []
    [again] = due_now(extended, MATTER, datetime(2026, 3, 23, tzinfo=CITY))
    assert (again.duty, again.name != told.name) == (told.duty, True)


@pytest.mark.parametrize("state", [State.DRAFT, State.DONE, State.SUSPENDED, State.WITHDRAWN])
def test_nothing_runs_while_nobody_is_waited_for(state: State) -> None:
    standing = accepted(datetime(2026, 3, 2, 10, tzinfo=CITY))
    document = a_document(state, standing)
    assert look_again(document, MATTER, datetime(2026, 3, 2, 11, tzinfo=CITY)) is None


def test_answers_change_the_terms_and_a_reduction_wins() -> None:
    assert terms_for(MATTER, {"speed": "usual"}).promised.amount == 6
    slow = terms_for(MATTER, {"speed": "slow"})
    assert (slow.promised.amount, slow.notes) == (12, ("要评审",))
    paid = terms_for(MATTER, {"speed": "paid"})
    assert (paid.fee, paid.result) == (80, "加急证")
    free = terms_for(MATTER, {"speed": "paid", "disabled": True})
    assert (free.fee, free.notes) == (0, ("残疾人免收",))
    assert Terms.read(free.stored()) == free
