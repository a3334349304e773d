"""The steps of a case, each done whole or not at all.

A step is due at a moment kept in the database. Doing it is one transaction: the case moves on,
its notice is written, the registries change. Whoever dies in the middle has done nothing, and the
step is done by whoever comes next.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from pymongo.client_session import ClientSession

from integrations.departments.behaviour import Mode
from integrations.departments.branches import (
    consult,
    extend,
    forward,
    hold_back,
    missing_materials,
    resume,
    return_filing,
    revoke,
    step_after,
    suspend,
    wake,
)
from integrations.departments.cases import Cases, State
from integrations.departments.database import Document
from integrations.departments.doubts import doubted_item
from integrations.departments.effects import EFFECTS, Approval
from integrations.departments.issuing import Order, issue_licence
from integrations.departments.rules import Stage, Verdict
from integrations.departments.stepwork import Outcome, StepWork
from integrations.departments.writes import Words, apply_writes

LEASE_SECONDS = 5.0

log = structlog.get_logger("departments.steps")


def accept(work: StepWork) -> Outcome:
    """Look whether the case can be taken: all there, the right person, the right place."""
    if work.case["conduct"] == Mode.RETURNS:
        return return_filing(work)
    found = work.obstacles(Stage.ACCEPT)
    book = work.cases.book
    if found and found[0].then is Verdict.NOT_ACCEPTED:
        where = found[0].where or book.where
        return Outcome(State.NOT_ACCEPTED, {"reason": found[0].reason, "where": where})
    missing = missing_materials(work.case)
    doubted = [item for check in found for item in check.items if item.material not in missing]
    items = [item.model_dump(exclude_none=True) for item in doubted]
    asks = work.case["conduct"] == Mode.ASKS_CORRECTION and not work.case["supplements"]
    if asks and not items:
        items = [{"field": _field_to_doubt(work.case["form"]), "reason": book.correction_by_mode}]
    doubt = doubted_item(work.cases.store, work.case)
    if doubt and not items:
        items = [doubt]
    if items:
        return Outcome(State.CORRECTION, {"items": items, "days": book.correction_days})
    owed = {"tolerance": {"materials": missing} | (work.case.get("tolerance") or {})} if missing else {}
    return Outcome(State.ACCEPTED, owed, step_after(work.case, "accept"))


def review(work: StepWork) -> Outcome:
    """Somebody takes the case in hand."""
    return Outcome(State.REVIEWING, step=step_after(work.case, "review"))


def decide(work: StepWork) -> Outcome:
    """Approve and change the registries, or refuse with a reason and a way on."""
    book = work.cases.book
    if missing_materials(work.case):
        return hold_back(work)
    if work.case["conduct"] == Mode.REFUSES:
        return Outcome(State.REFUSED, {"reason": book.refused_by_mode, "remedy": book.remedy})
    found = work.obstacles(Stage.DECIDE)
    if found:
        return Outcome(State.REFUSED, {"reason": found[0].reason, "remedy": found[0].remedy or book.remedy})
    return approve(work, {"opinion": work.rule.opinion})


def approve(work: StepWork, details: dict[str, Any]) -> Outcome:
    """Change the registries as the rules say; what is left is the licence, or nothing."""
    words = Words(form=work.case["form"], today=work.today, application=work.case["application"])
    apply_writes(work.applicant, work.rule.writes, words)
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
    return Outcome(State.APPROVED, details, "issue" if result and result["licence"] else "complete")


def issue(work: StepWork) -> Outcome:
    """Make the licence that the matter ends with."""
    result, directory = work.case["result"], work.cases.registries.directory
    maker = directory[work.case["department"]]
    keeper = directory.issuer_of(result["licence"], otherwise=maker) or maker
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
    issued = {"keeper": keeper.id, "type": licence["type"], "number": licence["number"]}
    return Outcome(State.LICENCE_ISSUED, {"licence": licence}, "complete", changes={"issued": issued})


def complete(work: StepWork) -> Outcome:
    """Nothing is left to do."""
    return Outcome(State.COMPLETED, step="revoke" if work.case["conduct"] == Mode.REVOKES else None)


STEPS: dict[str, Callable[[StepWork], Outcome]] = {
    "wake": wake,
    "accept": accept,
    "review": review,
    "suspend": suspend,
    "resume": resume,
    "extend": extend,
    "consult": consult,
    "forward": forward,
    "decide": decide,
    "issue": issue,
    "complete": complete,
    "revoke": revoke,
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
        work = StepWork(self._cases, case, now=self._cases.clock(), session=session)
        outcome = STEPS[case["step"]](work)
        done = work.write(outcome, self._facts_url)
        return None if outcome.quiet or not done else outcome.state.value


def _field_to_doubt(form: Mapping[str, Any]) -> str:
    names = list(form)
    doubtful = [name for name in names if name.endswith(("phone", "address"))]
    return (doubtful or names or ["contact_phone"])[-1]
