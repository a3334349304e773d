"""Decisions that the department's staff take on the workbench; what follows is the department's work."""

from typing import Any

from pymongo.client_session import ClientSession

from integrations.departments.branches import take_licence_back
from integrations.departments.cases import UNDECIDED, WORKBENCH, CaseConflict, Cases, State
from integrations.departments.database import Document
from integrations.departments.directory import Department
from integrations.departments.filings import Decision, fingerprint
from integrations.departments.steps import approve
from integrations.departments.stepwork import Outcome, StepWork

UNDOING = {"revoked": State.REVOKED, "voided": State.VOIDED}


class DecisionDesk:
    """Puts decisions into effect, each once."""

    def __init__(self, cases: Cases, *, facts_url: str) -> None:
        self._cases = cases
        self._facts_url = facts_url

    def decide(self, department: Department, reference: str, key: str, given: Decision) -> Document:
        """Take a decision; the same again changes nothing. Raises CaseConflict, CaseUnknown.

        Who decided is not told their own decision; the licence and the end are told as usual.
        """
        print_ = fingerprint(given.model_dump(mode="json"))
        case = self._cases.find_case(department, reference)
        kept_as: str = given.decision if given.decision in UNDOING else "decision"
        taken = case.get(kept_as)
        if taken is not None:
            if taken["fingerprint"] == print_:
                return case
            raise CaseConflict("another decision was taken")
        if case.get("handling") != WORKBENCH:
            raise CaseConflict("the department decides this case itself")
        if case["state"] not in UNDECIDED and kept_as == "decision":
            raise CaseConflict("the case has ended")
        if case["state"] == State.VOIDED:
            raise CaseConflict("nothing is left of the case")
        noted = {kept_as: {"key": key, "fingerprint": print_, "by": given.by}}

        def work(session: ClientSession) -> bool:
            step = StepWork(self._cases, case, now=self._cases.clock(), session=session)
            outcome = _outcome(step, given)
            outcome.untold, outcome.changes = True, noted
            return step.write(outcome, self._facts_url)

        if not self._cases.store.transact(work):
            return self.decide(department, reference, key, given)
        return self._cases.find_case(department, reference)


def _outcome(work: StepWork, given: Decision) -> Outcome:
    details: dict[str, Any] = {"opinion": given.opinion, "by": given.by}
    if given.decision == "approved":
        return approve(work, details)
    if given.decision == "refused":
        return Outcome(State.REFUSED, details | {"reason": given.opinion, "remedy": work.cases.book.remedy})
    if given.decision in UNDOING:
        take_licence_back(work, given.decision)
        return Outcome(UNDOING[given.decision], details | {"reason": given.opinion})
    return Outcome(State.CLOSED, details | {"reason": given.opinion})
