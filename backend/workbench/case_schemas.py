"""What goes into and out of the case routes."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from backend.applications.schemas import BRIEF, DELIVERY, FIELD, LINE
from backend.applications.states import State
from backend.core.schemas import IdPath, Incoming, PageQuery
from backend.workbench.actions import Action, Order

ROW: dict[str, Any] = BRIEF | {"light": "green", "handler": None, "claimed_at": None, "automatic": None}
CASE: dict[str, Any] = ROW | {
    "in_hand": True,
    "applicant": {
        "kind": "person",
        "name": "随小办",
        "phone": "19900000001",
        "identity_number": "310101****0011",
    },
    "fields": [FIELD],
    "materials": [],
    "handling": {"by": "workbench", "handler": {"id": "01k9", "name": "安小办"}, "notices": 0},
    "clocks": {},
    "correction": None,
    "delivery": DELIVERY | {"code": None},
    "opinions": [],
    "timeline": [LINE],
    "may_notice": {"fields": [{"id": "contact_phone", "label": "联系电话"}], "materials": []},
    "can": ["accept", "correct", "reject"],
}
OPINION: dict[str, Any] = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "case": "01k9v3x7m2q4c8t6w5b1n0h9je",
    "number": "SB261123004182737",
    "matter": "minimum-living-allowance",
    "asked_by": "civil-affairs",
    "department": "housing",
    "question": "申请人名下有没有公租房？",
    "due": "2026-11-30T15:59:59+00:00",
    "state": "open",
    "opinion": None,
    "text": None,
    "answered_at": None,
}
TEMPLATE: dict[str, Any] = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "name": "电话打不通",
    "kind": "correction",
    "text": "{applicant}您好，“{matter}”留的电话打不通，请换一个能接通的号码。",
}


class QueueQuery(PageQuery):
    """Filters of the queue; the department is always one's own."""

    whose: Literal["mine", "unclaimed", "all"] = "all"
    state: State | None = None
    matter: str | None = Field(None, max_length=60)
    light: Literal["green", "yellow", "red"] | None = None
    due_before: datetime | None = None
    number: str | None = Field(None, max_length=40, description="办件编号；本部门的，不论办到哪一步")
    closed: bool = Field(False, description="已办结的（不是待办）")
    to_collect: bool = Field(False, description="本部门窗口等着领取的，不论在哪里办的")


class Item(Incoming):
    """One thing to correct: a field or a material of the matter, and why."""

    field: str | None = Field(None, max_length=60)
    material: str | None = Field(None, max_length=60)
    reason: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _names_one(self) -> "Item":
        if bool(self.field) == bool(self.material):
            raise ValueError("name a field or a material, one of them")
        return self


class ActionBody(Incoming):
    """What is done with a case. Which of the texts are needed depends on the action."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "action": "refuse",
                "reason": "家庭人均收入超过本市标准",
                "remedy": "可在六十日内申请行政复议，或六个月内提起行政诉讼。",
                "version": 7,
            }
        }
    )

    action: Action
    reason: str = Field("", max_length=1000)
    where: str = Field("", max_length=300, description="应当去哪里办")
    remedy: str = Field("", max_length=500, description="救济途径")
    basis: str = Field("", max_length=300, description="依据")
    override: str = Field("", max_length=500, description="再次补正（限督办人员）或不等逾期会签的理由")
    kind: str = Field("", max_length=20, description="特别程序的种类")
    expected: date | None = Field(None, description="特别程序预计哪天结束")
    department: str = Field("", max_length=60, description="应办的部门")
    to: str = Field("", max_length=40, description="接手的同事")
    fault: Literal["", "department", "applicant"] = Field(
        "", description="撤销、作废是谁的过错；部门的过错才退还已经办成的费用"
    )
    items: list[Item] = Field(default=[], max_length=30)
    version: int | None = Field(None, ge=1, description="看到的版本；变了就不办")

    @field_validator("action")
    @classmethod
    def _has_no_route_of_its_own(cls, action: Action) -> Action:
        if action is Action.HAND_OVER:
            raise ValueError("use POST /staff/cases/{id}/hand-over, with the code")
        return action

    def order(self) -> Order:
        """The order as the rules take it."""
        said = self.model_dump(exclude={"items"})
        return Order(**said, items=tuple(one.model_dump(exclude_none=True) for one in self.items))


class HandOverBody(Incoming):
    """The code that whoever collects shows at the window."""

    model_config = ConfigDict(json_schema_extra={"example": {"code": "042917"}})

    code: str = Field(pattern=r"^[0-9]{6}$", description="申请人手机上的六位取件码")
    version: int | None = Field(None, ge=1, description="看到的版本；变了就不办")

    def order(self) -> Order:
        """The order as the rules take it."""
        return Order(Action.HAND_OVER, code=self.code, version=self.version)


class BatchBody(ActionBody):
    """The same action on several cases; each has its own outcome."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"action": "claim", "cases": ["01k9v3x7m2q4c8t6w5b1n0h9jd"]}}
    )

    cases: list[Annotated[str, Field(max_length=80)]] = Field(min_length=1, max_length=50)

    def order(self) -> Order:
        """The order for each case; a version is one case's only."""
        said = self.model_dump(exclude={"items", "cases", "version"})
        return Order(**said, items=tuple(one.model_dump(exclude_none=True) for one in self.items))


