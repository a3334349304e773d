"""Uploaded materials: checked, kept in storage, and noted in the application."""

from typing import Any

from backend.applications import store
from backend.applications.agenda import UNDECIDED
from backend.applications.applicant import find_own
from backend.applications.filling import EDITABLE, asked_again, find_editable
from backend.applications.moving import add_note, merge
from backend.applications.outgoing import Word, to_tell
from backend.applications.states import LABELS, State
from backend.applications.versions import matter_of
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.mongo import Document
from backend.files.checking import MOST_BYTES, accept_file
from backend.files.leftovers import forget_file, let_go
from backend.files.storage import Bucket, keep_file
from backend.matters.telling import period_text

__all__ = ["MOST_BYTES", "attach", "leave_out", "must_be_wanted", "must_take", "upload"]


def upload(
    house: House, citizen: str, application: str, *, material: str, name: str, content: bytes
) -> Document:
    """Keep a file for a material; a newer one replaces the older.

    Raises ``invalid-request``, ``too-large``, ``unsupported-file``, ``move-not-allowed``, ``conflict``,
    ``files-unavailable``.
    """
    document = find_own(house, citizen, application)
    must_take(house, document, material)
    accepted = accept_file(name, content)
    file = keep_file(house, Bucket.MATERIALS, accepted.content, media_type=accepted.media_type)
    kept: dict[str, Any] = {
        "material": material,
        "file": file,
        "name": accepted.name,
        "type": accepted.media_type,
        "size": len(accepted.content),
        "sha256": accepted.sha256,
        "at": house.clock.now(),
    }
    try:
        return attach(house, document, kept)
    except Problem:
        forget_file(house, file)
        raise


def leave_out(house: House, citizen: str, application: str, material: str, lang: str) -> dict[str, Any]:
    """Go on without a material that a correction asks for: what is optional, or may follow (容缺受理).

    What was handed in before counts no more: it was sent back. Returns ``{material, name, necessity,
    period}``; ``period`` is how long after the acceptance it may follow, None where it need not. Raises
    ``not-found``, ``invalid-request``, ``move-not-allowed``, ``conflict``.
    """
    document = find_editable(house, citizen, application)
    must_be_wanted(house, document, material)
    matter = matter_of(house, document)
    wanted = next(one for one in matter.materials if one.id == material)
    tolerance = matter.tolerance if wanted.necessity == "later" else None
    if wanted.necessity != "optional" and tolerance is None:
        raise Problem("move-not-allowed", f"“{wanted.name}”是必须交的，缺了部门没法受理。")
    if material in asked_again(document):
        kept = [one for one in document["uploads"] if one["material"] != material]
        update = {"$set": {"uploads": kept, **_without(document, material)}}
        if store.change(house, document, update, now=house.clock.now()) is None:
            raise Problem("conflict", "这个办件刚刚在别处改过，请刷新后再试。")
        let_go(house, [one["file"] for one in document["uploads"] if one not in kept])
    period = period_text(tolerance.period, lang) if tolerance else None
    return {"material": material, "name": wanted.name, "necessity": wanted.necessity, "period": period}


def _without(document: Document, material: str) -> Document:
    """The change that a correction asks for this material no more."""
    left = [one for one in document["correction"]["materials"] if one != material]
    return {"correction.materials": left}


def must_take(house: House, document: Document, material: str) -> None:
    """Raise ``move-not-allowed`` or ``invalid-request`` unless the application takes this material now."""
    if not _may_upload(document, material):
        raise Problem("move-not-allowed", f"办件{LABELS[State(document['state'])]}，不能再上传材料。")
    must_be_wanted(house, document, material)


def must_be_wanted(house: House, document: Document, material: str) -> None:
    """Raise ``invalid-request`` for a material that the matter does not know."""
    wanted = {one.id: one for one in matter_of(house, document).materials}
    if material not in wanted:
        names = "、".join(f"{one.id}（{one.name}）" for one in wanted.values()) or "无"
        raise Problem("invalid-request", f"这个事项没有“{material}”这份材料；可上传：{names}。")


def attach(house: House, document: Document, kept: Document) -> Document:
    """Note a kept file in the application, in the place of an older one. Raises ``conflict``."""
    material = kept["material"]
    older = [one for one in document["uploads"] if one["material"] == material]
    others = [one for one in document["uploads"] if one["material"] != material]
    _note(house, document, kept, [*others, kept])
    let_go(house, [one["file"] for one in older])
    return {key: kept[key] for key in ("material", "name", "size", "type", "sha256")}


def _may_upload(document: Document, material: str) -> bool:
    """While it is filled in anything; after an acceptance with tolerance what was left for later."""
    state = State(document["state"])
    if state in EDITABLE:
        return True
    tolerance: Document = (document.get("clocks") or {}).get("tolerance") or {"materials": []}
    return state in (*UNDECIDED, State.SUSPENDED) and material in tolerance["materials"]


def _note(house: House, document: Document, kept: Document, uploads: list[Document]) -> None:
    if State(document["state"]) in EDITABLE:
        answered = kept["material"] in asked_again(document)
        handed_in = _without(document, kept["material"]) if answered else {}
        update = {"$set": {"uploads": uploads, **handed_in}}
        if store.change(house, document, update, now=house.clock.now()) is None:
            raise Problem("conflict", "这份草稿刚刚在别处改过，请刷新后再上传。")
        return
    commit(house, lambda unit: _hand_in_later(house, unit, document, kept, uploads))


def _hand_in_later(
    house: House, unit: Unit, document: Document, kept: Document, uploads: list[Document]
) -> None:
    """容缺后补: the clock stops with the last missing material; the department gets it by a supplement."""
    tolerance = document["clocks"]["tolerance"]
    left = [one for one in tolerance["materials"] if one != kept["material"]]
    clocks = document["clocks"] | {"tolerance": tolerance | {"materials": left} if left else None}
    also = merge({"$set": {"uploads": uploads, "clocks": clocks}}, to_tell(Word.SUPPLEMENT, unit.now))
    name = next(one.name for one in matter_of(house, document).materials if one.id == kept["material"])
    add_note(house, unit, document, f"已补交容缺材料：{name}", by="citizen", also=also)
    unit.emit("application.submitted", application=document["_id"])
