"""Whatever happens to an application, in whatever order: what must never be so."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.applications.branches import EVENTS
from backend.applications.states import CLOSED, TABLE, Move, NotAllowed, State, lies_since
from backend.core.errors import Problem
from backend.core.ids import new_id
from backend.delivery.window import MOST_TRIES
from tests.contract.city import emptied
from tests.contract.engine import FILE, OTHER, EngineTown, trial_matter
from tests.contract.test_window import CHOSEN

DETAILS: dict[str, list[dict[str, Any]]] = {
    "correction-requested": [
        {"items": [{"field": "contact_phone", "reason": "打不通"}]},
        {"items": [{"field": "contact_phone", "reason": "空号"}], "days": 5},
    ],
    "accepted": [{}, {"tolerance": {"materials": ["plan"]}}],
    "suspended": [{"kind": "专家评审"}, {"kind": "听证", "expected": "2026-12-01"}],
    "returned": [{"reason": "不归我们管", "where": "派出所"}, {"to": OTHER, "reason": "请派出所办"}],
    "extended": [{"reason": "案情复杂"}],
}
# Only what people decide or the engine derives; these never change because the sweep looked.
STEADY = ("number", "submitted_at", "citizen", "matter", "matter_version", "created_at")


class AnyLife(RuleBasedStateMachine):
    """One application, its applicant, its departments, its staff, and time."""

    def __init__(self, town: EngineTown) -> None:
        super().__init__()
        self.town = town
        self.heard: list[tuple[dict[str, Any], str]] = []
        self.seen: dict[str, Any] = {}

    @initialize(
        plan=st.booleans(),
        far=st.booleans(),
        way=st.sampled_from(["window", "e-licence"]),
        day=st.sampled_from(["2025-09-24", "2026-02-10", "2026-09-21"]),
    )
    def apply(self, plan: bool, far: bool, way: str, day: str) -> None:
        self.town.at(day)
        self.town.departments.silent = False
        self.town.departments.filed.clear()
        self.id = self.town.a_draft(delivery=way)
        if plan:
            self.town.upload(self.id)
        if plan and far:
            # Where few random moves ever lead: what was applied for is made.
            self.submit()
            self.filing_is_tried(silent=False)
            for event in ("accepted", "approved", "licence-issued"):
                self._report(event, {}, self.town.clock.now(), new_id())

    @rule()
    def submit(self) -> None:
        from backend.applications import applying

        _try(lambda: applying.submit(self.town.house, self.town.citizen, self.id, key=new_id()))

    @rule(phone=st.sampled_from(["19900000002", "19900000003"]))
    def fill_in(self, phone: str) -> None:
        from backend.applications import applying

        given = {"contact_phone": phone}
        _try(lambda: applying.fill_in(self.town.house, self.town.citizen, self.id, given))

    @rule()
    def upload(self) -> None:
        _try(lambda: self.town.upload(self.id))

    @precondition(lambda self: len(self.seen.get("timeline", [])) > 4)
    @rule()
    def withdraw(self) -> None:
        from backend.applications import applying

        _try(lambda: applying.withdraw(self.town.house, self.town.citizen, self.id))

    @rule(event=st.sampled_from(EVENTS), pick=st.integers(0, 1), late=st.integers(0, 72))
    def department_reports(self, event: str, pick: int, late: int) -> None:
        choices = DETAILS.get(event, [{}])
        at = self.town.clock.now() - timedelta(hours=late)
        self._report(event, choices[pick % len(choices)], at, new_id())

    @precondition(lambda self: bool(self.heard))
    @rule(data=st.data())
    def department_repeats(self, data: st.DataObject) -> None:
        said, department = data.draw(st.sampled_from(self.heard))
        before = self.town.document(self.id)
        outcome = self.town.report(self.id, **said, department=department)
        assert outcome == "duplicate"
        assert self.town.document(self.id) == before

    @rule(move=st.sampled_from(list(Move)))
    def staff_move(self, move: Move) -> None:
        from backend.applications.moving import make_move
        from backend.core.events import commit

        if move in (Move.SUBMIT, Move.RESUBMIT, Move.WITHDRAW):
            return
        document = self.town.document(self.id)
        legal = State(document["state"]) in TABLE[move].origins

        def work() -> None:
            commit(
                self.town.house,
                lambda unit: make_move(
                    self.town.house, unit, document, move, by="staff:1", text=move.value, details={}
                ),
            )

        if legal and move is not Move.EXTEND:
            work()
        elif legal:
            _try(work)
        else:
            with pytest.raises(NotAllowed):
                work()

    @rule()
    def what_is_made_is_laid_ready(self) -> None:
        from backend.delivery import sending

        sending.send(self.town.house, self.id)

    @rule(right=st.booleans())
    def somebody_comes_with_a_code(self, right: bool) -> None:
        from backend.core.events import commit
        from backend.delivery import window

        before = self.town.document(self.id)
        code = window.code_for(self.town.house, before)
        shown = code if code and right else "wrong!"

        def give() -> None:
            commit(
                self.town.house,
                lambda unit: window.hand_over(self.town.house, unit, before, shown, by="staff:1"),
            )

        _try(give)
        if lies_since(before) and code:
            assert (self.town.document(self.id)["state"] == "done") is right

    @rule()
    def a_new_code_is_asked_for(self) -> None:
        from backend.core.events import commit
        from backend.delivery import window

        document = self.town.document(self.id)
        work = lambda unit: window.renew_code(self.town.house, unit, document, by="citizen")  # noqa: E731
        _try(lambda: commit(self.town.house, work))

    @rule(hours=st.one_of(st.integers(0, 30), st.integers(24, 24 * 25)))
    def time_passes(self, hours: int) -> None:
        self.town.clock.advance(hours=hours, minutes=1)

    @rule(hours=st.integers(0, 24 * 40))
    def time_passes_and_the_sweep_looks(self, hours: int) -> None:
        self.town.clock.advance(hours=hours)
        self.town.sweep()
        watch_at = self.town.document(self.id)["watch_at"]
        assert watch_at is None or watch_at > self.town.clock.now()
        assert self.town.sweep() == 0

    @rule(silent=st.booleans())
    def filing_is_tried(self, silent: bool) -> None:
        from backend.applications import filing

        self.town.departments.silent = silent
        filing.file_waiting(self.town.house)

    def _report(self, event: str, details: dict[str, Any], at: datetime, event_id: str) -> None:
        document = self.town.document(self.id)
        if document["number"] is None:
            return
        said = {"event": event, "event_id": event_id, "details": details, "at": at.isoformat()}
        reference = f"{document['department']}-{document['number']}"
        self.town.report(self.id, **said, reference=reference)
        self.heard.append((said, document["department"]))

    @invariant()
    def nothing_forbidden_came_about(self) -> None:
        if not hasattr(self, "id"):
            return
        before, now = self.seen, self.town.document(self.id)
        self.seen = now
        lines = now["timeline"]
        assert lines[-1]["state"] == now["state"]
        assert [one["at"] for one in lines] == sorted(one["at"] for one in lines)
        for one, next_one in pairwise(lines):
            assert _possible(one["state"], next_one["state"]), (one, next_one)
        departments = [department for department, _ in self.town.departments.filed]
        assert len(departments) == len(set(departments)), "filed twice"
        if now["state"] in CLOSED:
            assert now["watch_at"] is None
            assert now["light"] == "green"
        delivery = now.get("delivery") or {}
        assert delivery.get("wrong", 0) <= MOST_TRIES
        if delivery.get("collected_at"):
            assert delivery["lies_since"] is None
            assert "done" in [one["state"] for one in lines]
        if before:
            self._went_on_from(before, now)

    def _went_on_from(self, before: dict[str, Any], now: dict[str, Any]) -> None:
        assert now["timeline"][: len(before["timeline"])] == before["timeline"]
        same = {key: value for key, value in now.items() if key not in ("filing", "watch_at")}
        if same != {key: value for key, value in before.items() if key not in ("filing", "watch_at")}:
            assert now["version"] > before["version"]
        for key in STEADY:
            if before.get(key) is not None and key != "submitted_at":
                assert now[key] == before[key]
        if before["promised"] and before["state"] not in CLOSED:
            assert now["promised"]["due"] >= before["promised"]["due"]
        earlier, later = before["clocks"], now["clocks"]
        for clock in ("statutory", "acceptance", "correction", "delivery"):
            if earlier[clock] and later[clock]:
                assert later[clock] >= earlier[clock], clock
        if earlier["tolerance"] and later["tolerance"]:
            assert later["tolerance"]["due"] >= earlier["tolerance"]["due"]
        if earlier["extension"]:
            assert later["extension"] == earlier["extension"]


# A thousand journaled writes: seconds, or many minutes on a disk that is busy with something else.
@pytest.mark.timeout(1200)
def test_an_application_lives_any_life(
    mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = EngineTown(mongo_url, emptied(mongo_url, "machine"), tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", town.keep_events)

    def begin() -> AnyLife:
        town.house.db["applications"].delete_many({})
        return AnyLife(town)

    quiet = settings(
        max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    with trial_matter(form=[*FILE["form"], CHOSEN]):
        run_state_machine_as_test(begin, settings=quiet)


def _possible(state: str, target: str) -> bool:
    """Whether some move leads there, or a note was written."""
    if state == target:
        return True
    return any(State(state) in one.origins and one.target == target for one in TABLE.values())


def _try(work: Callable[[], Any]) -> None:
    with suppress(Problem, NotAllowed):
        work()
