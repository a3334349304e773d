"""The one form loop, whatever the matter: what to ask next always comes from the draft."""

from collections.abc import Awaitable, Callable

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import AGAIN, CONFIRM, RESUME, UPLOAD, Turn
from bot.actions.naming import matter_name

Opening = Callable[[Turn, Document], Awaitable[None]]

LABELS_SHOWN = 4
NOT_FOUND = "not-found"
STARTED = "form.started"
TAKEN_UP = "form.taken_up"


async def open_draft(
    turn: Turn, view: Document, *, greeting: str, whom: str = "", opening: Opening | None = None
) -> None:
    """Show what is known and what is missing, and ask for the first of it.

    ``whom`` is for whom it is, when not for oneself; ``opening`` says what comes before the question.
    """
    memory = turn.memory
    memory.draft, memory.asked = str(view["id"]), None
    if memory.paused == memory.draft:
        memory.paused = None
    memory.topic = view["matter"]["id"]
    step = await turn.api.next_step(view["id"])
    known = sum(field["status"] == "known" for field in view.get("fields", []))
    missing = missing_labels(turn, view)
    turn.say(greeting, matter=await matter_name(turn, view["matter"]), whom=whom)
    if step["kind"] in ("ask", "upload"):
        if known and not greeting.startswith(TAKEN_UP):
            turn.say("form.found", count=known)
            turn.show("found", memory.draft)
        if missing:
            shown = turn.words.join(missing[:LABELS_SHOWN])
            more = "form.missing_more" if len(missing) > LABELS_SHOWN else "form.missing"
            turn.say(more, count=len(missing), labels=shown)
    if opening:
        await opening(turn, view)
    put_step(turn, step)


def keep_for_later(turn: Turn) -> None:
    """Set the draft in hand aside because another one begins."""
    turn.memory.paused = turn.memory.draft
    turn.say("form.other_draft_kept")


def offer_waiting(turn: Turn) -> None:
    """When a form is done: the one that was set aside for it still waits."""
    if turn.memory.paused:
        turn.memory.asked = RESUME
        turn.offer(turn.words("form.other_waiting"), [turn.button("go_on", "resume")])


def label_of(turn: Turn, field: Document) -> str:
    """A field's label in the citizen's language."""
    english = field.get("label_en") if turn.words.lang == "en" else None
    return str(english or field["label"])


def missing_labels(turn: Turn, view: Document) -> list[str]:
    """What is still needed, by label: fields first, then materials."""
    fields = [
        label_of(turn, field)
        for field in view.get("fields", [])
        if field["status"] == "missing" and field.get("required", True)
    ]
    return fields + [str(item["name"]) for item in view.get("materials", []) if item["status"] == "missing"]


async def take_up(turn: Turn, *, leading: str | None = None) -> None:
    """Ask the draft's question, after a sentence of the catalogue if there is one.

    A draft that is gone (deleted, or filed elsewhere) is forgotten rather than insisted on.
    """
    draft = turn.memory.draft
    if draft is None:
        return
    try:
        step = await turn.api.next_step(draft)
    except Problem as problem:
        if problem.slug != NOT_FOUND:
            raise
        turn.memory.close_form()
        turn.say("form.gone")
        return
    if leading:
        turn.say(leading)
    put_step(turn, step)


async def back_to_form(turn: Turn) -> None:
    """After a digression: take the form up again where it stood."""
    memory = turn.memory
    if memory.draft is None:
        return
    reopened = memory.asked_about(AGAIN)
    if reopened:
        turn.say("form.back")
        ask_again(turn, reopened)
        return
    await take_up(turn, leading="form.back")


def put_step(turn: Turn, step: Document) -> None:
    """Put the draft's next step to the citizen."""
    _STEPS[step["kind"]](turn, step)


def ask_again(turn: Turn, field: str) -> None:
    """Ask for a field that was already filled."""
    turn.memory.asked = AGAIN + field
    # Without a sentence the field's own question is shown.
    turn.replies.append(reply.form_field(str(turn.memory.draft), field, ""))


def _ask_field(turn: Turn, step: Document) -> None:
    field = step["field"]
    turn.memory.asked = field["name"]
    turn.replies.append(reply.form_field(str(turn.memory.draft), field["name"], str(field["ask"])))


def _ask_upload(turn: Turn, step: Document) -> None:
    material = step["material"]
    turn.memory.asked = UPLOAD + material["id"]
    sentence = turn.words("form.upload", material=material["name"])
    turn.replies.append(reply.upload(str(turn.memory.draft), material["id"], sentence))


def _show_summary(turn: Turn, _: Document) -> None:
    turn.memory.asked = CONFIRM
    turn.show("summary", str(turn.memory.draft))
    question = turn.words("form.confirm")
    turn.offer(question, [turn.button("confirm", "confirm"), turn.button("change", "correct")])


def _show_filed(turn: Turn, _: Document) -> None:
    draft = str(turn.memory.draft)
    turn.memory.close_form()
    turn.say("filing.already")
    turn.show("application", draft)


_STEPS: dict[str, Callable[[Turn, Document], None]] = {
    "ask": _ask_field,
    "upload": _ask_upload,
    "confirm": _show_summary,
    "filed": _show_filed,
}
