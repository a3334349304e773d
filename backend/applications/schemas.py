"""What goes into and out of the applications' routes."""

from typing import Annotated, Any, Literal

from flask_openapi3 import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import IdPath, Incoming, PageQuery

ID = "01k9v3x7m2q4c8t6w5b1n0h9jd"
MATTER = {"id": "driving-licence-renewal", "name": "驾驶证期满换证"}
BRIEF: dict[str, Any] = {
    "id": ID,
    "number": "SB261123004182737",
    "matter": MATTER,
    "state": "accepted",
    "state_label": "已受理",
    "department": {"id": "traffic-police", "name": "市公安局交通警察总队"},
    "channel": "chat",
    "promised_date": "2026-11-24",
    "promised_provisional": False,
    "light": "green",
    "organisation": None,
    "bundle": None,
    "by_agent": False,
    "version": 4,
    "created_at": "2026-11-23T02:00:00+00:00",
    "updated_at": "2026-11-23T02:01:10+00:00",
}
LINE: dict[str, Any] = {
    "at": "2026-11-23T02:00:00+00:00",
    "state": "submitted",
    "label": "已提交",
    "text": "已提交，等待部门收件",
    "by": "citizen",
}
DELIVERY: dict[str, Any] = {
    "way": "window",
    "number": None,
    "code": "042917",
    "stopped": False,
    "place": "派出所自取",
    "place_en": "Collect at the police station",
    "ready": "2026-11-24T02:00:00+00:00",
    "collected": None,
    "journey": [],
}
FIELD: dict[str, Any] = {
    "name": "contact_phone",
    "label": "联系电话",
    "label_en": "Phone",
    "aliases": [],
    "type": "phone",
    "value": "19900000001",
    "display": "19900000001",
    "source": None,
    "status": "given",
    "required": True,
    "editable": True,
}


class DraftBody(Incoming):
    """Which matter to apply for."""

    model_config = ConfigDict(json_schema_extra={"example": {"matter": "driving-licence-renewal"}})

    matter: str = Field(max_length=60)
    prompt: str | None = Field(None, max_length=40, description="由哪条提示引出")
    principal: str | None = Field(None, alias="for", max_length=40, description="替谁办（id）；不填是自己")


FieldName = Annotated[str, Field(max_length=60)]
# The longest text of any form is 2000 characters; a list has as many choices as a field may offer.
Said = Annotated[str, Field(max_length=2000)]
Choices = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=60)]
FieldValue = Said | bool | int | float | Choices


class FieldsBody(Incoming):
    """Values by field name; all are checked before any is kept. null (or "") empties a field."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"fields": {"contact_phone": "19900000001", "remark": None}}}
    )

    fields: dict[FieldName, FieldValue | None] = Field(
        min_length=1,
        max_length=60,
        description="字段名到值；null、空文字或空列表表示清空这一项，必填项清空后提交时会提示补填",
    )


class AnswerBody(Incoming):
    """What a person said to a field's question: the words, or the chat turn that keeps them."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"field": "contact_phone", "said": "我电话是 199 0000 0001"}}
    )

    field: str = Field(max_length=60)
    said: str | None = Field(None, max_length=1000)
    turn: str | None = Field(None, max_length=40)
    lang: Literal["zh", "en"] = "zh"


class WithdrawBody(Incoming):
    """Why an application is taken back."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "填错了，想重新申请"}})

    reason: str = Field("", max_length=200)


class LangQuery(Incoming):
    """The language of the answer."""

    model_config = ConfigDict(extra="ignore")

    lang: Literal["zh", "en"] = "zh"


class ApplicationsQuery(PageQuery):
    """Filters of the list."""

    state: str | None = Field(None, max_length=20)
    matter: str | None = Field(None, max_length=60)


class SubmitHeader(Incoming):
    """The caller's own key: the same one again files nothing twice."""

    model_config = ConfigDict(extra="ignore")

    idempotency_key: str = Field(alias="Idempotency-Key", min_length=1, max_length=200)


class UploadForm(BaseModel):
    """One file for one material; at most 10 MB; PDF, PNG, JPEG or WebP."""

    material: str = Field(max_length=60)
    file: FileStorage


class ApplicationBrief(BaseModel):
    """A row of the list."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": BRIEF})

    id: str
    number: str | None
    matter: dict[str, str]
    state: str
    state_label: str
    department: dict[str, str]
    promised_date: str | None
    version: int


class Application(ApplicationBrief):
    """Everything about one application."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": BRIEF
            | {
                "fields": [FIELD],
                "materials": [
                    {"id": "medical-fitness", "name": "身体条件证明", "status": "exempt", "licence": "4f0c"}
                ],
                "correction": None,
                "delivery": DELIVERY,
                "results": [],
                "terms": {
                    "promised": "1 个工作日",
                    "fee": 10,
                    "result": "机动车驾驶证",
                    "visits": 0,
                    "notes": [],
                },
                "clocks": {
                    "acceptance": None,
                    "statutory": "2026-11-24",
                    "correction": None,
                    "delivery": None,
                    "tolerance": None,
                    "suspension": None,
                    "extension": None,
                },
                "payment": None,
                "opinions": [],
                "timeline": [LINE],
                "can": ["withdraw"],
            }
        },
    )

    fields: list[dict[str, Any]]
    materials: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    results: list[str]
    can: list[str]


class ApplicationPage(BaseModel):
    """One page of applications, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [BRIEF], "next_cursor": None}})

    items: list[ApplicationBrief]
    next_cursor: str | None


class Timeline(BaseModel):
    """One page of what happened, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"state": "submitted", "items": [LINE], "next_cursor": None}}
    )

    state: str
    items: list[dict[str, Any]]
    next_cursor: str | None


class NextStep(BaseModel):
    """What comes next: ``ask`` a field, ``upload`` a material, ``confirm`` the summary, or ``filed``."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "kind": "ask",
                "field": {
                    "name": "contact_phone",
                    "label": "联系电话",
                    "type": "phone",
                    "ask": "证件寄到后怎么联系您？请告诉我手机号。",
                    "hint": "手机号是 11 位数字。",
                    "choices": [],
                    "optional": False,
                },
                "step": 1,
                "of": 2,
            }
        },
    )

    kind: Literal["ask", "upload", "confirm", "filed"]


class Answered(BaseModel):
    """Which field got the value, which others got theirs from the same words, and what comes next."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "accepted": {
                    "name": "contact_phone",
                    "label": "联系电话",
                    "also": [{"name": "delivery", "label": "领证方式"}],
                },
                "next": {"kind": "confirm", "summary": [], "declaration": "本人承诺以上内容真实。"},
            }
        }
    )

    accepted: dict[str, Any]
    next: dict[str, Any]


class MaterialPath(IdPath):
    """A material of an application."""

    material: str = Field(max_length=60)


class LeftOut(BaseModel):
    """A material that was asked for and may be missing; ``period`` is how long it may follow."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "material": "case-papers",
                "name": "与事情有关的材料",
                "necessity": "later",
                "period": "10 个自然日",
            }
        }
    )

    material: str
    name: str
    necessity: Literal["optional", "later"]
    period: str | None


class Uploaded(BaseModel):
    """A stored material."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "material": "lease",
                "name": "合同.jpg",
                "size": 183220,
                "type": "image/jpeg",
                "sha256": "9f86d081884c7d65",
            }
        }
    )

    material: str
    name: str
    size: int
    type: str
    sha256: str
