"""A yes to a prompt: the application it opened, and what follows from what was said with it."""

from bot.actions import reply
from bot.actions.api import Document
from bot.actions.context import Turn
from bot.actions.form import back_to_form, keep_for_later, open_draft

# A question about the prompt, a refusal and a cry are answered as what they are.
NEVER_A_CIRCUMSTANCE = frozenset({
    "why_me", "stop_prompts", "deny", "later", "cancel", "ask_person", "emergency", "answer_prompt"
})  # fmt: skip


async def take_circumstance(turn: Turn) -> bool:
    """「我搬家了」 to a prompt just shown: what follows is done at once; False when nothing does."""
    if turn.fresh_prompt is None or not turn.text or turn.act in NEVER_A_CIRCUMSTANCE:
        return False
    view = await turn.api.prompt(turn.fresh_prompt.id)
    said = turn.text.lower()
    for one in view.get("circumstances") or []:
        if any(word in said for word in one["words"]):
            await _accept_with(turn, one)
            return True
    return False


async def _accept_with(turn: Turn, circumstance: Document) -> None:
    assert turn.fresh_prompt is not None
    result = await turn.api.answer_prompt(turn.fresh_prompt.id, "accept")
    english = circumstance.get("text_en") if turn.words.lang == "en" else None
    turn.replies.append(reply.text(english or circumstance["text"]))
    application = str(result["application"]["id"])
    if not result["application"].get("filed"):
        for field, value in circumstance["gives"].items():
            await turn.api.answer_with(application, field, value)
    await go_on_after_yes(turn, result)


async def go_on_after_yes(turn: Turn, result: Document) -> None:
    """Show what was filed at once, or ask for what is missing."""
    application = result["application"]
    if application.get("filed"):
        turn.say("prompt.filed")
        turn.show("application", str(application["id"]))
        await back_to_form(turn)
        return
    if turn.memory.draft and turn.memory.draft != application["id"]:
        keep_for_later(turn)
    view = await turn.api.application(str(application["id"]))
    await open_draft(turn, view, greeting="prompt.accepted")
