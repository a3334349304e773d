"""What people say besides business: always a short, kind, honest answer, in danger a number first."""

from bot.actions import reply
from bot.actions.context import RESUME, Turn
from bot.actions.form import back_to_form
from bot.actions.guide import explain
from bot.actions.naming import asks_about_topic
from bot.actions.policy import answer_from_library
from bot.actions.speech import SpeechAction

POLICE = "110"
HOTLINE = "12345"
MISSES_BEFORE_WAYS_OUT = 2
# After these the form is taken up again; a goodbye, an insult or a complaint is not met with a form.
BACK_TO_FORM = frozenset({"thank", "chitchat", "out_of_scope"})


class Warn(SpeechAction):
    """Danger to life, or a fraud under way: the number at once, nothing before it."""

    action = "action_warn"
    acts = ("emergency",)

    async def answer(self, turn: Turn) -> None:
        """One notice for each number, then that nothing is lost."""
        known = turn.words.table("emergency")
        numbers = [number for number in turn.entity_values("emergency_number") if number in known]
        for number in dict.fromkeys(numbers or [POLICE]):
            sentence = turn.words(f"emergency.{number}" if numbers else "emergency.any")
            turn.replies.append(reply.notice("emergency", sentence, phone=number))
        if turn.memory.draft:
            turn.say("form.kept")


class OfferPerson(SpeechAction):
    """「转人工」, at any turn, the first time."""

    action = "action_offer_person"
    acts = ("ask_person",)

    async def answer(self, turn: Turn) -> None:
        """The hotline with its hours; the draft is kept."""
        turn.replies.append(reply.notice("info", turn.words("talk.ask_person"), phone=HOTLINE))
        if turn.memory.draft or turn.memory.paused:
            turn.offer(turn.words("form.kept"), [turn.button("go_on", "resume")])


class SmallTalk(SpeechAction):
    """Greetings, thanks, anger, chat, and what is not ours."""

    action = "action_small_talk"
    acts = ("greet", "thank", "goodbye", "complain", "insult", "chitchat", "out_of_scope")

    async def answer(self, turn: Turn) -> None:
        """A sentence for the act, then back to the form where that is kind."""
        if turn.act == "greet":
            await _greet(turn)
        elif turn.act in ("complain", "insult"):
            turn.offer(
                turn.words(f"talk.{turn.act}"),
                [turn.button("person", "ask_person"), turn.button("progress", "ask_progress")],
            )
        elif turn.act == "out_of_scope" and asks_about_topic(turn):
            await explain(turn, str(turn.memory.topic))
            return
        elif turn.act == "out_of_scope":
            if not await answer_from_library(turn):
                _say_out_of_scope(turn)
        else:
            turn.say(f"talk.{turn.act}")
        if turn.act in BACK_TO_FORM:
            await back_to_form(turn)


class Fallback(SpeechAction):
    """Whatever no rule covers."""

    action = "action_default_fallback"

    async def answer(self, turn: Turn) -> None:
        """Honest, never silent."""
        if not await answer_from_library(turn):
            _say_out_of_scope(turn)
        await back_to_form(turn)


async def _greet(turn: Turn) -> None:
    if turn.memory.draft:
        turn.say("talk.greet_again")
        await back_to_form(turn)
    elif turn.memory.paused:
        turn.memory.asked = RESUME
        turn.offer(turn.words("talk.greet_with_draft"), [turn.button("go_on", "resume")])
    else:
        turn.offer(
            turn.words("talk.greet"),
            [turn.button("capability", "ask_capability"), turn.button("prompts", "ask_prompts")],
        )


def _say_out_of_scope(turn: Turn) -> None:
    if turn.miss() < MISSES_BEFORE_WAYS_OUT:
        turn.say("talk.out_of_scope")
        return
    turn.offer(
        turn.words("talk.out_of_scope_again"),
        [
            turn.button("capability", "ask_capability"),
            turn.button("progress", "ask_progress"),
            turn.button("person", "ask_person"),
        ],
    )
