"""What may be said to a department: the bodies of requests, checked at the door."""

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from integrations.departments.behaviour import Mode

FormValues = dict[str, Any]
IsoDay = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
# Of a person, or the credit code of an organisation: both have eighteen characters.
IdentityNumber = Field(pattern=r"^(\d{17}[\dX]|[0-9A-HJ-NPQRTUWXY]{18})$")
DayOrWord = Field(default=None, pattern=r"^(\d{4}-\d{2}-\d{2}|(today|month_start|month_end)([+-]\d+[dmy])?)$")


class Body(BaseModel):
    """A request body; what is not foreseen is refused."""

    model_config = ConfigDict(extra="forbid")


class Applicant(Body):
    """Who applies."""

    name: str = Field(min_length=1, max_length=60)
    identity_number: str = IdentityNumber
    phone: str | None = Field(default=None, max_length=20)


class Material(Body):
    """A material: an e-licence or the digest of a file."""

    id: str = Field(min_length=1, max_length=80)
    licence: str | None = Field(default=None, max_length=120)
    file_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class Result(Body):
    """What the matter ends with."""

    name: str = Field(min_length=1, max_length=80)
    licence: str | None = Field(default=None, max_length=60)
    valid_years: int | None = Field(default=None, ge=0, le=100)


class Period(Body):
    """How long something may take: 10 工作日."""

    amount: int = Field(ge=0, le=1000)
    unit: str = Field(min_length=1, max_length=10)


class Special(Body):
    """A special procedure that the matter may need."""

    kind: str = Field(min_length=1, max_length=20)
    period: Period | None = None
    text: str = Field(default="", max_length=300)


class Tolerance(Body):
    """容缺: how long what is missing may be handed in after the acceptance."""

    period: Period | None = None
    text: str = Field(default="", max_length=300)


class Agent(Body):
    """Who acts for the applicant."""

    name: str = Field(min_length=1, max_length=60)
    identity_number: str | None = Field(default=None, max_length=30)
    phone: str | None = Field(default=None, max_length=20)


class Filing(Body):
    """One application."""

    matter: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")
    application: str = Field(min_length=1, max_length=80)
    applicant: Applicant
    form: FormValues = Field(default_factory=dict, max_length=100)
    materials: list[Material] = Field(default_factory=list, max_length=50)
    callback_url: str = Field(pattern=r"^https?://", max_length=300)
    result: Result | None = None
    service: Literal["即办件", "承诺件"] | None = None
    handling: Literal["department", "workbench"] = "department"
    joint: list[str] = Field(default_factory=list, max_length=10)
    special: list[Special] = Field(default_factory=list, max_length=10)
    tolerance: Tolerance | None = None
    later: list[str] = Field(default_factory=list, max_length=50)
    agent: Agent | None = None

    def fingerprint(self) -> str:
        """Tells apart two bodies under one key."""
        return fingerprint(self.model_dump(mode="json"))


class Supplement(Body):
    """What a correction request asked for."""

    form: FormValues = Field(default_factory=dict, max_length=100)
    materials: list[Material] = Field(default_factory=list, max_length=50)


class Decision(Body):
    """What the department's staff decided on the workbench."""

    decision: Literal["approved", "refused", "closed", "revoked", "voided"]
    opinion: str = Field(default="", max_length=2000)
    by: str = Field(min_length=1, max_length=80)


class Termination(Body):
    """Why a case ends without a decision."""

    reason: str = Field(min_length=1, max_length=500)


class RegistryQuery(Body):
    """A question to a registry; the purpose is required, and kept."""

    identity_number: str = IdentityNumber
    purpose: str = Field(min_length=1, max_length=80)
    sections: list[str] | None = Field(default=None, max_length=20)


class VerifyQuery(Body):
    """A question to the population register."""

    name: str = Field(min_length=1, max_length=60)
    identity_number: str = Field(min_length=1, max_length=30)


class BehaviourWish(Body):
    """How a department shall behave."""

    mode: Mode
    pace: float | None = Field(default=None, ge=0, le=3600)
    times: int | None = Field(default=None, ge=1, le=100_000)


class BirthFact(Body):
    """A child is born."""

    mother_identity_number: str = IdentityNumber
    sex: Literal["男", "女"]
    born: str = IsoDay


class LicenceFact(Body):
    """A licence gets another last day."""

    identity_number: str = IdentityNumber
    type: str = Field(min_length=1, max_length=60)
    expires: str | None = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class PatchFact(Body):
    """A section becomes another: objects are merged, everything else is replaced."""

    identity_number: str = IdentityNumber
    section: str = Field(min_length=1, max_length=60)
    value: Any
    department: str | None = None


class PeopleSearch(Body):
    """Which synthetic people to show."""

    demo: bool | None = None
    story: str | None = Field(default=None, max_length=60)
    phone: str | None = Field(default=None, max_length=20)
    sex: Literal["男", "女"] | None = None
    local: bool | None = None
    age: int | None = Field(default=None, ge=0, le=130)
    age_from: int | None = Field(default=None, ge=0, le=130)
    age_to: int | None = Field(default=None, ge=0, le=130)
    limit: int = Field(default=20, ge=1, le=500)


class AgeWish(Body):
    """Somebody between two ages."""

    from_: int = Field(alias="from", ge=0, le=110)
    to: int = Field(ge=0, le=110)


class LicenceWish(Body):
    """An e-licence somebody shall hold."""

    department: str
    type: str = Field(min_length=1, max_length=60)
    name: str = Field(min_length=1, max_length=60)
    number: str | None = Field(default=None, max_length=60)
    issued: str | None = DayOrWord
    expires: str | None = DayOrWord
    data: dict[str, Any] = Field(default_factory=dict)


class PersonWish(Body):
    """A synthetic person to be made: the `citizen` mapping of a case file."""

    age: int | AgeWish = Field(default=30)
    sex: Literal["男", "女"] = "女"
    local: bool = True
    facts: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=30)
    licences: list[LicenceWish] = Field(default_factory=list, max_length=50)
    organisation: dict[str, Any] | None = Field(default=None, max_length=50)


def fingerprint(body: Any) -> str:
    """The digest of a body, whatever the order of its keys."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