class KeyHeader(Incoming):
    """The caller's own key: the same one again does nothing twice."""

    model_config = ConfigDict(extra="ignore")

    idempotency_key: str = Field(alias="Idempotency-Key", min_length=1, max_length=200)


class CaseRow(BaseModel):
    """A line of the queue."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": ROW})

    id: str
    state: str
    light: str


class CasePage(BaseModel):
    """One page of the queue, the day promised first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ROW], "next_cursor": None}})

    items: list[CaseRow]
    next_cursor: str | None


class Case(CaseRow):
    """Everything about a case; personal values in full only in the hand of who works on it."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": CASE})

    in_hand: bool
    can: list[str]


class BatchResult(BaseModel):
    """What became of each case."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "done": 1,
                "results": [
                    {
                        "case": "01k9v3x7m2q4c8t6w5b1n0h9jd",
                        "status": 200,
                        "state": "received",
                        "problem": None,
                    },
                    {"case": "01k9v3x7m2q4c8t6w5b1n0h9je", "status": 409, "state": None, "problem": {}},
                ],
            }
        }
    )

    done: int
    results: list[dict[str, Any]]


class PersonBody(Incoming):
    """Why the file is opened: a reason from the list, with a note where it is "other"."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"reason": "family", "note": "核对共同居住的子女"}}
    )

    reason: Literal["identity", "family", "conditions", "materials", "duplicate", "other"]
    note: str = Field("", max_length=300)


class PersonFile(BaseModel):
    """What this matter may use of the applicant's facts, masked."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "sections": [{"section": "fund", "value": {"months": 40}, "department": "housing-fund"}],
                "licences": [],
                "applications": [BRIEF],
                "audit": "2026-11-23/00000017",
            }
        },
    )

    sections: list[dict[str, Any]]
    licences: list[dict[str, Any]]
    applications: list[dict[str, Any]]
    audit: str


class CommentBody(Incoming):
    """A comment among colleagues; citizens never see it."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "已电话联系，约定周三补材料。"}})

    text: str = Field(min_length=1, max_length=1000)


class Notes(BaseModel):
    """One page of comments or of the trail, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {"at": "2026-11-23T02:00:00+00:00", "by": {"id": "01k9", "name": "安小办"}, "text": "…"}
                ],
                "next_cursor": None,
            }
        }
    )

    items: list[dict[str, Any]]
    next_cursor: str | None


class AskBody(Incoming):
    """Whom to ask for an opinion, what, and how long they have."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"department": "housing", "question": "申请人名下有没有公租房？", "days": 5}
        }
    )

    department: str = Field(max_length=60)
    question: str = Field(min_length=4, max_length=500)
    days: int = Field(5, ge=1, le=20)


class OpinionBody(Incoming):
    """An opinion on another department's case."""

    model_config = ConfigDict(json_schema_extra={"example": {"opinion": "agree", "text": "没有，符合条件。"}})

    opinion: Literal["agree", "disagree", "other"]
    text: str = Field(min_length=2, max_length=1000)


class TakeBackBody(Incoming):
    """Why an opinion is not needed any more."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "申请人已自行补充"}})

    reason: str = Field(min_length=2, max_length=300)


class OpinionsQuery(PageQuery):
    """Which opinions: those asked of one's department that stand so."""

    state: Literal["open", "answered", "withdrawn", "passed-over"] = "open"


class Opinion(BaseModel):
    """An opinion asked of another department."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": OPINION})

    id: str
    state: str


class OpinionPage(BaseModel):
    """One page of opinions, the nearest deadline first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [OPINION], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None


class TemplateBody(Incoming):
    """A template: {applicant} {matter} {number} {due} {department} {phone} are filled in."""

    model_config = ConfigDict(
        json_schema_extra={"example": {key: TEMPLATE[key] for key in ("name", "kind", "text")}}
    )

    name: str = Field(min_length=1, max_length=60)
    kind: Literal["correction", "reject", "refuse", "approve", "opinion", "comment"]
    text: str = Field(min_length=1, max_length=1000)


class TemplatesQuery(PageQuery):
    """Templates of one kind, or all."""

    kind: Literal["correction", "reject", "refuse", "approve", "opinion", "comment"] | None = None


class FillBody(Incoming):
    """Which case to fill a template for."""

    model_config = ConfigDict(json_schema_extra={"example": {"case": "01k9v3x7m2q4c8t6w5b1n0h9jd"}})

    case: str = Field(max_length=40)


class Template(BaseModel):
    """A department's template."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": TEMPLATE})

    id: str


class TemplatePage(BaseModel):
    """One page of templates, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [TEMPLATE], "next_cursor": None}})

    items: list[dict[str, Any]]
    next_cursor: str | None


class FilledText(BaseModel):
    """A template's text for one case."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "随小办您好，……"}})

    text: str


class MaterialPath(IdPath):
    """A case and one of its materials."""

    material: str = Field(max_length=60)
