"""What goes into and out of the routes of versions."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import IdPath, Incoming, PageQuery

FIGURES = {"matters, first": 0.951, "speech acts, accuracy": 0.962}
VERSION: dict[str, Any] = {
    "id": "v7",
    "kind": "index",
    "state": "candidate",
    "by": "data-office.operator",
    "why": "收件箱里三句没听懂的话",
    "created_at": "2026-11-23T02:00:00+00:00",
    "progress": {"percent": 100, "step": "done", "at": "2026-11-23T02:01:00+00:00"},
    "measured": True,
    "figures": {"test": FIGURES},
    "failure": None,
}
MADE_OF = {
    "base": "v6",
    "shipped": "0f3a9c1b22de",
    "data_hash": "9b…",
    "requirements_hash": "4c…",
    "seed": 20260101,
}
WHOLE = VERSION | {
    "made_of": MADE_OF,
    "report": {
        "frozen": "8a1b…",
        "sets": {"test": {"figures": FIGURES}},
        "safety": {"count": 73, "wrong": []},
    },
    "history": [
        {"at": "2026-11-23T02:00:00+00:00", "state": "training", "by": "data-office.operator", "why": "三句"}
    ],
}
PUBLICATION = {
    "id": "01k9v3x7m2q4c8t6w5b1n0h9jd",
    "at": "2026-11-23T02:05:00+00:00",
    "by": "data-office.operator",
    "action": "canary",
    "version": "v7",
    "instead_of": "v6",
    "share": 0.1,
    "why": "先给一成的对话试试",
}
DIFFERENCE = {
    "text": "换驾照要体检吗",
    "right": ["driving-licence-renewal"],
    "before": "declined",
    "after": "…",
}


def _example(**members: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": members})


class TrainBody(Incoming):
    """Which kind of training, and why."""

    model_config = _example(kind="index", why="收件箱里三句没听懂的话")

    kind: Literal["full", "index"] = Field(
        "full", description="full：重新训练；index：只更新事项的例句，不训练，一两分钟"
    )
    why: str = Field(min_length=1, max_length=300, description="记入版本历史")


class PublishBody(Incoming):
    """To whom, and why."""

    model_config = _example(share=0.1, why="先给一成的对话试试")

    share: float | None = Field(None, gt=0, lt=1, description="只让这一部分对话用；空：全部")
    why: str = Field(min_length=1, max_length=300)


class RollbackBody(Incoming):
    """Why the last publication is taken back."""

    model_config = _example(why="投诉变多了")

    why: str = Field(min_length=1, max_length=300)


class VersionsQuery(PageQuery):
    """Which versions."""

    state: Literal["training", "failed", "candidate", "canary", "live", "retired"] | None = None


class CompareQuery(PageQuery):
    """With what, on which set, and what of it."""

    limit: int = Field(50, ge=1, le=100, description="最多返回多少条")
    cursor: str | None = Field(
        None, max_length=300, pattern=r"^\d{1,6}$", description="上一页给出的 next_cursor"
    )
    before: str = Field(max_length=80, description="与哪个版本比")
    set: Literal["test"] = Field("test", description="在哪个冻结测试集上")
    part: Literal["fixed", "broken", "both_wrong"] = "broken"


class VersionPath(IdPath):
    """The version in a path."""


class Version(BaseModel):
    """A version of the assistant."""

    model_config = _example(**VERSION)

    id: str
    kind: Literal["full", "index"]
    state: str
    by: str
    why: str
    created_at: str
    progress: dict[str, Any]
    measured: bool
    figures: dict[str, dict[str, float]] | None
    failure: str | None


class WholeVersion(Version):
    """A version with what it is made of, its report, and its history."""

    model_config = _example(**WHOLE)

    made_of: dict[str, Any]
    report: dict[str, Any] | None
    history: list[dict[str, Any]]


class VersionPage(BaseModel):
    """A page of versions, newest first."""

    model_config = _example(items=[VERSION], next_cursor=None)

    items: list[Version]
    next_cursor: str | None


class Verdict(BaseModel):
    """What stands against publishing a version."""

    model_config = _example(
        passed=False,
        worse=[
            {"which": "test", "measure": "matters, first", "live": 0.951, "candidate": 0.93, "margin": 0.01}
        ],
        unsafe=[],
    )

    passed: bool
    worse: list[dict[str, Any]]
    unsafe: list[dict[str, Any]]


class Publication(BaseModel):
    """One line of the book of publications."""

    model_config = _example(**PUBLICATION)

    id: str
    at: str
    by: str
    action: Literal["publish", "canary", "rollback"]
    version: str
    instead_of: str
    share: float
    why: str


class PublicationPage(BaseModel):
    """A page of publications, newest first."""

    model_config = _example(items=[PUBLICATION], next_cursor=None)

    items: list[Publication]
    next_cursor: str | None


class Serving(BaseModel):
    """What answers now, how it does, and what the assistant itself says of it."""

    model_config = _example(
        live="v6",
        canary="v7",
        share=0.1,
        figures={"v7": {"turns": 120, "conversations": 40, "declined": 0.06, "asked_person": 0.01}},
        assistant={"live": "v6", "canary": "v7", "share": 0.1, "revision": 12, "failed": None},
    )

    live: str
    canary: str | None
    share: float
    figures: dict[str, dict[str, Any]]
    assistant: dict[str, Any] | None


class ComparisonPage(BaseModel):
    """How many of each kind, and a page of the sentences of one kind."""

    model_config = _example(
        counts={"both_right": 900, "fixed": 12, "broken": 1, "both_wrong": 30},
        items=[DIFFERENCE],
        next_cursor=None,
    )

    counts: dict[str, int]
    items: list[dict[str, Any]]
    next_cursor: str | None
