"""Beginning a matter: a draft of one's own or a principal's, alone or as a 一件事."""

from bot.actions.api import Document, Problem
from bot.actions.bundles import drop_for_bundle, offer_bundle, tell_parts
from bot.actions.context import Turn
from bot.actions.form import STARTED, TAKEN_UP, keep_for_later, open_draft
from bot.actions.speech import explain_problem

STARTED_FOR = "form.started_for"
TAKEN_UP_FOR = "form.taken_up_for"
NOT_MET = "conditions-not-met"


async def begin(turn: Turn, matter: str, *, principal: Document | None = None, whom: str = "") -> None:
    """Start a matter, or go on with its draft; ``whom`` says for whom, when not for oneself."""
    await drop_for_bundle(turn)
    try:
        view, created = await turn.api.start_application(matter, str(principal["id"]) if principal else None)
    except Problem as problem:
        if problem.slug != NOT_MET:
            raise
        explain_problem(turn, problem)
        # What is missing for a part may be what the whole begins with: the certificate before the register.
        await offer_bundle(turn, matter)
        return
    memory = turn.memory
    if memory.draft and memory.draft != view["id"]:
        keep_for_later(turn)
    greetings = (STARTED_FOR, TAKEN_UP_FOR) if whom else (STARTED, TAKEN_UP)
    opening = _open if created else None
    await open_draft(turn, view, greeting=greetings[0 if created else 1], whom=whom, opening=opening)


async def _open(turn: Turn, view: Document) -> None:
    if view.get("parts"):
        await tell_parts(turn, view)
    else:
        await offer_bundle(turn, str(view["matter"]["id"]), draft=str(view["id"]))
