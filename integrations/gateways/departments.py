"""Speaking to departments over HTTP."""

from typing import Any

from integrations.gateways.contract import (
    Agent,
    Applicant,
    CaseDecision,
    CaseEvent,
    CaseFiling,
    CaseView,
    FieldError,
    FiledCase,
    Material,
    RegistryAnswer,
    ResultWanted,
    Verification,
)
from integrations.gateways.failures import (
    CaseNotFound,
    DepartmentConflict,
    DepartmentError,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentUnavailable,
    PersonNotFound,
)
from integrations.gateways.line import Line, part

__all__ = [
    "Agent",
    "Applicant",
    "CaseDecision",
    "CaseEvent",
    "CaseFiling",
    "CaseNotFound",
    "CaseView",
    "DepartmentConflict",
    "DepartmentError",
    "DepartmentProtocolError",
    "DepartmentRejected",
    "DepartmentUnavailable",
    "DepartmentsGateway",
    "FieldError",
    "FiledCase",
    "Material",
    "PersonNotFound",
    "RegistryAnswer",
    "ResultWanted",
    "Verification",
]


class DepartmentsGateway(Line):
    """The departments of the city, as the backend sees them."""

    def query_registry(
        self, department: str, *, identity_number: str, purpose: str, sections: list[str] | None = None
    ) -> RegistryAnswer:
        """What the department's registry holds of a person. Raises PersonNotFound."""
        body: dict[str, Any] = {"identity_number": identity_number, "purpose": purpose}
        if sections is not None:
            body["sections"] = sections
        answer = self.ask(department, "POST", f"/registries/{part(department)}/query", body)
        if answer.status_code == 404:
            raise PersonNotFound(department)
        return self.read(department, answer, RegistryAnswer)

    def verify_person(self, *, name: str, identity_number: str) -> Verification:
        """Ask the population register whether this number belongs to this name."""
        department = "public-security"
        body = {"name": name, "identity_number": identity_number}
        answer = self.ask(department, "POST", f"/registries/{department}/verify", body)
        return self.read(department, answer, Verification)

    def file_case(
        self, department: str, filing: CaseFiling, *, idempotency_key: str | None = None
    ) -> FiledCase:
        """File an application; filing it again gives the same receipt.

        The key is the application's own number unless another is given.
        """
        key = idempotency_key or filing.application
        body = filing.model_dump(mode="json", exclude_none=True)
        answer = self.ask(department, "POST", f"/departments/{part(department)}/cases", body, key=key)
        return self.read(department, answer, FiledCase)

    def get_case(self, department: str, reference: str) -> CaseView:
        """Where a case stands, whatever callbacks came or did not come."""
        answer = self.ask(department, "GET", self._case_path(department, reference), None)
        return self.read(department, answer, CaseView)

    def supplement(
        self,
        department: str,
        reference: str,
        *,
        form: dict[str, Any],
        materials: list[Material] | None = None,
    ) -> CaseView:
        """Answer a correction request, or hand in what is owed. Raises DepartmentConflict when neither is."""
        given = [material.model_dump(mode="json", exclude_none=True) for material in materials or []]
        path = f"{self._case_path(department, reference)}/supplement"
        answer = self.ask(department, "POST", path, {"form": form, "materials": given})
        return self.read(department, answer, CaseView)

    def withdraw(self, department: str, reference: str) -> CaseView:
        """Take an application back. Raises DepartmentConflict when it is already decided."""
        path = f"{self._case_path(department, reference)}/withdraw"
        answer = self.ask(department, "POST", path, {})
        return self.read(department, answer, CaseView)

    def terminate(self, department: str, reference: str, *, reason: str) -> CaseView:
        """End a case without a decision. Raises DepartmentConflict when it is already decided."""
        path = f"{self._case_path(department, reference)}/terminate"
        answer = self.ask(department, "POST", path, {"reason": reason})
        return self.read(department, answer, CaseView)

    def decide(
        self,
        department: str,
        reference: str,
        decision: CaseDecision,
        *,
        idempotency_key: str | None = None,
    ) -> CaseView:
        """Have a workbench decision put into effect; the same again changes nothing.

        Raises DepartmentConflict when another decision was taken or the case is not the workbench's.
        """
        path = f"{self._case_path(department, reference)}/decision"
        what = "decision" if decision.decision not in ("revoked", "voided") else decision.decision
        key = idempotency_key or f"{what}:{reference}"
        answer = self.ask(department, "POST", path, decision.model_dump(mode="json"), key=key)
        return self.read(department, answer, CaseView)

    @staticmethod
    def _case_path(department: str, reference: str) -> str:
        return f"/departments/{part(department)}/cases/{part(reference)}"
