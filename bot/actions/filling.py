"""What people do with a form besides answering it: correct, leave, come back, ask again."""

from bot.actions.answering import take_choice, take_value
from bot.actions.context import AUTHORISE, BUTTONS_ALONE, COMPLETE, LATE, PAY, RATE, RESUME, WITHDRAW, Turn
from bot.actions.correction import correct_field
from bot.actions.dispatch import act_on
from bot.actions.filing import CORRECTION, DRAFT
from bot.actions.form import TAKEN_UP, open_draft, take_up
from bot.actions.offered import button_meant
from bot.actions.prompts import answer_prompt, present_prompt
from bot.actions.speech import SpeechAction
from bot.actions.whom import begin_for_whom


class TakeAnswer(SpeechAction):
    """「13812…」, 「地址是…」: a value for what was asked."""

    action = "action_take_answer"
    acts = ("supply_value",)

    async def answer(self, turn: Turn) -> None:
        """Hand the turn to the API, which reads the value itself."""
        payload = button_meant(turn) if turn.memory.asked in BUTTONS_ALONE else None
        if payload:
            await act_on(turn, payload)
        else:
            await take_value(turn)


class TakeChoice(SpeechAction):
    """A button, 「第二个」, or the words on it."""

    action = "action_take_choice"
    acts = ("choose",)

    async def answer(self, turn: Turn) -> None:
        """Answer the field, or act on the button that was meant."""
        payload = await take_choice(turn)
        if payload:
            await act_on(turn, payload)


class CorrectField(SpeechAction):
    """「填错了，改一下地址」."""

    action = "action_correct_field"
    acts = ("correct",)

    async def answer(self, turn: Turn) -> None:
        """Reopen the field named."""
        await correct_field(turn)


class SetAside(SpeechAction):
    """「算了不办了」: stop, keep the draft, say so."""

    action = "action_set_aside"
    acts = ("cancel",)

    async def answer(self, turn: Turn) -> None:
        """Leave whatever is open."""
        await set_aside(turn)


class ResumeDraft(SpeechAction):
    """「继续」: the draft set aside, else the latest one."""

    action = "action_resume_draft"
    acts = ("resume",)

    async def answer(self, turn: Turn) -> None:
        """Take a draft up again where it stood."""
        matter = turn.entity("matter")
        if matter and turn.entity("matter_decision") in (None, "sure"):
            await begin_for_whom(turn, matter)
        else:
            await resume(turn)


class Repeat(SpeechAction):
    """「再说一遍」."""

    action = "action_repeat"
    acts = ("repeat",)

    async def answer(self, turn: Turn) -> None:
        """Ask the form's question again, else say the last words again."""
        memory = turn.memory
        if turn.fresh_prompt:
            await present_prompt(turn, turn.fresh_prompt.id)
        elif memory.draft and not _asks_something_else(turn):
            await take_up(turn)
        elif turn.earlier:
            turn.replies.extend(turn.earlier)
        else:
            turn.say("talk.greet")


async def set_aside(turn: Turn) -> None:
    """Close the form in hand; a fresh prompt without a form waits until later."""
    memory = turn.memory
    if _asks_something_else(turn):
        memory.asked = None
        turn.say("form.as_you_like")
        return
    if memory.draft is None:
        await _nothing_to_set_aside(turn)
        return
    memory.paused, memory.draft, memory.asked = memory.draft, None, None
    turn.offer(turn.words("form.set_aside"), [turn.button("go_on", "resume")])


def _asks_something_else(turn: Turn) -> bool:
    """Whether the last question was none of the form's."""
    asked = turn.memory.asked or ""
    return asked in BUTTONS_ALONE or asked.startswith((WITHDRAW, AUTHORISE, PAY, RATE, LATE, COMPLETE))


async def resume(turn: Turn) -> None:
    """Go on with the draft in hand, the one set aside, or the latest."""
    memory = turn.memory
    draft = turn.entity("application") or memory.draft or memory.paused or await _latest_unfinished(turn)
    if draft is None:
        memory.asked = None
        turn.offer(turn.words("form.no_draft"), [turn.button("capability", "ask_capability")])
        return
    if draft == memory.draft and memory.asked != RESUME:
        await take_up(turn)
        return
    await open_draft(turn, await turn.api.application(draft), greeting=TAKEN_UP)


async def _latest_unfinished(turn: Turn) -> str | None:
    """The latest draft, else what a department sent back for completion (补正)."""
    for state in (DRAFT, CORRECTION):
        found = await turn.api.applications(state=state, limit=1)
        if found:
            return str(found[0]["id"])
    return None


async def _nothing_to_set_aside(turn: Turn) -> None:
    turn.memory.asked = None
    if turn.fresh_prompt:
        await answer_prompt(turn, turn.fresh_prompt.id, "later")
        return
    turn.offer(
        turn.words("form.nothing_to_cancel"),
        [turn.button("withdraw", "withdraw"), turn.button("progress", "ask_progress")],
    )
