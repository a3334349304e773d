"""What is said to a department and what it answers: the two sides of the contract."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


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


class Period(_Said):
    """How long something may take: 10 工作日."""

    amount: int
    unit: str


class SpecialProcedure(_Said):
    """特别程序 that the matter may need; its kind alone will do."""

    kind: str
    period: Period | None = None
    text: str = ""

    @model_validator(mode="before")
    @classmethod
    def _kind_alone(cls, said: Any) -> Any:
        return {"kind": said} if isinstance(said, str) else said


class Tolerance(_Said):
    """容缺受理: how long what is missing may come after the acceptance; a text alone will do."""

    period: Period | None = None
    text: str = ""

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, said: Any) -> Any:
        return {"text": said} if isinstance(said, str) else said


class Agent(_Said):
    """Who acts for the applicant."""

    name: str = Field(repr=False)
    identity_number: str | None = Field(default=None, repr=False)
    phone: str | None = Field(default=None, repr=False)


class CaseFiling(_Said):
    """One application as it is filed with a department.

    `joint` names the departments that give an opinion, `later` the materials that are still missing and
    may come under the tolerance. A case handled on the workbench waits there for its decision.
    """

    matter: str
    application: str
    applicant: Applicant
    form: dict[str, Any] = Field(default_factory=dict, repr=False)
    materials: list[Material] = Field(default_factory=list)
    callback_url: str
    result: ResultWanted | None = None
    service: str | None = None
    handling: Literal["department", "workbench"] = "department"
    joint: list[str] = Field(default_factory=list)
    special: list[SpecialProcedure] = Field(default_factory=list)
    tolerance: Tolerance | None = None
    later: list[str] = Field(default_factory=list)
    agent: Agent | None = None


class CaseDecision(_Said):
    """What staff decided on the workbench, for the department to put into effect."""

    decision: Literal["approved", "refused", "closed", "revoked", "voided"]
    opinion: str = Field(default="", repr=False)
    by: str


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
