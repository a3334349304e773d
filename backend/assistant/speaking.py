"""Speaking first: a prompt that was just shown, an application that ended."""

from collections.abc import Callable
from typing import Any

from backend.accounts.modes import read_listener
from backend.applications.applicant import acting_citizen
from backend.applications.store import find_any
from backend.assistant import store
from backend.assistant.expecting import ON_THE_TABLE
from backend.assistant.line import in_line
from backend.assistant.own_records import OwnRecords
from backend.assistant.payload import write_payload
from backend.assistant.showing import Page, as_kept, show
from backend.assistant.store import Standing
from backend.assistant.words import words
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.ratings.rating import was_handled
from backend.ratings.rules import the_rules
from backend.stream.publishing import tell_turn

ANSWERS = ("accept", "decline", "later")
DOUBTS = ("wrong-data", "mute")


def say_prompt(house: House, citizen: str, prompt: str) -> bool:
    """Append a prompt with its buttons and put it in focus; False when it stands there or is closed.

    Raises ``request-in-progress`` while the citizen is being answered.
    """
    try:
        view = OwnRecords(house, citizen, "zh").prompt(prompt)
    except Problem:
        return False
    # A prompt that was put off is shown again: another showing, another turn.
    showing = f"{prompt}@{view.get('shown_at')}"
    if view["state"] != ON_THE_TABLE or store.has_shown(house, citizen, showing):
        return False

    def speak(standing: Standing) -> Document:
        buttons = prompt_buttons(prompt, standing.lang)
        ask = {"type": "choices", "text": words(standing.lang, "prompt.ask"), "choices": buttons}
        return {
            "replies": [{"type": "card", "card": "prompt", "id": prompt}, ask],
            # A form in hand goes on waiting for its answer: a spoken yes is the form's, not the prompt's.
            "prompt": {"id": prompt, "matter": view["matter"]["id"], "fresh": standing.expecting is None},
            "offered": buttons,
        }

    said = _say_first(house, citizen, showing, speak)
    if said:
        logger().info("chat.prompt-said", prompt=prompt, citizen=citizen)
    return said


def say_ended(house: House, application: str) -> bool:
    """An application ended: show it, and ask how it was (好差评); once, and not for the parts of a whole.

    Raises ``request-in-progress`` while the citizen is being answered.
    """
    document = find_any(house, application)
    if document is None or document.get("bundle") or not was_handled(document):
        return False
    listener = acting_citizen(document)
    showing = f"ended:{application}"
    if store.has_shown(house, listener, showing):
        return False
    name = catalogue().get(document["matter"]).name

    def speak(standing: Standing) -> Document:
        buttons = level_buttons(application, standing.lang)
        text = words(standing.lang, "rate.ask", matter=name)
        ask = {"type": "choices", "text": text, "choices": buttons}
        # What was open before stays open: this asks for nothing that must be answered.
        return {
            "replies": [{"type": "card", "card": "application", "id": application}, ask],
            "prompt": standing.prompt,
            "offered": [*standing.offered, *buttons],
        }

    return _say_first(house, listener, showing, speak)


def _say_first(house: House, citizen: str, showing: str, speak: Callable[[Standing], Document]) -> bool:
    turn = house.new_id()
    with in_line(house, citizen, turn=turn, text=""):
        now = house.clock.now()
        standing = store.read_standing(house, citizen, now=now)
        silent: Document = {
            "_id": turn,
            "citizen": citizen,
            "conversation": standing.conversation,
            "shown_prompt": showing,
            "print": "",
            "text": None,
            "choice": None,
            "title": None,
            "lang": standing.lang,
            "answered": True,
            "expecting": standing.expecting,
            "created_at": now,
        }
        said = silent | speak(standing)
        page = Page(read_listener(house, citizen).elder)
        records = OwnRecords(house, citizen, standing.lang)
        shown = show(said["replies"], records, standing.lang, page)
        kept = store.insert_turn(house, said | as_kept(shown, page) | _still_asked(standing))
    if kept:
        tell_turn(house, citizen, turn, by="assistant")
    return kept


def _still_asked(standing: Standing) -> Document:
    """Where a form waits for its answer, 「第一个」 stays the form's: what else came up is pressed."""
    return {"options": standing.options, "more": False} if standing.expecting else {}


def level_buttons(application: str, lang: str) -> list[dict[str, Any]]:
    """The five levels, best first."""
    name = "name_en" if lang == "en" else "name"
    return [
        {
            "title": names[name],
            "value": write_payload("rate", application=application, level=str(level)),
        }
        for level, names in sorted(the_rules().levels.items(), reverse=True)
    ]


def prompt_buttons(prompt: str, lang: str) -> list[dict[str, Any]]:
    """Yes, no, later, why, wrong, no more."""

    def answers(names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [
            {
                "title": words(lang, f"prompt.{name}"),
                "value": write_payload("answer_prompt", prompt=prompt, answer=name),
            }
            for name in names
        ]

    why = {"title": words(lang, "prompt.why"), "value": write_payload("why_me", prompt=prompt)}
    return [*answers(ANSWERS), why, *answers(DOUBTS)]
