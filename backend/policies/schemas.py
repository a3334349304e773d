"""What goes into the policy routes and what comes out."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming, IncomingQuery, PageQuery

SOURCE: dict[str, Any] = {
    "id": "loan-cap-2026",
    "article": "第二条",
    "title": "随安市住房公积金贷款额度规定",
    "number": "随公积金规〔2026〕1号",
    "department": "市住房公积金管理中心",
    "valid_from": "2026-03-01",
    "valid_to": None,
    "standing": "valid",
    "as_of": "2026-11-22",
    "basis": "simulated",
    "basis_text": "示范数据",
}
ROW: dict[str, Any] = {name: SOURCE[name] for name in SOURCE if name not in ("article", "as_of")}
PAGE: dict[str, Any] = {"items": [ROW], "next_cursor": None, "by_meaning": True}
ARTICLE: dict[str, Any] = {
    "number": "第二条",
    "heading": "最多能贷多少",
    "text": "一个人缴的最多 80 万元，夫妻都缴的 120 万元。",
}
THERE: dict[str, Any] = {"department": "市住房公积金管理中心", "phone": "12329"}
ANSWER: dict[str, Any] = {
    "answered": True,
    "text": ARTICLE["text"],
    "source": SOURCE,
    "replaced_by": None,
    "matter": "fund-loan",
    "ask": THERE,
    "sure": 0.97,
    "rephrased": False,
}


class Standing(StrEnum):
    """Whether a document holds on the day asked."""

    VALID = "valid"
    EXPIRED = "expired"
    COMING = "coming"


class QuestionBody(Incoming):
    """A question in the asker's own words; no personal data are needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"question": "公积金贷款最多能贷多少", "matter": "fund-loan", "lang": "zh"}
        }
    )

    question: str = Field(min_length=2, max_length=200, description="问题，用自己的话说，不要写证件号、电话")
    matter: str | None = Field(None, max_length=60, description="正在说的事项")
    lang: Literal["zh", "en"] = "zh"


class SentenceBody(Incoming):
    """A sentence that the assistant did not understand."""

    model_config = ConfigDict(json_schema_extra={"example": {"sentence": "我那个证快不行了"}})

    sentence: str = Field(min_length=2, max_length=200, description="没听懂的那句话")


class Readings(BaseModel):
    """Matters that may be meant, to be asked about; never more than three."""

    model_config = ConfigDict(json_schema_extra={"example": {"matters": ["id-card-renewal"]}})

    matters: list[str] = Field(max_length=3)


class PoliciesQuery(PageQuery):
    """Which documents."""

    department: str | None = Field(None, max_length=60, description="部门编号")
    matter: str | None = Field(None, max_length=60, description="事项编号")
    standing: Standing | None = Field(None, description="valid 现行有效；expired 已失效；coming 尚未施行")
    lang: Literal["zh", "en"] = "zh"


class LanguageQuery(IncomingQuery):
    """The language of the labels."""

    lang: Literal["zh", "en"] = "zh"


class Source(BaseModel):
    """Where an answer stands: the document or guide, its number, who issued it, and as of when it is told."""

    model_config = ConfigDict(json_schema_extra={"example": SOURCE})

    id: str
    article: str | None = None
    title: str
    number: str
    department: str
    valid_from: date | None
    valid_to: date | None
    standing: Standing
    as_of: date
    basis: str
    basis_text: str


class Successor(BaseModel):
    """The document that holds instead."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"id": "loan-cap-2026", "title": SOURCE["title"], "number": SOURCE["number"]}
        }
    )

    id: str
    title: str
    number: str


class AskThere(BaseModel):
    """Whom to ask when the answer is not enough."""

    model_config = ConfigDict(json_schema_extra={"example": THERE})

    department: str
    phone: str


class Answer(BaseModel):
    """One answer with its source; ``answered`` false means that nothing was found, and says where to ask."""

    model_config = ConfigDict(json_schema_extra={"example": ANSWER})

    answered: bool
    text: str
    source: Source | None = None
    replaced_by: Successor | None = None
    matter: str | None = None
    ask: AskThere | None = None
    sure: float = Field(ge=0, le=1)
    rephrased: bool = False


class PolicyRow(BaseModel):
    """A line of the list."""

    model_config = ConfigDict(json_schema_extra={"example": ROW})

    id: str
    title: str
    number: str
    department: str
    valid_from: date
    valid_to: date | None
    standing: Standing
    basis: str
    basis_text: str


class PolicyPage(BaseModel):
    """One page of documents, by id."""

    model_config = ConfigDict(json_schema_extra={"example": PAGE})

    items: list[PolicyRow]
    next_cursor: str | None
    by_meaning: bool = Field(description="问答是否已按意思比较（刚启动时只按字词）")


class ArticleView(BaseModel):
    """One article in plain words."""

    model_config = ConfigDict(json_schema_extra={"example": ARTICLE})

    number: str
    heading: str
    text: str


class PolicyDocument(PolicyRow):
    """A whole document."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": ROW
            | {
                "issued": "2026-01-19",
                "matters": ["fund-loan"],
                "source_note": "随安市是虚构的城市，文号和数字都是示范用的。",
                "articles": [ARTICLE],
                "replaces": [
                    {"id": "loan-cap-2023", "title": SOURCE["title"], "number": "随公积金规〔2023〕1号"}
                ],
                "replaced_by": None,
            }
        }
    )

    issued: date
    matters: list[str]
    source_note: str
    articles: list[ArticleView]
    replaces: list[Successor]
    replaced_by: Successor | None
