"""What goes in and out of the operators' API."""

from typing import Annotated, Any

from flask_openapi3 import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from backend.core.schemas import Incoming, IncomingQuery, PageQuery
from intents.draft_rules import Kind
from intents.edits import Deed
from intents.exchange import Format
from intents.inbox import MOST_AT_ONCE
from intents.inbox_store import Reason, State

WHY = Field(min_length=2, max_length=300, description="为什么这样做，写进历史")
ACT = Field("do_matter", max_length=60, description="意图")
MATTER = Field(None, max_length=80, description="事项编号；意图与事项无关时不填")
EntryId = Annotated[str, Field(max_length=80)]
ENTRIES: list[EntryId] = Field(
    default_factory=list, max_length=MOST_AT_ONCE, description="收件编号；不给时用 group 里等着的全部"
)
GROUP = Field(None, max_length=80, description="分组编号")

NEAR: dict[str, Any] = {"id": "residence-permit", "likeness": 0.71, "example": "我要办居住证"}
QUEUE: dict[str, Any] = {"id": "unrecognised", "name": "未识别"}
READ_AS: dict[str, Any] = {
    "act": "out_of_scope",
    "confidence": 0.61,
    "decision": "none",
    "matters": [],
    "model": "a.tar.gz",
}
SUGGESTIONS: dict[str, Any] = {
    "matters": [NEAR],
    "acts": [{"id": "do_matter", "likeness": 0.71, "example": "我要办居住证"}],
}
ENTRY: dict[str, Any] = {
    "id": "5f0c",
    "text": "小本本到哪儿弄",
    "lang": "zh",
    "state": "labelled",
    "count": 12,
    "queues": [QUEUE],
    "last_at": "2026-11-23T10:00:00+00:00",
    "read_as": READ_AS,
    "suggestions": SUGGESTIONS,
    "labels": [
        {
            "act": "do_matter",
            "matter": "residence-permit",
            "name": "data-office.operator",
            "at": "2026-11-23T11:00:00+00:00",
        }
    ],
    "group": "01m0",
    "change": None,
}
GROUPED: dict[str, Any] = {
    "id": "01m0",
    "label": "小本本到哪儿弄",
    "words": ["小本", "哪儿"],
    "entries": 4,
    "count": 31,
    "queues": [QUEUE],
    "suggestions": SUGGESTIONS,
}
OUTCOME: dict[str, Any] = {"entry": "5f0c", "text": "小本本到哪儿弄", "state": "labelled", "refused": ""}
CHANGE: dict[str, Any] = {
    "id": "00000007",
    "at": "2026-11-23T11:00:00+00:00",
    "by": "data-office.second-operator",
    "kind": "example",
    "deed": "add",
    "text": "小本本到哪儿弄",
    "matter": "residence-permit",
    "act": "do_matter",
    "before": "as-shipped",
    "after": "added",
    "why": "居民都这么叫",
    "source": "inbox",
    "undoes": None,
}
IMPORTED: dict[str, Any] = {
    "done": False,
    "taken": 0,
    "good": 118,
    "refused": [{"row": 7, "reason": "没有“dog-licence”这个事项。"}],
}


class InboxQuery(PageQuery):
    """Which entries: in which queue, in which states, of which group. Without states: what waits."""

    queue: Reason | None = None
    state: State | None = None
    group: str | None = GROUP


class GroupQuery(PageQuery):
    """Which groups."""

    queue: Reason | None = None


class Chosen(Incoming):
    """Some entries, or all that wait of a group."""

    entries: list[EntryId] = ENTRIES
    group: str | None = GROUP
    why: str = WHY


class ChosenBody(Chosen):
    """Entries that are confirmed, put aside or taken up again, and why."""

    model_config = ConfigDict(json_schema_extra={"example": {"entries": ["5f0c"], "why": "听不出要办什么"}})


class LabelBody(Chosen):
    """What the chosen entries are."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "group": "01m0",
                "act": "do_matter",
                "matter": "passport",
                "why": "都这么叫",
            }
        }
    )

    act: str = ACT
    matter: str | None = MATTER


class SplitBody(Incoming):
    """Which entries leave the group for one of their own; none: in two by meaning."""

    model_config = ConfigDict(json_schema_extra={"example": {"entries": ["5f0c"]}})

    entries: list[EntryId] = Field(default_factory=list, max_length=MOST_AT_ONCE)


class ChangeBody(Incoming):
    """One change of the draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "deed": "add",
                "kind": "name",
                "text": "小本本",
                "matter": "residence-permit",
                "why": "俗称",
            }
        }
    )

    deed: Deed
    kind: Kind = Kind.EXAMPLE
    text: str = Field(min_length=1, max_length=200)
    act: str = ACT
    matter: str | None = MATTER
    why: str = WHY


