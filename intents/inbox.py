"""Two pairs of eyes on what the assistant did not understand: one operator labels, another confirms.

A label counts when two operators gave the same; then, in one step, the sentence becomes an example of the
draft. Different labels are a dispute until two of them agree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from bot.components.sentences import DO_MATTER
from intents import inbox_store
from intents.draft_rules import Draft, Edit, Kind
from intents.edits import Deed, Reason, Wish, change, read_draft, refusal
from intents.inbox_grouping import MOST_GROUPED, describe
from intents.inbox_store import QUEUES, WAITING, State
from intents.operators import Operator

MOST_AT_ONCE = 300
SETTLED = "这一句已经定下来了，要改请改语料。"


@dataclass(frozen=True)
class Label:
    """What an operator says a sentence is: a speech act, and the matter it is about if it is about one."""

    act: str = DO_MATTER
    matter: str | None = None

    def is_of(self, given: Document) -> bool:
        """Whether a stored label says the same."""
        return (given["act"], given["matter"]) == (self.act, self.matter)


@dataclass(frozen=True)
class Outcome:
    """What became of one entry: its new state, or why nothing did."""

    entry: str
    text: str
    state: State | None
    refused: str = ""

    def view(self) -> dict[str, Any]:
        """As it is answered."""
        state = self.state.value if self.state else None
        return {"entry": self.entry, "text": self.text, "state": state, "refused": self.refused}


@dataclass(frozen=True)
class _Step:
    """One entry and what is to be written of it."""

    entry: Document
    changes: Document
    label: Label
    refused: str = ""

    @property
    def confirms(self) -> bool:
        return not self.refused and self.changes["state"] == State.CONFIRMED

    def outcome(self) -> Outcome:
        state = None if self.refused else State(self.changes["state"])
        return Outcome(self.entry["_id"], self.entry["text"], state, self.refused)


def of_group(house: House, group: str) -> list[str]:
    """The entries of a group that wait. Raises ``not-found``."""
    inbox_store.get_group(house, group)
    return [one["_id"] for one in inbox_store.entries_of(house, group, most=MOST_GROUPED)]


def label(
    house: House, who: Operator, entries: Sequence[str], given: Label, *, why: str = ""
) -> list[Outcome]:
    """Label entries, each for itself: one that cannot be labelled hinders no other.

    Raises ``not-found``, and ``conflict`` when a colleague labelled one of them at the same moment.
    """
    return _label_all(house, who, entries, lambda _: given, why)


def confirm(house: House, who: Operator, entries: Sequence[str], *, why: str = "") -> list[Outcome]:
    """Agree with what a colleague said of each entry. Raises as ``label``."""

    def of_colleague(entry: Document) -> Label:
        labels = {(one["act"], one["matter"]) for one in entry["labels"] if one["by"] != who.id}
        if len(labels) != 1:
            raise Problem("move-not-allowed", "要有且只有一种同事的标注才能确认；有分歧的请写明意图重新标。")
        return Label(*labels.pop())

    return _label_all(house, who, entries, of_colleague, why)


def ignore(house: House, who: Operator, entries: Sequence[str], *, why: str) -> list[Outcome]:
    """Put entries aside: nobody can learn from them."""
    return _set_all(house, entries, WAITING, {"state": State.IGNORED.value, "note": _note(house, who, why)})


def reopen(house: House, who: Operator, entries: Sequence[str], *, why: str) -> list[Outcome]:
    """Take entries up again that were ignored, labelled or disputed; their labels are gone."""
    changes = {"state": State.OPEN.value, "labels": [], "note": _note(house, who, why)}
    return _set_all(house, entries, (State.IGNORED, State.LABELLED, State.DISPUTED), changes)


def view_entry(entry: Document) -> dict[str, Any]:
    """An entry as operators see it."""
    suggestions = entry["suggestions"] or {"matters": [], "acts": []}
    shown = ("act", "matter", "name")
    return {
        "id": entry["_id"],
        "text": entry["text"],
        "lang": entry["lang"],
        "state": entry["state"],
        "count": entry["count"],
        "queues": [
            {"id": one.value, "name": QUEUES[one]} for one in QUEUES if entry["reasons"].get(one.value)
        ],
        "last_at": entry["last_at"].isoformat(),
        "read_as": entry["reading"],
        "suggestions": {kind: suggestions[kind] for kind in ("matters", "acts")},
        "labels": [
            {**{name: one[name] for name in shown}, "at": one["at"].isoformat()} for one in entry["labels"]
        ],
        "group": entry["group"],
        "change": entry["change"],
    }


def view_group(group: Document) -> dict[str, Any]:
    """A group as operators see it."""
    shown = ("label", "words", "entries", "count", "suggestions")
    return {"id": group["_id"], **{name: group[name] for name in shown}, "queues": _queues(group)}


def _queues(counted: Document) -> list[dict[str, str]]:
    """The queues in which an entry or a group stands."""
    return [{"id": one.value, "name": QUEUES[one]} for one in QUEUES if counted["reasons"].get(one.value)]


def _label_all(
    house: House, who: Operator, entries: Sequence[str], choose: Callable[[Document], Label], why: str
) -> list[Outcome]:
    draft, steps = read_draft(house), []
    for entry in _read_all(house, entries):
        step = _step(house, who, entry, choose, draft)
        if step.confirms:
            draft = draft.after(_edit(step), present=True)
        steps.append(step)
    for step in steps:
        if not step.refused and not step.confirms:
            inbox_store.change_entry(house, step.entry, step.changes)
    _confirm_all(house, who, [step for step in steps if step.confirms], why)
    _describe_groups(house, [step.entry for step in steps])
    return [step.outcome() for step in steps]


def _step(
    house: House, who: Operator, entry: Document, choose: Callable[[Document], Label], draft: Draft
) -> _Step:
    try:
        given = choose(entry)
    except Problem as problem:
        return _Step(entry, {}, Label(), problem.detail)
    others = [one for one in entry["labels"] if one["by"] != who.id]
    own = {"by": who.id, "name": who.name, "act": given.act, "matter": given.matter, "at": house.clock.now()}
    agreed = any(given.is_of(one) for one in others)
    state = State.CONFIRMED if agreed else State.DISPUTED if others else State.LABELLED
    step = _Step(entry, {"labels": [*others, own], "state": state.value}, given)
    wrong = SETTLED if State(entry["state"]) not in WAITING else refusal(draft, _wish(step))
    return _Step(entry, step.changes, given, wrong) if wrong else step


def _confirm_all(house: House, who: Operator, steps: Sequence[_Step], why: str) -> None:
    if not steps:
        return

    def settle(session: ClientSession, made: Sequence[Document]) -> None:
        for step, one in zip(steps, made, strict=True):
            inbox_store.change_entry(house, step.entry, step.changes | {"change": one["_id"]}, session)

    reason = Reason(why or "收件箱里的真实说法，两人标注一致", "inbox")
    change(house, who, [_wish(step) for step in steps], reason, also=settle)


def _set_all(
    house: House, entries: Sequence[str], allowed: Sequence[State], changes: Document
) -> list[Outcome]:
    found, outcomes = _read_all(house, entries), []
    for entry in found:
        if State(entry["state"]) not in allowed:
            outcomes.append(Outcome(entry["_id"], entry["text"], None, SETTLED))
            continue
        inbox_store.change_entry(house, entry, changes)
        outcomes.append(Outcome(entry["_id"], entry["text"], State(changes["state"])))
    _describe_groups(house, found)
    return outcomes


def _read_all(house: House, entries: Sequence[str]) -> list[Document]:
    if len(entries) > MOST_AT_ONCE:
        raise Problem("invalid-request", f"一次最多处理 {MOST_AT_ONCE} 句，请分几次。")
    return [inbox_store.get_entry(house, entry) for entry in dict.fromkeys(entries)]


def _describe_groups(house: House, entries: Sequence[Document]) -> None:
    describe(house, {entry["group"] for entry in entries if entry["group"] is not None})


def _note(house: House, who: Operator, why: str) -> Document:
    return {"by": who.id, "name": who.name, "why": why, "at": house.clock.now()}


def _edit(step: _Step) -> Edit:
    return Edit(Kind.EXAMPLE, step.entry["text"], step.label.matter, step.label.act)


def _wish(step: _Step) -> Wish:
    return Wish(Deed.ADD, _edit(step))
