"""The steps of a case, each done whole or not at all.

A step is due at a moment kept in the database. Doing it is one transaction: the case moves on,
its notice is written, the registries change. Whoever dies in the middle has done nothing, and the
step is done by whoever comes next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from pymongo.client_session import ClientSession

from integrations.departments.behaviour import Mode
from integrations.departments.calendar_words import city_day
from integrations.departments.cases import Cases, State
from integrations.departments.database import Document
from integrations.departments.effects import EFFECTS, Approval
from integrations.departments.issuing import Order, issue_licence
from integrations.departments.notices import case_notice, facts_notice
from integrations.departments.registries import RegistryEdit
from integrations.departments.rules import Check, Rule, Stage, Verdict

LEASE_SECONDS = 5.0

log = structlog.get_logger("departments.steps")


@dataclass
class Outcome:
    """What a step came to: the state it leads to, what is told, and what is next."""

    state: State
    details: dict[str, Any] = field(default_factory=dict)
    step: str | None = None


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

    def save_edits(self, facts_url: str) -> None:
        """Write changed registry entries and the notices of them."""
        notices = []
        for edit in self._edits.values():
            edit.save()
            for department, sections in edit.touched.items():
                notices.append(
                    facts_notice(facts_url, department, edit.identity_number, sections, now=self.now)
                )
        self.cases.outbox.put(notices, self.session)


def accept(work: StepWork) -> Outcome:
    """Look whether the case can be taken: all there, the right person, the right place."""
    found = work.obstacles(Stage.ACCEPT)
    book = work.cases.book
    if found and found[0].then is Verdict.NOT_ACCEPTED:
        where = found[0].where or book.where
        return Outcome(State.NOT_ACCEPTED, {"reason": found[0].reason, "where": where})
    items = [item.model_dump(exclude_none=True) for check in found for item in check.items]
    asks = work.case["conduct"] == Mode.ASKS_CORRECTION and not work.case["supplements"]
    if asks and not items:
        items = [{"field": _field_to_doubt(work.case["form"]), "reason": book.correction_by_mode}]
    if items:
        return Outcome(State.CORRECTION, {"items": items, "days": book.correction_days})
    step = "decide" if work.case["service"] == "即办件" else "review"
    return Outcome(State.ACCEPTED, step=step)


def review(_: StepWork) -> Outcome:
    """Somebody takes the case in hand."""
    return Outcome(State.REVIEWING, step="decide")


def decide(work: StepWork) -> Outcome:
    """Approve and change the registries, or refuse with a reason and a way on."""
    book = work.cases.book
    if work.case["conduct"] == Mode.REFUSES:
        return Outcome(State.REFUSED, {"reason": book.refused_by_mode, "remedy": book.remedy})
    found = work.obstacles(Stage.DECIDE)
    if found:
        return Outcome(State.REFUSED, {"reason": found[0].reason, "remedy": found[0].remedy or book.remedy})
    if work.rule.effect is not None:
        EFFECTS[work.rule.effect](
            Approval(
                applicant=work.applicant,
                form=work.case["form"],
                today=work.today,
                edit_of=work.edit_of,
                next_number=work.cases.store.next_number,
            )
        )
    result = work.case["result"]
    step = "issue" if result and result["licence"] else "complete"
    return Outcome(State.APPROVED, {"opinion": work.rule.opinion}, step)


def issue(work: StepWork) -> Outcome:
    """Make the licence that the matter ends with."""
    result, directory = work.case["result"], work.cases.registries.directory
    maker = directory[work.case["department"]]
    keeper = directory.issuer_of(result["licence"]) or maker
    number = work.cases.store.next_number(f"licences:{result['licence']}")
    licence = issue_licence(
        work.applicant,
        Order(
            kind=result["licence"],
            name=result["name"],
            issuer=maker.name,
            keeper=keeper.id,
            today=work.today,
            valid_years=result["valid_years"],
            form=work.case["form"],
            fresh_number=f"{work.today.year}{number:08d}",
        ),
    )
    return Outcome(State.LICENCE_ISSUED, {"licence": licence}, "complete")


def complete(_: StepWork) -> Outcome:
    """Nothing is left to do."""
    return Outcome(State.COMPLETED)


STEPS: dict[str, Callable[[StepWork], Outcome]] = {
    "accept": accept,
    "review": review,
    "decide": decide,
    "issue": issue,
    "complete": complete,
}


class Clerk:
    """Does the steps that are due."""

    def __init__(self, cases: Cases, *, facts_url: str) -> None:
        self._cases = cases
        self._facts_url = facts_url

    def do_due_step(self) -> bool:
        """Claim one due case and do its step; False when nothing is due."""
        now = self._cases.clock()
        case = self._cases.store["cases"].find_one_and_update(
            {"due": {"$lte": now}, "lease": {"$lte": now}},
            {"$set": {"lease": now + timedelta(seconds=LEASE_SECONDS)}},
            sort=[("due", 1)],
        )
        if case is None:
            return False
        done = self._cases.store.transact(lambda session: self._do_step(case, session))
        if done is not None:
            log.info("case.moved", reference=case["_id"], matter=case["matter"], state=done)
        return True

    def _do_step(self, case: Document, session: ClientSession) -> str | None:
        now = self._cases.clock()
        work = StepWork(self._cases, case, now=now, session=session)
        outcome = STEPS[case["step"]](work)
        seconds = self._cases.step_seconds(case)
        moved = self._cases.store["cases"].update_one(
            {"_id": case["_id"], "version": case["version"], "step": case["step"]},
            {
                "$set": {
                    "state": outcome.state.value,
                    "step": outcome.step,
                    "due": None if outcome.step is None else now + timedelta(seconds=seconds),
                    "lease": now,
                },
                "$push": {"history": {"event": outcome.state.value, "at": now, "details": outcome.details}},
                "$inc": {"version": 1},
            },
            session=session,
        )
        if moved.matched_count != 1:
            # Withdrawn or done by another meanwhile: nothing of this step may stay.
            session.abort_transaction()
            return None
        work.save_edits(self._facts_url)
        notice = case_notice(
            case,
            outcome.state.value,
            outcome.details,
            order=case["version"] + 1,
            now=now,
            delay=case["notice_delay"],
        )
        self._cases.outbox.put([notice], session)
        return outcome.state.value


def _field_to_doubt(form: Mapping[str, Any]) -> str:
    names = list(form)
    doubtful = [name for name in names if name.endswith(("phone", "address"))]
    return (doubtful or names or ["contact_phone"])[-1]
