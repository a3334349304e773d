"""How the citizen wants to be spoken to: 「字大一点」, 「换回普通的」. Kept with the account."""

from bot.actions.context import Turn
from bot.actions.form import back_to_form
from bot.actions.speech import SpeechAction
from bot.actions.wording import ELDER, wording

STANDARD = "standard"


class SpeakSimply(SpeechAction):
    """「字大一点」, 「说慢点」, 「我年纪大了看不清」."""

    action = "action_speak_simply"
    acts = ("elder_mode",)

    async def answer(self, turn: Turn) -> None:
        """Switch, say so in the new way, and go on."""
        await _switch(turn, ELDER)


class SpeakPlainly(SpeechAction):
    """「换回普通的」."""

    action = "action_speak_plainly"
    acts = ("standard_mode",)

    async def answer(self, turn: Turn) -> None:
        """Switch back, and go on."""
        await _switch(turn, STANDARD)


async def _switch(turn: Turn, mode: str) -> None:
    await turn.api.choose_mode(mode)
    turn.words = wording(turn.words.lang, mode)
    turn.say(f"talk.{mode}_mode")
    await back_to_form(turn)
