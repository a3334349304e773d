"""What is said to a department and what it answers: the two sides of the contract."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RegistryAnswer(_Said):
    """What a department's registry holds of one person."""

    department: str
    as_of: str
    sections: dict[str, Any]


class Verification(_Said):
    """Whether a number is known to the population register, and under this name."""

    found: bool
    match: bool


class Applicant(_Said):
    """Who applies."""

    name: str = Field(repr=False)
    identity_number: str = Field(repr=False)
    phone: str | None = Field(default=None, repr=False)


class Material(_Said):
    """One material of an application: an e-licence, or a file by its digest."""

    id: str
    licence: str | None = None
    file_sha256: str | None = None


class ResultWanted(_Said):
    """What the matter ends with, as its file says."""

    name: str
    licence: str | None = None
    valid_years: int | None = None


class CaseFiling(_Said):
    """One application as it is filed with a department."""

    matter: str
    application: str
    applicant: Applicant
    form: dict[str, Any] = Field(default_factory=dict, repr=False)
    materials: list[Material] = Field(default_factory=list)
    callback_url: str
    result: ResultWanted | None = None
    service: str | None = None


class FiledCase(_Said):
    """A department's receipt."""

    reference: str
    department: str
    received_at: str


class CaseEvent(_Said):
    """One step of a case's history."""

    event: str
    at: str
    details: dict[str, Any] = Field(default_factory=dict, repr=False)


class CaseView(_Said):
    """Where a case stands at its department."""

    reference: str
    state: str
    history: list[CaseEvent] = Field(default_factory=list)


class FieldError(_Said):
    """One thing a department did not take, and why."""

    field: str | None = None
    reason: str
