"""Yes, no and later: first a fresh prompt, then what the form asked, then an open prompt, offered again."""

from bot.actions import reply
from bot.actions.answering import answer_field, skip_field, take_upload
from bot.actions.context import (
    AUTHORISE,
    COMPLETE,
    CONFIRM,
    CORRECT,
    LATE,
    PAY,
    RATE,
    RESUME,
    SECOND,
    UPLOAD,
    WHICH,
    WHO,
    WITHDRAW,
    Turn,
)
from bot.actions.dispatch import act_on
from bot.actions.filing import file_draft, withdraw
from bot.actions.filling import resume, set_aside
from bot.actions.form import back_to_form, take_up
from bot.actions.lacking import lacks_material
from bot.actions.naming import say_none
from bot.actions.paying import look_at_payment, says_paid
from bot.actions.prompts import answer_prompt, present_prompt
from bot.actions.second import take_second
from bot.actions.speech import SpeechAction

YES_NO = "yes-no"


class TakeYes(SpeechAction):
    """「好」, 「确认」, 「传好了」."""

    action = "action_take_yes"
    acts = ("confirm",)

    async def answer(self, turn: Turn) -> None:
        """Say yes to what was asked last."""
        if turn.fresh_prompt:
            await answer_prompt(turn, turn.fresh_prompt.id, "accept")
        elif turn.memory.asked:
            await _yes_to_what_was_asked(turn)
        elif says_paid(turn):
            await act_on(turn, reply.payload("ask_progress"))
        elif turn.prompt:
            # A yes long after the offer may be to anything: show the offer again before anything is filed.
            await present_prompt(turn, turn.prompt.id)
        elif turn.memory.draft:
            await take_up(turn)
        else:
            turn.offer(turn.words("talk.yes_to_nothing"), [turn.button("capability", "ask_capability")])


class TakeNo(SpeechAction):
    """「不用」, 「不对」, 「跳过」."""

    action = "action_take_no"
    acts = ("deny",)

    async def answer(self, turn: Turn) -> None:
        """Say no to what was asked last."""
        if turn.fresh_prompt:
            await answer_prompt(turn, turn.fresh_prompt.id, "decline")
        elif turn.memory.asked:
            await _no_to_what_was_asked(turn)
        elif turn.prompt:
            await answer_prompt(turn, turn.prompt.id, "decline")
        elif turn.memory.draft:
            await set_aside(turn)
        else:
            turn.say("talk.no_to_nothing")


class TakeLater(SpeechAction):
    """「以后再说」."""

    action = "action_take_later"
    acts = ("later",)

    async def answer(self, turn: Turn) -> None:
        """Postpone the prompt, or set the form aside."""
        if turn.fresh_prompt or (turn.prompt and not turn.memory.draft):
            assert turn.prompt is not None
            await answer_prompt(turn, turn.prompt.id, "later")
        elif turn.memory.draft or turn.memory.asked:
            await set_aside(turn)
        else:
            turn.say("talk.later_nothing")


async def _yes_to_what_was_asked(turn: Turn) -> None:
    memory = turn.memory
    application = memory.asked_about(WITHDRAW)
    if application:
        await withdraw(turn, application)
    elif paying := memory.asked_about(PAY):
        await look_at_payment(turn, paying)
    elif late := memory.asked_about(LATE):
        await act_on(turn, reply.payload("ask_progress", application=late))
    elif sent_back := memory.asked_about(COMPLETE):
        await act_on(turn, reply.payload("resume", application=sent_back))
    elif memory.asked_about(AUTHORISE) or memory.asked_about(RATE):
        turn.replies.extend(turn.earlier)
    elif memory.asked == CONFIRM and memory.draft:
        await file_draft(turn)
    elif memory.asked == RESUME:
        await resume(turn)
    elif memory.asked == SECOND:
        await take_second(turn)
    elif memory.asked_about(UPLOAD):
        await take_upload(turn)
    elif _asks_yes_or_no(turn):
        await answer_field(turn, said=turn.words("form.yes"))
    elif memory.draft:
        await take_up(turn)
    else:
        turn.offer(turn.words("talk.yes_to_nothing"), [turn.button("capability", "ask_capability")])


async def _no_to_what_was_asked(turn: Turn) -> None:
    memory = turn.memory
    asked = memory.asked or ""
    if asked == WHO or asked.startswith((AUTHORISE, PAY, RATE, LATE, COMPLETE)):
        memory.asked = None
        turn.say("pay.later" if asked.startswith(PAY) else "form.as_you_like")
        await back_to_form(turn)
    elif memory.asked_about(WITHDRAW):
        memory.asked = None
        turn.say("filing.kept")
        await take_up(turn)
    elif memory.asked == CONFIRM and memory.draft:
        turn.offer(
            turn.words("form.not_yet"),
            [
                turn.button("change", "correct"),
                turn.button("set_aside", "cancel"),
                turn.button("confirm", "confirm"),
            ],
        )
    elif memory.asked == CORRECT and memory.draft:
        await take_up(turn)
    elif memory.asked == WHICH:
        memory.asked = None
        say_none(turn)
    elif memory.asked == SECOND:
        memory.asked = memory.second = None
        turn.say("form.as_you_like")
    elif memory.asked == RESUME:
        memory.asked = None
        turn.say("form.as_you_like")
    elif _asks_yes_or_no(turn):
        await answer_field(turn, said=turn.words("form.no"))
    elif memory.asked_field and memory.draft:
        await skip_field(turn)
    elif (material := memory.asked_about(UPLOAD)) and memory.draft:
        await lacks_material(turn, material)
    else:
        await set_aside(turn)


def _asks_yes_or_no(turn: Turn) -> bool:
    return turn.expecting.get("type") == YES_NO and turn.memory.asked_field is not None
