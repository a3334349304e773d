"""「填错了，改一下地址」: find the field by its label, ask for it once more."""

from backend.values.corrections import corrected
from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import CORRECT, Turn
from bot.actions.form import ask_again, label_of, put_step
from bot.actions.picking import best_named

MOST_LABELS = 8
NOT_UNDERSTOOD = "answer-not-understood"


async def correct_field(turn: Turn) -> None:
    """Ask again for the field that was named, or ask which one it is."""
    memory = turn.memory
    draft = memory.draft or memory.paused
    if draft is None:
        turn.offer(
            turn.words("correct.nothing_open"),
            [turn.button("withdraw", "withdraw"), turn.button("progress", "ask_progress")],
        )
        return
    memory.draft, memory.paused = draft, None
    view = await turn.api.application(draft)
    fields = [field for field in view["fields"] if field["status"] != "off"]
    named = turn.entity("field")
    matches = [field for field in fields if field["name"] == named] if named else _named(turn, fields)
    if len(matches) != 1:
        _ask_which_field(turn, matches or fields)
    elif not await _takes_new_value(turn, matches[0]):
        _reopen(turn, matches[0])


def _named(turn: Turn, fields: list[Document]) -> list[Document]:
    """The fields that the words come closest to, by label or alias."""
    titles, owners = [], []
    for field in fields:
        for title in (field["label"], field.get("label_en"), *field.get("aliases", [])):
            if title:
                titles.append(str(title))
                owners.append(field)
    found: list[Document] = []
    for index in best_named(turn.text, titles):
        if owners[index] not in found:
            found.append(owners[index])
    return found


async def _takes_new_value(turn: Turn, field: Document) -> bool:
    """「电话改成⟦phone⟧」 says the new value at once; whether it was one is the API's to find out."""
    draft = str(turn.memory.draft)
    if corrected(turn.text) is None or not field.get("editable", True):
        return False
    try:
        answered = await turn.api.answer_with_turn(draft, str(field["name"]))
    except Problem as problem:
        if problem.slug != NOT_UNDERSTOOD:
            raise
        return False
    turn.say("form.changed", label=label_of(turn, field))
    put_step(turn, answered["next"])
    return True


def _reopen(turn: Turn, field: Document) -> None:
    if field.get("editable", True):
        turn.say("correct.again", label=label_of(turn, field))
        ask_again(turn, field["name"])
        return
    # What a department registered is corrected there, not in a form.
    turn.memory.asked = CORRECT
    turn.offer(
        turn.words("correct.registered", label=label_of(turn, field)),
        [
            turn.button("go_on", "resume"),
            turn.button("set_aside", "cancel"),
            turn.button("person", "ask_person"),
        ],
    )


def _ask_which_field(turn: Turn, fields: list[Document]) -> None:
    turn.memory.asked = CORRECT
    changeable = [field for field in fields if field.get("editable", True)] or fields
    options = [
        reply.choice(label_of(turn, field), "correct", field=str(field["name"]))
        for field in changeable[:MOST_LABELS]
    ]
    turn.offer(turn.words("correct.which"), options)
