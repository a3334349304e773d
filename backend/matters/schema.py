"""The matter file. Field names and vocabularies follow GB/T 39554.2 where it has them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from backend.matters.datewords import fields_read
from backend.profiles.paths import parse_path

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Unit(StrEnum):
    """What a clock counts in."""

    WORKING_DAY = "工作日"
    CALENDAR_DAY = "日历日"
    HOUR = "小时"
    MONTH = "月"


class FieldType(StrEnum):
    """What kind of value a form field takes; decides how it is read, checked and masked."""

    TEXT = "text"
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes-no"
    BANK_ACCOUNT = "bank-account"
    IDENTITY_NUMBER = "identity-number"
    LICENCE_NUMBER = "licence-number"
    PLATE = "plate"
    REGION = "region"


class Strict(BaseModel):
    """Unknown keys in a matter file are mistakes, not extensions."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Codes(Strict):
    """基本编码 and 实施编码."""

    catalogue: str = Field(pattern=r"^\d{6,12}$")
    task: str = Field(pattern=r"^[0-9A-Z]{10,36}$")


class Period(Strict):
    """An amount of one unit: ``{amount: 20, unit: 工作日}``."""

    amount: int = Field(ge=0, le=400)
    unit: Unit


class Clocks(Strict):
    """法定 and 承诺办结时限."""

    statutory: Period
    promised: Period


class Fee(Strict):
    """What it costs, in yuan."""

    amount: float = Field(ge=0)
    basis: str = ""


class Requires(Strict):
    """The identity level an applicant needs."""

    assurance: int = Field(3, ge=1, le=5)


class Condition(Strict):
    """受理条件: a filter on the profile, what it means, and where to go when it fails."""

    filter: dict[str, Any]
    text: Text
    otherwise: Text

    @model_validator(mode="after")
    def _filter_reads(self) -> Self:
        fields_read(self.filter)
        return self


class Question(Strict):
    """常见问题."""

    question: Text
    answer: Text


class Guide(Strict):
    """The guide in plain words."""

    summary: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    summary_en: str = ""
    steps: list[Text] = []
    bring: str = ""
    faq: list[Question] = []
    law: list[str] = []
    updated: date | None = None


class Choice(Strict):
    """One option of a choice field."""

    value: str
    label: str
    label_en: str = ""
    aliases: list[str] = []


class Limits(Strict):
    """Bounds of a value."""

    min: float | None = None
    max: float | None = None
    max_length: int | None = None


class FormField(Strict):
    """One field of the form. ``source`` is a path into the citizen's profile."""

    name: FieldName
    label: str
    label_en: str = ""
    type: FieldType
    source: str | None = None
    editable: bool | None = None
    required: bool = True
    ask: str = ""
    ask_en: str = ""
    hint: str = ""
    hint_en: str = ""
    choices: list[Choice] = []
    when: dict[str, Any] | None = None
    default: Any = None
    limits: Limits = Limits()
    aliases: list[str] = []

    @property
    def may_be_edited(self) -> bool:
        """Whether the citizen may give the value."""
        return self.source is None if self.editable is None else self.editable

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.source:
            parse_path(self.source)
        if self.type is FieldType.CHOICE and not self.choices:
            raise ValueError(f"field {self.name}: a choice field needs `choices`")
        if self.may_be_edited and not self.ask and self.default is None:
            raise ValueError(f"field {self.name}: may have to be asked for, so it needs `ask`")
        if self.default is not None and self.type is FieldType.CHOICE:
            values = [choice.value for choice in self.choices]
            if self.default not in values:
                raise ValueError(f"field {self.name}: default {self.default!r} is none of {values}")
        return self


class Material(Strict):
    """材料: what has to be shown, where it comes from, and which e-licence exempts it."""

    id: Slug
    name: str
    necessity: Literal["required", "optional", "later"] = "required"
    origin: Literal["申请人自备", "政府部门核发", "其他"]
    form: Literal["电子", "纸质", "纸质和电子"] = "电子"
    licence: Slug | None = None
    when: dict[str, Any] | None = None
    note: str = ""


class Result(Strict):
    """结果: what the department issues."""

    name: str
    licence: Slug | None = None
    valid_years: int | None = None


