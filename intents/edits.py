"""What operators change on top of the shipped sentences: added, removed, undone; nothing is overwritten.

The changes are the truth. The draft (the shipped sentences with all changes) follows from them at any
moment; the assistant serves it only when it is published.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pymongo.client_session import ClientSession

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from intents import edits_store
from intents.draft_rules import Draft, Edit, Kind, draft_of, objection
from intents.operators import Operator
from intents.wording import normalise


class Deed(StrEnum):
    """What an operator wants done with a sentence or word."""

    ADD = "add"
    REMOVE = "remove"


class After(StrEnum):
    """How a sentence or word stands after a change, compared with what is shipped."""

    AS_SHIPPED = "as-shipped"
    ADDED = "added"
    REMOVED = "removed"
    # The shipped one goes, ours comes in its place: the same words under another act.
    REPLACED = "replaced"


LISTED: dict[After, tuple[str, ...]] = {
    After.AS_SHIPPED: (),
    After.ADDED: ("add",),
    After.REMOVED: ("remove",),
    After.REPLACED: ("remove", "add"),
}


@dataclass(frozen=True)
class Wish:
    """One change that somebody wants."""

    deed: Deed
    edit: Edit


@dataclass(frozen=True)
class Reason:
    """Why something is changed, and where the wish came from: ``manual``, ``inbox``, ``import``, ``undo``."""

    why: str
    source: str = "manual"


def read_draft(house: House) -> Draft:
    """The shipped sentences with every change on top."""
    return draft_of(effective_edits(house))


def effective_edits(house: House) -> dict[str, Any]:
    """All changes together, in the form of ``edits.json`` (see bot/components/edited.py)."""
    return fold(edits_store.read_changes(house))


def fold(changes: Iterable[Document]) -> dict[str, Any]:
    """Changes, oldest first, into one state; the newest of a sentence counts."""
    newest: dict[tuple[str, str, str, str], Document] = {}
    for change in changes:
        owner = change["act"] if change["matter"] is None else ""
        place = (change["kind"], change["matter"] or "", owner, change["key"])
        newest.pop(place, None)
        newest[place] = change
    edits: dict[str, Any] = {"matters": {}, "acts": {}}
    for change in newest.values():
        _list(edits, change)
    return edits


def write_edits(house: House, file: Path) -> str:
    """Write the present state to a file, whole or not at all; returns its hash."""
    edits = effective_edits(house)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(edits, out, ensure_ascii=False, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return hash_of(edits)


def hash_of(edits: dict[str, Any]) -> str:
    """The same for the same state, in whatever order it came about."""
    said = json.dumps(_sorted(edits), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def change(
    house: House,
    who: Operator,
    wishes: Sequence[Wish],
    reason: Reason,
    *,
    also: Callable[[ClientSession, Sequence[Document]], None] = lambda session, changes: None,
) -> list[Document]:
    """Make all these changes or none; ``also`` happens in the same transaction.

    Raises ``invalid-request`` with ``errors`` (the row and what is wrong with it).
    """

    def make() -> list[Document]:
        draft, changes, errors = read_draft(house), [], []
        for row, wish in enumerate(wishes):
            wrong = refusal(draft, wish)
            if wrong:
                errors.append({"field": str(row), "reason": wrong})
                continue
            made = _change(house, who, wish, reason, draft)
            changes.append(made)
            draft = draft.after(wish.edit, present=wish.deed is Deed.ADD)
        if errors:
            raise Problem("invalid-request", f"改不了：{errors[0]['reason']}", errors=errors)
        return changes

    return edits_store.append(house, make, also)


def refusal(draft: Draft, wish: Wish) -> str:
    """Why a wish cannot be fulfilled; empty when it can."""
    if wish.deed is Deed.ADD:
        return objection(draft, wish.edit)
    return "" if draft.holds(wish.edit) else "这里没有这一句（或这个词），不用删除。"


def undo(house: House, who: Operator, number: str, *, why: str) -> Document:
    """Put a sentence back to how it stood before one change.

    Raises ``not-found``, ``conflict`` when it was changed again since, ``invalid-request`` when it may
    no longer stand there.
    """
    found = edits_store.find_change(house, number)

    def make() -> list[Document]:
        if edits_store.newest_of(house, found)["_id"] != number:
            raise Problem("conflict", "这一句后来又改过，请先撤销后面的改动。")
        edit = Edit(Kind(found["kind"]), found["text"], found["matter"], found["act"])
        draft = read_draft(house)
        returns = found["deed"] == Deed.REMOVE
        wrong = objection(draft, edit) if returns else ""
        if wrong:
            raise Problem("invalid-request", f"撤销不了：{wrong}")
        deed = Deed.ADD if returns else Deed.REMOVE
        turned = {"deed": deed.value, "before": found["after"], "after": found["before"], "undoes": number}
        kept = {name: found[name] for name in ("kind", "matter", "act", "text", "key")}
        return [{**kept, **turned, **_signed(house, who, Reason(why, "undo"))}]

    return edits_store.append(house, make)[0]


def history(house: House, page: PageQuery, *, matter: str | None = None, act: str | None = None) -> Page:
    """One page of who changed what, newest first."""
    return edits_store.list_changes(house, page, matter=matter, act=act)


def view_change(made: Document) -> dict[str, Any]:
    """A change as it is shown."""
    shown = ("kind", "deed", "text", "matter", "act", "before", "after", "why", "source", "undoes")
    return {
        "id": made["_id"],
        "at": made["at"].isoformat(),
        "by": made["name"],
        **{name: made[name] for name in shown},
    }


def _change(house: House, who: Operator, wish: Wish, reason: Reason, draft: Draft) -> Document:
    edit = wish.edit
    before = _standing(draft.edits, edit)
    gone = before in (After.REMOVED, After.REPLACED)
    added = After.REPLACED if gone else After.ADDED
    act = edit.act if wish.deed is Deed.ADD else draft.act_of(edit)
    return {
        "kind": edit.kind.value,
        "deed": wish.deed.value,
        "text": edit.text,
        "key": normalise(edit.text),
        "matter": edit.matter,
        "act": act,
        "before": before.value,
        "after": (added if wish.deed is Deed.ADD else After.REMOVED).value,
        "undoes": None,
        **_signed(house, who, reason),
    }


def _signed(house: House, who: Operator, reason: Reason) -> Document:
    signed = {"at": house.clock.now(), "by": who.id, "name": who.name}
    return signed | {"why": reason.why, "source": reason.source}


def _standing(edits: dict[str, Any], edit: Edit) -> After:
    place = _place(edits, edit.kind.value, edit.matter, edit.act, make=False)
    key = normalise(edit.text)
    listed = tuple(
        name for name in ("remove", "add") if any(normalise(_text(one)) == key for one in place.get(name, []))
    )
    return next(after for after, names in LISTED.items() if names == listed)


def _list(edits: dict[str, Any], change: Document) -> None:
    names = LISTED[After(change["after"])]
    if not names:
        return
    place = _place(edits, change["kind"], change["matter"], change["act"], make=True)
    with_act = change["kind"] == Kind.EXAMPLE and change["matter"] is not None
    for name in names:
        full = with_act and name == "add"
        place[name].append({"text": change["text"], "act": change["act"]} if full else change["text"])


def _place(edits: dict[str, Any], kind: str, matter: str | None, act: str, *, make: bool) -> dict[str, Any]:
    """The mapping with ``add`` and ``remove`` that a change belongs to."""
    empty: dict[str, Any] = {"add": [], "remove": []}
    owners, owner = (edits["acts"], act) if matter is None else (edits["matters"], matter)
    if matter is not None:
        empty |= {"names": {"add": [], "remove": []}, "ambiguous": {"add": [], "remove": []}}
    place: dict[str, Any] = owners.setdefault(owner, empty) if make else owners.get(owner, empty)
    inside: dict[str, Any] = place[FOLDED[Kind(kind)]] if Kind(kind) in FOLDED else place
    return inside


FOLDED = {Kind.NAME: "names", Kind.AMBIGUOUS: "ambiguous"}


def _text(listed: Any) -> str:
    return str(listed["text"]) if isinstance(listed, dict) else str(listed)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value
