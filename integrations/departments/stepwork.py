"""One step of a case: what it may look at and change, and how it is written, whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo.client_session import ClientSession

from integrations.departments.calendar_words import city_day
from integrations.departments.cases import Cases, State
from integrations.departments.database import Document
from integrations.departments.notices import case_notice, facts_notice
from integrations.departments.registries import RegistryEdit
from integrations.departments.rules import Check, Rule, Stage


@dataclass
class Outcome:
    """What a step came to: the state it leads to, what is told, and what is next.

    `event` is the state's own name unless said; a `quiet` outcome leaves no trace but the next step,
    an `untold` one stands in the history and is not told. `wait` seconds pass before the next step;
    a case that is `asleep` waits for somebody. `speaker` is the department that says it, when another.
    """

    state: State
    details: dict[str, Any] = field(default_factory=dict)
    step: str | None = None
    event: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    wait: float | None = None
    asleep: bool = False
    quiet: bool = False
    untold: bool = False
    speaker: str | None = None


class StepWork:
    """One step of one case inside its transaction."""

    def __init__(self, cases: Cases, case: Document, *, now: datetime, session: ClientSession) -> None:
        self.cases = cases
        self.case = case
        self.now = now
        self.session = session
        self.today = city_day(now)
        self.rule: Rule = cases.book.rule_for(case["matter"], case["department"])
        self._edits: dict[str, RegistryEdit] = {}

    @property
    def state(self) -> State:
        """Where the case stands before the step."""
        return State(self.case["state"])

    def edit_of(self, identity_number: str) -> RegistryEdit:
        """The changes to one person's registry entries."""
        if identity_number not in self._edits:
            self._edits[identity_number] = RegistryEdit(
                self.cases.registries, identity_number, now=self.now, session=self.session
            )
        return self._edits[identity_number]

    @property
    def applicant(self) -> RegistryEdit:
        """The changes to the applicant's own entries."""
        return self.edit_of(self.case["applicant"]["identity_number"])

    def obstacles(self, stage: Stage) -> list[Check]:
        """What the department's rules have against the case."""
        return self.cases.book.first_obstacles(self.rule, stage, self._holds)

    def _holds(self, registry: str | None, condition: Mapping[str, Any]) -> bool:
        return self.cases.registries.holds(
            self.cases.registries.directory[registry or self.case["department"]],
            self.applicant.identity_number,
            condition,
            form=self.case["form"],
            materials=[material["id"] for material in self.case["materials"]],
            today=self.today,
            session=self.session,
        )

    def write(self, outcome: Outcome, facts_url: str) -> bool:
        """Move the case on, with its notices; False, and nothing stays, when it moved meanwhile."""
        case = self.case
        event = outcome.event or outcome.state.value
        seconds = self.cases.step_seconds(case) if outcome.wait is None else outcome.wait
        rests = outcome.step is None or outcome.asleep
        update: Document = {
            "$set": {
                "state": outcome.state.value,
                "step": outcome.step,
                "due": None if rests else self.now + timedelta(seconds=seconds),
                "lease": self.now,
            }
            | outcome.changes,
            "$inc": {"version": 1},
        }
        if not outcome.quiet:
            update["$push"] = {"history": {"event": event, "at": self.now, "details": outcome.details}}
        wanted = {"_id": case["_id"], "version": case["version"], "step": case["step"]}
        moved = self.cases.store["cases"].update_one(wanted, update, session=self.session)
        if moved.matched_count != 1:
            # Withdrawn or done by another meanwhile: nothing of this step may stay.
            self.session.abort_transaction()
            return False
        self._save_edits(facts_url)
        if not (outcome.quiet or outcome.untold):
            order = case["version"] + 1
            delay = case["notice_delay"]
            said = case | {"department": outcome.speaker or case["department"]}
            notice = case_notice(said, event, outcome.details, order=order, now=self.now, delay=delay)
            self.cases.outbox.put([notice], self.session)
        return True

    def _save_edits(self, facts_url: str) -> None:
        notices = []
        for edit in self._edits.values():
            edit.save()
            for department, sections in edit.touched.items():
                number = edit.identity_number
                notices.append(facts_notice(facts_url, department, number, sections, now=self.now))
        self.cases.outbox.put(notices, self.session)
