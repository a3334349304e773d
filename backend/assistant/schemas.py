"""What goes into and out of the chat's routes."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.core.schemas import Incoming

ID = "01k9v3x7m2q4c8t6w5b1n0h9jd"
MATTER = "driving-licence-renewal"
CardKind = Literal["matter", "found", "summary", "application", "timeline", "licence", "prompt", "payment"]
QuestionKind = Literal["principal-phone"]


FIELD = {
    "name": "delivery",
    "label": "领证方式",
    "type": "choice",
    "ask": "新证怎么给您？",
    "hint": "可以说“邮寄”或“自取”",
    "choices": [{"value": "post", "label": "邮寄到家"}],
    "optional": False,
}
PAST = {
    "turn": ID,
    "said": "我的电话是[电话]",
    "replies": [{"type": "text", "text": "记下了。"}],
    "at": "2026-11-23T02:00:00+00:00",
}


def _example(**members: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": members})


class MessageBody(Incoming):
    """What the citizen says: words, or the value of the button pressed."""

    model_config = _example(text="我要换驾照", id="7f0c2b9e-5a51-4d3c-9d6f-0b8f3f3f2a10")

    text: str | None = Field(None, min_length=1, max_length=1000, description="说的话")
    choice: str | None = Field(None, min_length=1, max_length=500, description="所点按钮的 value，原样发回")
    id: str | None = Field(
        None, min_length=1, max_length=80, description="消息编号，由客户端给出；重发得到同样的回复"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise ValueError("请给出 text 或 choice，只给一个。")
        return self


class SourceNote(BaseModel):
    """Where an answer stands, to be shown under it; the whole document: ``/policies/{id}``."""

    model_config = _example(
        id="loan-cap-2026",
        article="第二条",
        title="随安市住房公积金贷款额度规定",
        number="随公积金规〔2026〕1号",
        department="市住房公积金管理中心",
        standing="valid",
        as_of="2026-11-22",
    )

    id: str = Field(description="政策文件编号；办事指南是 matter: 加事项编号")
    title: str
    number: str = Field("", description="文号；办事指南是法律依据")
    department: str = ""
    article: str | None = None
    valid_from: str | None = None
    standing: Literal["valid", "expired", "coming"] = "valid"
    as_of: str | None = Field(None, description="截至哪一天")
    basis_text: str | None = None


class Shown(BaseModel):
    """What every reply may carry in the 长辈版."""

    mode: Literal["elder"] | None = Field(None, description="长辈版：客户端放大字号")
    speech: str | None = Field(None, description="长辈版：给朗读用的话，数字已写成汉字，没有符号")


class TextReply(Shown):
    """Plain words, the assistant's or an agent's; with their source where they answer about rules."""

    model_config = _example(type="text", text="好的，草稿已保存，随时说“继续”就能接着办。")

    type: Literal["text"] = "text"
    text: str
    tone: Literal["care"] | None = Field(None, description="care：体谅的话，客户端不配表情和动画")
    by: Literal["agent"] | None = Field(None, description="agent：人工客服说的")
    source: SourceNote | None = Field(None, description="依据：来源、文号、部门、截至日期")


class Choice(BaseModel):
    """A button: what stands on it, and what to send back as ``choice``."""

    model_config = _example(title="居住登记", value='/do_matter{"matter": "residence-registration"}')

    title: str
    value: str


class ChoicesReply(Shown):
    """A question with buttons."""

    model_config = _example(
        type="choices",
        text="您要办哪一项？",
        choices=[
            {"title": "居住登记", "value": '/do_matter{"matter": "residence-registration"}'},
            {"title": "居住证申领", "value": '/do_matter{"matter": "residence-permit"}'},
        ],
    )

    type: Literal["choices"] = "choices"
    text: str
    choices: list[Choice]


class Row(BaseModel):
    """A line of a card."""

    model_config = _example(label="驾驶证号", value="310101********1234", note="来自市公安局，2026-11-20")

    label: str
    value: str
    note: str | None = None


class CardReply(Shown):
    """Something to look at: a matter, a summary, an application, a licence, a prompt …"""

    model_config = _example(
        type="card",
        card="application",
        id=ID,
        title="驾驶证期满换证",
        rows=[
            {"label": "办件编号", "value": "SB261123004182737"},
            {"label": "当前状态", "value": "已受理"},
            {"label": "预计办结", "value": "2026-11-24"},
        ],
    )

    type: Literal["card"] = "card"
    card: CardKind
    id: str
    title: str
    rows: list[Row]
    text: str | None = None
    matter: str | None = Field(None, description="提示卡片所属的事项")
    url: str | None = Field(None, description="缴费卡片：收银台页面")


class FieldOption(BaseModel):
    """One option of a choice field."""

    model_config = _example(value="post", label="邮寄到家")

    value: str
    label: str


class AskedField(BaseModel):
    """The field that is asked for, as in ``/applications/{id}/next``; type ``upload`` asks for a material."""

    model_config = _example(**FIELD)

    name: str
    label: str
    type: str
    ask: str
    hint: str
    choices: list[FieldOption]
    optional: bool


class FormFieldReply(Shown):
    """A question of a form. Answer with words, or with ``/choose{"field_value": …}`` as ``choice``; several
    values of a ``multi-choice`` are joined by ``、``. Without an application it is the conversation's own."""

    model_config = _example(type="form-field", application=ID, text="新证怎么给您？", field=FIELD)

    type: Literal["form-field"] = "form-field"
    application: str | None = None
    field: AskedField
    text: str


class NoticeReply(Shown):
    """Something to see before all else; an emergency comes with the number to call."""

    model_config = _example(type="notice", level="emergency", text="请马上拨打 119。", phone="119")

    type: Literal["notice"] = "notice"
    level: Literal["info", "warning", "emergency"]
    text: str
    phone: str | None = None


Reply = Annotated[
    TextReply | ChoicesReply | CardReply | FormFieldReply | NoticeReply, Field(discriminator="type")
]


class Answered(BaseModel):
    """The assistant's replies to one message."""

    model_config = _example(turn=ID, replies=[{"type": "text", "text": "好的，我来帮您办驾驶证期满换证。"}])

    turn: str
    replies: list[Reply]


class PastTurn(BaseModel):
    """One turn of the history: what was said, with personal values hidden, and what was answered."""

    model_config = _example(**PAST)

    turn: str
    said: str | None = Field(description="空：是助手或人工客服先开口的")
    replies: list[Reply]
    at: str
    by: Literal["citizen", "assistant", "agent"] = Field("citizen", description="这一轮是谁开口")


class History(BaseModel):
    """A page of the conversation, newest first."""

    model_config = _example(items=[PAST], next_cursor=None)

    items: list[PastTurn]
    next_cursor: str | None
