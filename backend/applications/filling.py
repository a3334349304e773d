"""Filling in a draft, or what a correction reopened, by an app's values."""

from collections.abc import Mapping
from typing import Any

from backend.applications import form, store
from backend.applications.applicant import find_own, subject_of, usable_profile
from backend.applications.sealing import open_values, seal_values
from backend.applications.states import LABELS, State
from backend.applications.values import NotUnderstood, read_value
from backend.applications.versions import matter_of
from backend.core.clock import city_date
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.licences.uses import used_licences
from backend.matters.fields import FormField
from backend.matters.schema import Matter
from backend.matters.search import likeness
from backend.sharing.using import Door

EDITABLE = (State.DRAFT, State.CORRECTION)


def fill_in(house: House, citizen: str, application: str, given: Mapping[str, Any]) -> Document:
    """Set fields to values an app sent; None or an empty text or list empties one.

    Raises ``invalid-request`` with an error a field; all or nothing.
    """
    document = find_editable(house, citizen, application)
    matter = matter_of(house, document)
    values, errors = {}, []
    for name, value in given.items():
        try:
            field = fillable(document, matter, name)
            values[name] = None if _is_empty(value) else read_given(house, field, value)
        except NotUnderstood as error:
            errors.append({"field": name, "reason": error.reason})
    if errors:
        raise Problem("invalid-request", "；".join(one["reason"] for one in errors), errors=errors)
    return set_values(house, document, matter, values)


def next_step(house: House, document: Document, *, lang: str = "zh") -> dict[str, Any]:
    """What comes next, as GET …/next answers it."""
    state = State(document["state"])
    if state not in EDITABLE:
        promised = document.get("promised") or {}
        return {
            "kind": "filed",
            "number": document["number"],
            "promised_date": promised_text(promised),
            "state": state.value,
            "state_label": LABELS[state],
        }
    matter = matter_of(house, document)
    values = open_values(house, document)
    filled, reopened = form.fill(matter, values), reopened_in(document)
    asked = form.missing_step(filled, [], lang=lang, reopened=reopened)
    # While fields are asked, nobody needs to know which licences stand in for materials.
    materials = [] if asked else materials_of(house, document, matter, values)
    return asked or form.next_step(filled, materials, lang=lang, reopened=reopened)


def reopened_in(document: Document) -> frozenset[str]:
    """The fields that a correction asks for again and that were not answered since."""
    return frozenset((document.get("correction") or {}).get("fields", []))


def asked_again(document: Document) -> frozenset[str]:
    """The materials that a correction asks for and that were neither handed in nor left out since."""
    return frozenset((document.get("correction") or {}).get("materials", []))


def is_complete(house: House, document: Document) -> bool:
    """Whether nothing is left to ask before the confirmation."""
    return bool(next_step(house, document)["kind"] == "confirm")


def materials_of(
    house: House, document: Document, matter: Matter, values: Document, door: Door | None = None
) -> list[form.Needed]:
    """Which materials the application asks for, and what covers each.

    ``door`` is the matter's to its applicant, where the caller has looked through it already.
    """
    if not matter.materials:
        return []
    uploads = [one["material"] for one in document.get("uploads", [])]
    refused = document.get("refused_licences", ())
    standing_in = any(one.licence for one in matter.materials)
    door = door or Door(house, subject_of(document), [matter])
    licences = _licences(house, document, matter, door) if standing_in else []
    return form.needed_materials(
        matter, values, {"licences": licences}, uploads, refused=refused, again=asked_again(document)
    )


def _licences(house: House, document: Document, matter: Matter, door: Door) -> list[Document]:
    """The e-licences that may stand in for materials: those that may be read, or were handed in already."""
    held = door.held()
    seen = door.licences(held, matter)
    if len(seen) < len(held) and document.get("number"):
        # 个人信息保护法 §15: taking a consent back undoes nothing that was done under it.
        handed_in = used_licences(house, document["_id"])
        seen = [one for one in held if one in seen or one["id"] in handed_in]
    found: list[Document] = usable_profile({"licences": seen}, document)["licences"]
    return found


def promised_text(promised: Mapping[str, Any]) -> str | None:
    """The promised date as an ISO date of the city."""
    return city_date(promised["due"]).isoformat() if promised.get("due") else None


def find_editable(house: House, citizen: str, application: str) -> Document:
    """An own application that may be filled in. Raises ``not-found``, ``move-not-allowed``."""
    document = find_own(house, citizen, application)
    if State(document["state"]) not in EDITABLE:
        label = LABELS[State(document["state"])]
        raise Problem("move-not-allowed", f"办件{label}，现在不能再改内容。", state=document["state"])
    return document


def read_given(house: House, field: FormField, value: Any) -> Any:
    """A field's value as an app sends it, or as it was stored before. Raises NotUnderstood."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "、".join(value)
    if not isinstance(value, (str, int, float)):
        raise NotUnderstood("请给出文字或数字")
    return read_value(field, str(value), today=city_date(house.clock.now()), likeness=likeness)


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def fillable(document: Document, matter: Matter, name: str) -> FormField:
    """The field of this name, if it may be given a value now. Raises NotUnderstood with why not."""
    field = matter.field(name)
    if field is None:
        raise NotUnderstood(f"这张表里没有“{name}”这一项")
    corrected = (document.get("correction") or {}).get("fields")
    if document["state"] == State.CORRECTION.value and corrected and name not in corrected:
        raise NotUnderstood(f"“{field.label}”不在这次补正的范围里")
    known = document["fields"].get(name, {}).get("source")
    if not field.may_be_edited and known and not corrected:
        raise NotUnderstood(f"“{field.label}”来自部门登记，不能直接改；有误请说“信息不对”")
    return field


def set_values(house: House, document: Document, matter: Matter, values: Mapping[str, Any]) -> Document:
    """Keep values; a field whose value is None is emptied, and missing where it is required."""
    now = house.clock.now()
    stored = {
        name: {"value": value, "source": None, "at": now}
        for name, value in values.items()
        if value is not None
    }
    sealed = seal_values(house, matter, stored)
    update: Document = {"$set": {f"fields.{name}": value for name, value in sealed.items()}}
    emptied = {f"fields.{name}": "" for name in values if name not in stored}
    if emptied:
        update["$unset"] = emptied
    if document.get("correction"):
        done = [name for name in values if name in stored or not _is_required(matter, name)]
        left = [name for name in document["correction"]["fields"] if name not in done]
        update["$set"]["correction.fields"] = left
        update["$set"]["correction.done"] = document["correction"].get("done", []) + done
    changed = store.change(house, document, update, now=now)
    if changed is None:
        raise Problem("conflict", "这份草稿刚刚在别处改过，请刷新后再填。")
    return changed


def _is_required(matter: Matter, name: str) -> bool:
    field = matter.field(name)
    return field is not None and field.required