class UndoBody(Incoming):
    """Why a change is taken back."""

    model_config = ConfigDict(json_schema_extra={"example": {"why": "标错了，这是居住登记"}})

    why: str = WHY


class HistoryQuery(PageQuery):
    """Whose history: a matter's, an act's, or all."""

    matter: str | None = MATTER
    act: str | None = Field(None, max_length=60)


class SentencesQuery(IncomingQuery):
    """Which sentences of the draft, and from which on."""

    matter: str | None = MATTER
    act: str | None = Field(None, max_length=60)
    limit: int = Field(100, ge=1, le=500, description="最多返回多少句")
    cursor: str | None = Field(None, max_length=20, description="上一页给出的 next_cursor")


class ExportQuery(IncomingQuery):
    """Which sentences, and in which form."""

    format: Format = Format.CSV
    matter: str | None = MATTER
    act: str | None = Field(None, max_length=60)


class ImportForm(BaseModel):
    """A file of sentences: at most 5 MB and 3000 rows; columns text, act, matter."""

    file: FileStorage
    format: Format = Format.CSV
    why: str = WHY
    dry_run: bool = Field(True, description="只看会怎样，不写入")
    partial: bool = Field(False, description="有不能导入的行时，仍导入其余的")


class TryBody(Incoming):
    """A sentence to be read with the draft."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "小本本到哪儿弄"}})

    text: str = Field(min_length=1, max_length=300)


class Queues(BaseModel):
    """How much waits where."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "queues": [QUEUE | {"entries": 41, "times": 210}],
                "states": {"open": 40, "labelled": 9, "disputed": 1, "confirmed": 12, "ignored": 3},
            }
        }
    )

    queues: list[dict[str, Any]]
    states: dict[str, int]


class Entry(BaseModel):
    """One sentence of the inbox, however often it was said."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": ENTRY})

    id: str
    text: str
    state: State
    count: int


class EntryPage(BaseModel):
    """One page of the inbox, the most frequent first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [ENTRY], "next_cursor": None}})

    items: list[Entry]
    next_cursor: str | None


class Grouped(BaseModel):
    """Entries that mean nearly the same."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": GROUPED})

    id: str
    label: str
    entries: int
    count: int


class GroupPage(BaseModel):
    """One page of groups, the most frequently said first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [GROUPED], "next_cursor": None}})

    items: list[Grouped]
    next_cursor: str | None


class Groups(BaseModel):
    """The groups that came of one."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [GROUPED]}})

    items: list[Grouped]


class Outcomes(BaseModel):
    """What became of each entry."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [OUTCOME]}})

    items: list[dict[str, Any]]


class Change(BaseModel):
    """One change of the history."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": CHANGE})

    id: str
    at: str
    by: str
    text: str


class ChangePage(BaseModel):
    """One page of the history, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"items": [CHANGE], "next_cursor": None}})

    items: list[Change]
    next_cursor: str | None


class Edits(BaseModel):
    """All changes together, as the assistant's files take them, and their hash."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "hash": "9f2c",
                "last_change": "00000007",
                "edits": {"matters": {}, "acts": {"greet": {"add": ["侬好"], "remove": []}}},
            }
        }
    )

    hash: str
    last_change: str
    edits: dict[str, Any]


class SentencePage(BaseModel):
    """One page of the draft's sentences."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [{"text": "小本本到哪儿弄", "act": "do_matter", "matter": "residence-permit"}],
                "next_cursor": None,
            }
        }
    )

    items: list[dict[str, Any]]
    next_cursor: str | None


class Imported(BaseModel):
    """What an import did, or would do."""

    model_config = ConfigDict(json_schema_extra={"example": IMPORTED})

    done: bool
    taken: int
    good: int
    refused: list[dict[str, Any]]


class Findings(BaseModel):
    """What is wrong with the draft's sentences, and what deserves a look."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"errors": [], "warnings": ["passport: 23 examples"]}}
    )

    errors: list[str]
    warnings: list[str]


class TriedSentence(BaseModel):
    """What the assistant would make of a sentence now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reading": {
                    "act": "do_matter",
                    "confidence": 0.9,
                    "decision": "sure",
                    "ms": 21.5,
                    "matters": [{"id": "residence-permit", "score": 0.99}],
                },
                "stands_under": {"matter": "residence-permit", "act": "do_matter"},
                "nearest": None,
            }
        }
    )

    reading: dict[str, Any]
    stands_under: dict[str, Any] | None
    nearest: dict[str, Any] | None
