"""What an agent sees of a conversation: never a value of the citizen's, only what each thing is."""

from typing import Any

from backend.applications import form
from backend.applications.filling import next_step
from backend.applications.sealing import open_values
from backend.applications.versions import matter_of
from backend.assistant import store as turns
from backend.assistant.tokens import for_people
from backend.audit.trail import Deed, Reader, Reading, note_reading
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.masking import MASKS
from backend.core.mongo import Document
from backend.core.paging import Page
from backend.core.schemas import PageQuery
from backend.handoff import store
from backend.handoff.attending import NOT_YOURS
from backend.handoff.states import REASONS, Reason, State
from backend.handoff.telling import draft_of
from backend.matters.catalogue import catalogue

LAST_ASKED = 3
NEWEST = PageQuery(limit=10, cursor=None)
FILLED = (form.Status.KNOWN, form.Status.GIVEN)
WHY = "人工客服接起对话"


def read_handoff(house: House, reader: Reader, handoff: str) -> Document:
    """A conversation that an agent may read: their own, or one whose message waits for anybody.

    The first reading of each agent is written down for the citizen to see. Raises ``not-found``,
    ``not-in-hand``.
    """
    found = store.find(house, handoff)
    if found["agent"] != reader.id and found["state"] != State.MESSAGE.value:
        raise Problem("not-in-hand", NOT_YOURS)
    if reader.id not in found["readers"]:
        note_reading(house, reader, Reading(Deed.READ_CONVERSATION, found["citizen"], WHY))
        store.set_fields(house, handoff, {}, {"$addToSet": {"readers": reader.id}})
    return found


def brief(house: House, handoff: Document) -> dict[str, Any]:
    """A row of a list: why and since when, for whom to take care, and nothing that was said."""
    return {
        "id": handoff["_id"],
        "state": handoff["state"],
        "reason": {"id": handoff["reason"], "label": REASONS[Reason(handoff["reason"])]},
        "number": handoff["number"],
        "urgent": handoff["rank"] >= 2,
        "elder": handoff["elder"],
        "call_back": bool(handoff.get("call_back")),
        "lang": handoff["lang"],
        "asked_at": handoff["asked_at"].isoformat(),
        "waited_seconds": _waited(house, handoff),
        "dropped": handoff["dropped"],
        "agent": handoff["agent"],
        "unanswered_since": _moment(handoff.get("unanswered_since")),
        "rating": handoff["rating"],
    }


def whole(house: House, handoff: Document) -> dict[str, Any]:
    """Everything that an agent goes by."""
    citizen = handoff["citizen"]
    page = read_turns(house, handoff, NEWEST)
    draft = draft_of(house, citizen)
    said = [one for one in page.items if one["text"]]
    return brief(house, handoff) | {
        "matter": _matter(draft, page.items),
        "asked": [for_people(one["text"], "zh") for one in said[:LAST_ASKED]],
        "draft": _draft(house, draft) if draft else None,
        "message": for_people(house.cipher.open(handoff["message"]), "zh") if "message" in handoff else None,
        "turns": [turn_for_agent(one) for one in page.items],
        "notes": [note_view(house, one) for one in handoff["notes"]],
        "transfers": [
            {
                "from": one["from"],
                "to": one["to"],
                "at": one["at"].isoformat(),
                "why": house.cipher.open(one["why"]),
            }
            for one in handoff["transfers"]
        ],
    }


def read_turns(house: House, handoff: Document, page: PageQuery) -> Page:
    """One page of what was said until it ended, newest first: what led to it belongs to it."""
    until = handoff["ended_at"] or handoff.get("kept_at")
    since = handoff["asked_at"] - turns.SILENCE
    return turns.list_between(house, handoff["citizen"], page, since=since, until=until)


def last_question(house: House, handoff: Document) -> str:
    """What the citizen said last, in words."""
    newest = read_turns(house, handoff, NEWEST).items
    return next((str(one["text"]) for one in newest if one["text"] and len(one["text"]) > 1), "")


def matter_of_conversation(house: House, handoff: Document) -> dict[str, str] | None:
    """What a conversation is about, ``{id, name}``."""
    return _matter(draft_of(house, handoff["citizen"]), read_turns(house, handoff, NEWEST).items)


def turn_for_agent(turn: Document) -> dict[str, Any]:
    """A turn as an agent reads it: what was said, masked, and what kinds of answers there were."""
    said = turn["title"] or "（点选）" if turn["choice"] is not None else turn["text"]
    return {
        "turn": turn["_id"],
        "by": turn.get("by") or ("citizen" if said is not None else "assistant"),
        "said": for_people(said, "zh") if said is not None else None,
        "replies": [_reply(reply) for reply in turn["replies"]],
        "at": turn["created_at"].isoformat(),
    }


def note_view(house: House, note: Document) -> dict[str, Any]:
    """A note of an agent."""
    return {"by": note["by"], "at": note["at"].isoformat(), "text": house.cipher.open(note["text"])}


def _reply(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply without what it refers to: a card's rows are the citizen's own."""
    shown = {"type": reply["type"], "text": reply.get("text") or ""}
    if reply["type"] == "card":
        shown["card"] = reply["card"]
    return shown | ({"by": reply["by"]} if reply.get("by") else {})


def _matter(draft: Document | None, newest: list[Document]) -> dict[str, str] | None:
    """What it is about: the open form's matter, else the one read last out of what was said."""
    found = draft["matter"] if draft else None
    for turn in newest:
        if found is None:
            matters = (turn.get("reading") or {}).get("matters") or []
            first = matters[0] if matters else None
            found = first.get("id") if isinstance(first, dict) else first
    matter = catalogue().matters.get(str(found)) if found else None
    return {"id": matter.id, "name": matter.name} if matter else None


def _draft(house: House, draft: Document) -> dict[str, Any]:
    """How far the form is: its fields by label, what is in them masked."""
    filled = form.fill(matter_of(house, draft), open_values(house, draft))
    step = next_step(house, draft)
    return {
        "application": draft["_id"],
        "step": step.get("step"),
        "of": step.get("of"),
        "asking": (step.get("field") or step.get("material") or {}).get("label")
        or (step.get("material") or {}).get("name"),
        "fields": [
            {"label": one.field.label, "filled": one.status in FILLED, "value": masked_value(one)}
            for one in filled
            if one.status is not form.Status.OFF
        ],
    }


def masked_value(one: form.Filled) -> str | None:
    """A field's value for somebody who need not know it: masked by its kind, a choice by its label, free
    words not at all."""
    if one.status not in FILLED:
        return None
    return one.masked if one.field.type.value in MASKS or one.field.choices else "已填"


def _waited(house: House, handoff: Document) -> int | None:
    if handoff["queued_at"] is None:
        return None
    until = handoff["taken_at"] or handoff["ended_at"] or house.clock.now()
    return int((until - handoff["queued_at"]).total_seconds())


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
