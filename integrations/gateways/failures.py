"""How speaking to a department can fail, as its callers need to tell it apart."""

from integrations.gateways.contract import FieldError


class DepartmentError(Exception):
    """Something went wrong between us and a department."""

    def __init__(self, department: str, message: str = "") -> None:
        super().__init__(message or f"{department}: {type(self).__name__}")
        self.department = department


class DepartmentUnavailable(DepartmentError):
    """The department does not answer now. Try again later; nothing is known to have happened."""

    def __init__(self, department: str, *, retry_after: float | None = None) -> None:
        super().__init__(department, f"{department} does not answer now")
        self.retry_after = retry_after


class DepartmentRejected(DepartmentError):
    """The department does not take what was sent; trying again changes nothing."""

    def __init__(self, department: str, errors: list[FieldError]) -> None:
        super().__init__(department, f"{department} did not take {len(errors)} of the things sent")
        self.errors = errors


class DepartmentConflict(DepartmentError):
    """What was asked does not fit what the department already has (another body, a decided case)."""


class PersonNotFound(DepartmentError):
    """The department's registry does not know this person."""


class CaseNotFound(DepartmentError):
    """The department does not know this reference."""


class DepartmentProtocolError(DepartmentError):
    """The department's answer is none that the contract has: a wrong key, address or version."""
