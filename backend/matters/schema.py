"""The matter file. Field names and vocabularies follow GB/T 39554.2 where it has them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from backend.matters.datewords import fields_read
from backend.matters.fields import (
    FieldType,
    FormField,
    Slug,
    Strict,
    Text,
    comparison_problem,
    condition_holds,
)
from backend.matters.terms import (
    Authority,
    Change,
    Clocks,
    Fee,
    FlowStep,
    Handling,
    Requires,
    Result,
    Situation,
    SpecialProcedure,
    Tolerance,
)
from backend.profiles.paths import parse_path

CHOICES = (FieldType.CHOICE, FieldType.MULTI_CHOICE)


class Codes(Strict):
    """基本编码, 实施编码 and 业务办理项编码."""

    catalogue: str = Field(pattern=r"^\d{6,12}$")
    task: str = Field(pattern=r"^[0-9A-Z]{10,36}$")
    item: str = Field("", pattern=r"^[0-9A-Z]{0,36}$")


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


class Material(Strict):
    """材料: what has to be shown, where it comes from, and which e-licence exempts it."""

    id: Slug
    name: str
    necessity: Literal["required", "optional", "later"] = "required"
    origin: Literal["申请人自备", "政府部门核发", "其他"]
    form: Literal["电子", "纸质", "纸质和电子"] = "电子"
    kind: Literal["原件", "复印件", "原件和复印件"] = "原件"
    copies: int = Field(1, ge=1, le=9)
    licence: Slug | None = None
    when: dict[str, Any] | None = None
    note: str = ""
    standard: str = ""


class Evidence(Strict):
    """A fact a prompt rests on, shown under 为什么收到."""

    label: str
    path: str
    source: Slug

    @model_validator(mode="after")
    def _path_reads(self) -> Self:
        parse_path(self.path)
        return self


class Circumstance(Strict):
    """What somebody may say to a prompt that changes what is to be done: 「我搬家了」.

    ``words`` are looked for in what was said; ``gives`` are the form's answers that follow from it.
    """

    words: list[str] = Field(min_length=1)
    text: Text
    text_en: str = ""
    gives: dict[str, str] = Field(min_length=1)


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
    circumstances: list[Circumstance] = []

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


class Part(Strict):
    """A sub-matter of a bundle: what must be done before it, and when it is wanted at all.

    ``given`` are answers that the bundle itself settles. ``fields`` and ``materials`` say under which
    name the bundle holds each of the part's own; they are worked out, not written.
    """

    matter: Slug
    after: list[Slug] = []
    when: dict[str, Any] | None = None
    optional: bool = False
    why: str = ""
    given: dict[str, Any] = {}
    fields: dict[str, str] = {}
    materials: dict[str, str] = {}

    @property
    def wanted(self) -> str:
        """The yes-no field of the bundle's form that says whether this part is done."""
        return f"with_{self.matter.replace('-', '_')}"[:60]


class Matter(Strict):
    """One matter, as its file says; a bundle, once put together from its parts, is one too."""

    id: Slug
    name: str
    name_en: str
    short: str = ""
    aliases: list[str] = []
    aliases_en: list[str] = []
    codes: Codes | None
    department: Slug
    authority: Authority = Authority()
    kind: Literal["行政许可", "行政确认", "行政给付", "行政奖励", "行政裁决", "公共服务", "其他行政权力"]
    service: Literal["即办件", "承诺件"]
    audience: list[Literal["natural-person", "organisation"]] = Field(min_length=1)
    level: Literal["国家级", "省级", "市级", "县级", "镇级"] = "市级"
    area: Literal["全国", "全省", "全市", "全县", "全镇", "跨村"] = "全市"
    channels: list[Literal["网上", "窗口", "快递", "自助终端"]] = ["网上", "窗口"]
    clocks: Clocks
    visits: int = Field(ge=0, le=10)
    visits_reason: str = ""
    appointment: bool = False
    fee: Fee = Fee(amount=0)
    requires: Requires = Requires(assurance=3)
    handling: Handling = Handling()
    flow: list[FlowStep] = []
    joint: list[Slug] = []
    tolerance: Tolerance | None = None
    special: list[SpecialProcedure] = []
    accept_when: list[Condition] = []
    guide: Guide
    situations: list[Situation] = []
    form: list[FormField] = Field(min_length=1)
    materials: list[Material] = []
    result: Result
    prompt: PromptRule | None = None
    basis: Literal["sourced", "general", "simulated"]
    life_event: str = ""
    parts: list[Part] = []

    @property
    def is_bundle(self) -> bool:
        """Whether it is a 一件事 of several matters."""
        return bool(self.parts)

    def field(self, name: str) -> FormField | None:
        """The form field of a name."""
        return next((field for field in self.form if field.name == name), None)

    def changes(self, values: Mapping[str, Any]) -> list[Change]:
        """What the situations' answers change, in the file's order."""
        return [
            change
            for situation in self.situations
            for change in situation.changes
            if condition_holds(change.when, values)
        ]

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
        for reduction in self.fee.reductions:
            self._check_when("fee", reduction.when, names)
        for situation in self.situations:
            if situation.field not in names:
                raise ValueError(f"situations: there is no form field {situation.field}")
            for change in situation.changes:
                self._check_when(f"situation {situation.field}", change.when, names)
        if self.visits and not self.visits_reason and not self.parts:
            raise ValueError("visits: say in `visits_reason` why somebody has to come")
        if self.tolerance and not any(one.necessity == "later" for one in self.materials):
            raise ValueError("tolerance: no material has the necessity `later`")
        return self

    def _check_when(self, owner: str, when: dict[str, Any] | None, known: list[str]) -> None:
        for name, wanted in (when or {}).items():
            if name == "$or":
                for one in wanted:
                    self._check_when(owner, one, known)
                continue
            if name not in known:
                raise ValueError(f"{owner}: `when` names {name}, which no earlier form field is called")
            problem = comparison_problem(wanted)
            if problem:
                raise ValueError(f"{owner}: {problem}")
            field = self.field(name)
            if field is None or field.type not in CHOICES:
                continue
            allowed = {choice.value for choice in field.choices}
            for value in _values(wanted):
                if value is not None and value not in allowed:
                    raise ValueError(
                        f"{owner}: `when` wants {name} = {value!r}, not one of {sorted(allowed)}"
                    )


class Department(Strict):
    """A department, as departments.yml says."""

    name: str
    name_en: str
    phone: str
    sections: list[str] = []


def _values(wanted: Any) -> list[Any]:
    if not isinstance(wanted, dict):
        return [wanted]
    return [one for right in wanted.values() for one in (right if isinstance(right, list) else [right])]
