"""What a matter promises and costs: clocks, fee, result, handling. Words follow GB/T 39554.2."""

from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from backend.matters.datewords import fields_read
from backend.matters.fields import FieldName, Slug, Strict, Text


class Unit(StrEnum):
    """What a clock counts in."""

    WORKING_DAY = "工作日"
    CALENDAR_DAY = "日历日"
    HOUR = "小时"
    MONTH = "月"


class Period(Strict):
    """An amount of one unit: ``{amount: 20, unit: 工作日}``."""

    amount: int = Field(ge=0, le=400)
    unit: Unit


def working_days(amount: int) -> Period:
    """A period in 工作日."""
    return Period(amount=amount, unit=Unit.WORKING_DAY)


class Clocks(Strict):
    """法定 and 承诺办结时限, and the shorter clocks around them.

    The defaults are 行政许可法's: five working days to accept or to ask for corrections (§32), ten more
    once (§42), ten to deliver (§44).
    """

    statutory: Period
    promised: Period
    acceptance: Period = working_days(5)
    correction: Period = working_days(15)
    extension: Period = working_days(10)
    delivery: Period = working_days(10)


class Reduction(Strict):
    """减免: who pays less, by the form's answers or the profile's facts."""

    text: Text
    amount: float = Field(ge=0)
    when: dict[str, Any] | None = None
    filter: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if (self.when is None) == (self.filter is None):
            raise ValueError("a reduction says `when` (answers) or `filter` (facts), one of them")
        if self.filter is not None:
            fields_read(self.filter)
        return self


class Fee(Strict):
    """What it costs, in yuan; the first reduction that holds wins."""

    amount: float = Field(ge=0)
    basis: str = ""
    reductions: list[Reduction] = []


class Requires(Strict):
    """The identity level an applicant needs."""

    assurance: int = Field(3, ge=1, le=5)


class Result(Strict):
    """结果: what the department issues, and how it may reach the applicant.

    The answer of a form field called ``delivery`` chooses among ``post``, ``window`` and ``e-licence``;
    without one the result is an e-licence or a notice in the app.
    """

    name: str
    type: Literal["证照", "批文", "其他", "无"] = "其他"
    licence: Slug | None = None
    valid_years: int | None = None


class Change(Strict):
    """What an answer changes besides fields and materials: the promise, the fee, the result, the visits."""

    when: dict[str, Any]
    promised: Period | None = None
    fee: float | None = Field(None, ge=0)
    result: str | None = None
    visits: int | None = Field(None, ge=0, le=10)
    note: str = ""


class Situation(Strict):
    """情形导办: the choice field whose answer adds or drops what follows, and what else it changes."""

    field: FieldName
    note: str = ""
    changes: list[Change] = []


class Ground(Strict):
    """One reason on which data alone decide (秒批): a filter on the profile, and what it means."""

    filter: dict[str, Any]
    text: Text

    @model_validator(mode="after")
    def _filter_reads(self) -> Self:
        fields_read(self.filter)
        return self


class Handling(Strict):
    """Who works on it: the department's own system, or its staff on the workbench.

    ``automatic`` are the grounds on which the workbench approves at once when all of them hold; it
    never refuses by itself.
    """

    by: Literal["department", "workbench"] = "department"
    automatic: list[Ground] = []


class FlowStep(Strict):
    """流程图的一行: 环节, 办理人员, 办理时限, 审查标准, 办理结果."""

    name: str
    who: str
    limit: str = ""
    standard: str = ""
    outcome: str = ""


class Tolerance(Strict):
    """容缺受理: how long materials of necessity ``later`` may be handed in after acceptance."""

    period: Period
    text: Text = "先受理，缺的材料在承诺的期限内补上；逾期没有补，办理终止。"


SPECIAL_KINDS = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审", "公示", "冷静期")


class SpecialProcedure(Strict):
    """特别程序: time that does not count (行政许可法 §45), with the usual length."""

    kind: Literal["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审", "公示", "冷静期"]
    period: Period
    text: str = ""


class Authority(Strict):
    """实施主体: its nature, where its power comes from, and on whose behalf."""

    nature: Literal["法定机关", "授权组织", "受委托组织"] = "法定机关"
    power: Literal["法定本级", "上级下放", "上级授权", "同级授权", "上级委托", "同级委托"] = "法定本级"
    entrusted_by: str = ""
