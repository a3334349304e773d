"""Speaking first: a prompt that was just shown comes into the conversation."""

from typing import Any

from backend.assistant import store
from backend.assistant.expecting import ON_THE_TABLE
from backend.assistant.line import in_line
from backend.assistant.own_records import OwnRecords
from backend.assistant.payload import write_payload
from backend.assistant.words import words
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger

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
    turn = house.new_id()
    with in_line(house, citizen, turn=turn, text=""):
        now = house.clock.now()
        standing = store.read_standing(house, citizen, now=now)
        buttons = prompt_buttons(prompt, standing.lang)
        ask = {"type": "choices", "text": words(standing.lang, "prompt.ask"), "choices": buttons}
        said = store.insert_turn(
            house,
            {
                "_id": turn,
                "citizen": citizen,
                "conversation": standing.conversation,
                "shown_prompt": showing,
                "print": "",
                "text": None,
                "choice": None,
                "title": None,
                "lang": standing.lang,
                "replies": [{"type": "card", "card": "prompt", "id": prompt}, ask],
                "answered": True,
                # A form in hand goes on waiting for its answer: a spoken yes is the form's, not the prompt's.
                "expecting": standing.expecting,
                "prompt": {"id": prompt, "matter": view["matter"]["id"], "fresh": standing.expecting is None},
                "offered": buttons,
                "created_at": now,
            },
        )
    if said:
        logger().info("chat.prompt-said", prompt=prompt, citizen=citizen)
    return said


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
