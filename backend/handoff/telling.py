"""What the citizen is told of a hand-off: replies for the conversation, and how it stands for their apps."""

from datetime import timedelta
from typing import Any

from backend.applications import store as applications
from backend.applications.applicant import find_own
from backend.applications.filling import EDITABLE, next_step
from backend.applications.versions import matter_of
from backend.assistant.interjecting import standing_of
from backend.assistant.payload import write_payload
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.core.schemas import PageQuery
from backend.handoff import store
from backend.handoff.line import HOTLINE, LONG_MINUTES, office_hours, opening, pace_of
from backend.handoff.place import Rank
from backend.handoff.states import State
from backend.handoff.wording import words
from backend.ratings.rules import the_rules
from backend.values.assent import Assent, read_assent

Reply = dict[str, Any]
# What the hand-off's own buttons send; the gateway answers them, whatever the assistant does meanwhile.
LEAVE, WRITE, CALL, RATE = "leave_handoff", "write_message", "call_me_back", "rate_handoff"
CONFIRM, RESUME = "confirm", "resume"
BACK_TO = {"ask": "back_to_form", "upload": "back_to_upload", "confirm": "back_to_ready"}
LATELY = timedelta(days=1)


def notice(text: str, phone: str = "", level: str = "info") -> Reply:
    """A notice of ours."""
    return {"type": "notice", "level": level, "text": text, **({"phone": phone} if phone else {})}


def button(lang: str, name: str, act: str, **entities: str) -> dict[str, str]:
    """A button of ours."""
    return {"title": words(lang, f"button.{name}"), "value": write_payload(act, **entities)}


def buttons(text: str, *options: dict[str, str]) -> Reply:
    """A question with buttons."""
    return {"type": "choices", "text": text, "choices": list(options)}


def told_after_asking(house: House, handoff: Document, lang: str) -> list[Reply]:
    """What somebody hears who asked for a person."""
    state = State(handoff["state"])
    if state is State.ATTENDED:
        return [notice(words(lang, "with_agent"))]
    if state is State.WAITING:
        return _in_line(house, handoff, lang)
    return told_closed(house, lang, "closed")


def told_closed(house: House, lang: str, key: str) -> list[Reply]:
    """Nobody is there: the hours, the hotline, and the offer to take a message."""
    said = words(lang, key, hours=office_hours(house) or "", opening=opening(house, lang))
    return [
        notice(said, phone=HOTLINE),
        buttons(
            words(lang, "message_or_not"),
            button(lang, "message", WRITE),
            button(lang, "call", CALL),
            button(lang, "no_message", LEAVE),
        ),
    ]


def open_question(house: House, citizen: str, lang: str) -> list[Reply]:
    """What the form still waits for, by reference: it stays answerable below a notice."""
    expecting = standing_of(house, citizen).expecting or {}
    application, field = expecting.get("application"), expecting.get("field")
    if not application:
        return []
    if field == CONFIRM:
        return _summary(application, lang)
    asked = {"type": "form-field", "application": application}
    if field is None:
        return [asked | {"material": expecting["material"], "text": words(lang, "upload")}]
    return [asked | {"field": field, "text": ""}]


def told_back(house: House, citizen: str, lang: str) -> list[Reply]:
    """The assistant takes over again, and picks up the form that is open."""
    draft = draft_of(house, citizen)
    if draft is None:
        return [{"type": "text", "text": words(lang, "back")}]
    matter = matter_of(house, draft)
    name = matter.name_en if lang == "en" and matter.name_en else matter.name
    step = next_step(house, draft, lang=lang)
    expecting = standing_of(house, citizen).expecting or {}
    if expecting.get("field") == CONFIRM and expecting.get("application") == draft["_id"]:
        # A yes to what is not in sight must not file anything.
        said = words(lang, "back_to_summary", matter=name)
        return [{"type": "text", "text": said}, *_summary(draft["_id"], lang)]
    said = words(lang, BACK_TO[step["kind"]], matter=name, step=step.get("step"), of=step.get("of"))
    return [buttons(said, button(lang, "go_on", RESUME), button(lang, "set_aside", "cancel"))]


def goes_on(said: str, offered: list[dict[str, str]]) -> bool:
    """Whether somebody who was just asked to go on with a form says yes."""
    return any(one["value"] == write_payload(RESUME) for one in offered) and read_assent(said) is Assent.YES


def _summary(application: str, lang: str) -> list[Reply]:
    card = {"type": "card", "card": "summary", "id": application}
    options = (button(lang, "confirm", "confirm"), button(lang, "change", "correct"))
    return [card, buttons(words(lang, "confirm"), *options)]


def ask_rating(handoff: Document, lang: str) -> Reply:
    """How was it? Five levels, best first."""
    name = "name_en" if lang == "en" else "name"
    options = [
        {"title": names[name], "value": write_payload(RATE, handoff=handoff["_id"], level=str(level))}
        for level, names in sorted(the_rules().levels.items(), reverse=True)
    ]
    return buttons(words(lang, "rate"), *options)


def draft_of(house: House, citizen: str) -> Document | None:
    """The form that the conversation has open, else the draft that was worked on lately."""
    asked = (standing_of(house, citizen).expecting or {}).get("application")
    open_one = _editable(house, citizen, asked) if asked else None
    if open_one is not None:
        return open_one
    newest = applications.list_own(house, citizen, PageQuery(limit=1, cursor=None), state="draft").items
    draft = _editable(house, citizen, newest[0]["_id"]) if newest else None
    return draft if draft and house.clock.now() - draft["updated_at"] < LATELY else None


def _editable(house: House, citizen: str, application: str) -> Document | None:
    """A form that the citizen may still fill in; None for one that is filed, or theirs no more."""
    try:
        found = find_own(house, citizen, application)
    except Problem:
        return None
    return found if found["state"] in EDITABLE else None


def view_own(house: House, handoff: Document | None, lang: str) -> dict[str, Any]:
    """How it stands, for the citizen's apps."""
    if handoff is None:
        return {"id": None, "state": None, "position": None, "wait_minutes": None, "text": ""}
    state = State(handoff["state"])
    view = {
        "id": handoff["_id"],
        "state": state.value,
        "position": None,
        "wait_minutes": None,
        "text": "",
        "asked_at": handoff["asked_at"].isoformat(),
    }
    if state is not State.WAITING:
        return view
    position, pace = store.position(house, handoff), pace_of(house)
    minutes = pace.minutes(position)
    return view | {"position": position, "wait_minutes": minutes, "text": pace.words(minutes, lang)}


def _in_line(house: House, handoff: Document, lang: str) -> list[Reply]:
    position, pace = store.position(house, handoff), pace_of(house)
    minutes = pace.minutes(position)
    wait = pace.words(minutes, lang)
    key = "queued_next" if position == 1 else "queued"
    said = words(lang, key, ahead=position - 1, wait=wait)
    if handoff["rank"] > Rank.ANYBODY:
        said = words(lang, "first") + (" " if lang == "en" else "") + said
    long = minutes is None or minutes >= LONG_MINUTES
    ways = [button(lang, "call", CALL)] if long else []
    told = notice(said, phone="" if minutes is not None else HOTLINE)
    return [told, buttons(words(lang, "meanwhile"), *ways, button(lang, "leave", LEAVE))]