class Evidence(Strict):
    """A fact a prompt rests on, shown under 为什么收到."""

    label: str
    path: str
    source: Slug

    @model_validator(mode="after")
    def _path_reads(self) -> Self:
        parse_path(self.path)
        return self


class PromptRule(Strict):
    """提示-服务: whom to tell, when, and why."""

    level: Literal["L0", "L1", "L2"]
    topic: Literal["licences", "allowances", "family", "housing", "health", "work", "business"]
    title: str
    title_en: str = ""
    when: dict[str, Any]
    occasion: str
    text: Text
    text_en: str = ""
    due: str | None = None
    because: Text
    because_en: str = ""
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _reads(self) -> Self:
        if not fields_read(self.when):
            raise ValueError("prompt.when reads no fact: it would match everybody")
        parse_path(self.occasion)
        if self.due:
            parse_path(self.due)
        if "{due}" in self.text and not self.due:
            raise ValueError("prompt.text shows {due}, but prompt.due is missing")
        return self


class Situation(Strict):
    """情形导办: the choice field whose answer adds or drops what follows."""

    field: FieldName
    note: str = ""


class Matter(Strict):
    """One matter, as its file says."""

    id: Slug
    name: str
    name_en: str
    short: str = ""
    aliases: list[str] = []
    aliases_en: list[str] = []
    codes: Codes
    department: Slug
    kind: Literal["行政许可", "行政确认", "行政给付", "行政奖励", "行政裁决", "公共服务", "其他行政权力"]
    service: Literal["即办件", "承诺件"]
    audience: list[Literal["natural-person", "organisation"]] = Field(min_length=1)
    level: str = "市级"
    area: str = "全市"
    clocks: Clocks
    visits: int = Field(ge=0, le=10)
    fee: Fee = Fee(amount=0)
    requires: Requires = Requires(assurance=3)
    accept_when: list[Condition] = []
    guide: Guide
    situations: list[Situation] = []
    form: list[FormField] = Field(min_length=1)
    materials: list[Material] = []
    result: Result
    prompt: PromptRule | None = None
    basis: Literal["sourced", "general", "simulated"]
    life_event: str = ""

    def field(self, name: str) -> FormField | None:
        """The form field of a name."""
        return next((field for field in self.form if field.name == name), None)

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        names = [field.name for field in self.form]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"form: {', '.join(sorted(twice))} stands there twice")
        for index, field in enumerate(self.form):
            self._check_when(f"field {field.name}", field.when, names[:index])
        for material in self.materials:
            self._check_when(f"material {material.id}", material.when, names)
        for situation in self.situations:
            if situation.field not in names:
                raise ValueError(f"situations: there is no form field {situation.field}")
        return self

    def _check_when(self, owner: str, when: dict[str, Any] | None, known: list[str]) -> None:
        for name, wanted in (when or {}).items():
            if name not in known:
                raise ValueError(f"{owner}: `when` names {name}, which no earlier form field is called")
            field = self.field(name)
            if field is None or field.type is not FieldType.CHOICE:
                continue
            allowed = {choice.value for choice in field.choices}
            values = wanted["$in"] if isinstance(wanted, dict) and "$in" in wanted else [wanted]
            for value in values:
                if not isinstance(value, dict) and value not in allowed:
                    raise ValueError(
                        f"{owner}: `when` wants {name} = {value!r}, not one of {sorted(allowed)}"
                    )


class Department(Strict):
    """A department, as departments.yml says."""

    name: str
    name_en: str
    phone: str
    sections: list[str] = []


def condition_holds(when: dict[str, Any] | None, values: dict[str, Any]) -> bool:
    """Whether a ``when`` (equality, ``$in``, ``$ne``) is true of a form's values.

    >>> condition_holds({"delivery": {"$in": ["post"]}}, {"delivery": "post"})
    True
    """
    for name, wanted in (when or {}).items():
        value = values.get(name)
        if not isinstance(wanted, dict):
            if value != wanted:
                return False
            continue
        if "$in" in wanted and value not in wanted["$in"]:
            return False
        if "$ne" in wanted and value == wanted["$ne"]:
            return False
    return True
