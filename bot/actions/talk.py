"""What people say besides business: always a short, kind, honest answer, in danger a number first."""

import re

from bot.actions import reply
from bot.actions.caring import offer_care, say_sympathy
from bot.actions.context import RESUME, Turn
from bot.actions.form import back_to_form
from bot.actions.guide import explain
from bot.actions.handing_over import hand_over, hand_over_in_danger
from bot.actions.naming import MISSES_BEFORE_WAYS_OUT, asks_about_topic, name_of, say_lost
from bot.actions.policy import answer_from_library
from bot.actions.speech import SpeechAction

REPORTS_OFFERED = 3
# Something is to be put right, rather than we are scolded.
REPORTING = re.compile(r"投诉|举报|反映|\b(?:report|complain)\b")
POLICE = "110"
# After these the form is taken up again; a goodbye, an insult or a complaint is not met with a form.
BACK_TO_FORM = frozenset({"thank", "chitchat", "out_of_scope"})


class Warn(SpeechAction):
    """Danger to life, or a fraud under way: the number at once, nothing before it, then a person."""

    action = "action_warn"
    acts = ("emergency",)

    async def answer(self, turn: Turn) -> None:
        """One notice for each number, then a person, and that nothing is lost."""
        known = turn.words.table("emergency")
        numbers = [
            number
            for number in turn.entity_values("emergency_number")
            if number.isdigit() and number in known
        ]
        for number in dict.fromkeys(numbers or [POLICE]):
            sentence = turn.words(f"emergency.{number}" if numbers else "emergency.any")
            turn.replies.append(reply.notice("emergency", sentence, phone=number))
        if turn.memory.draft:
            turn.say("form.kept")
        await hand_over_in_danger(turn, numbers)


class OfferPerson(SpeechAction):
    """「转人工」, at any turn, the first time."""

    action = "action_offer_person"
    acts = ("ask_person",)

    async def answer(self, turn: Turn) -> None:
        """A place in the queue; the form goes on meanwhile."""
        await hand_over(turn)


class SmallTalk(SpeechAction):
    """Greetings, thanks, anger, chat, and what is not ours."""

    action = "action_small_talk"
    acts = ("greet", "thank", "goodbye", "complain", "insult", "chitchat", "out_of_scope")

    async def answer(self, turn: Turn) -> None:
        """A sentence for the act, then back to the form where that is kind."""
        if turn.act == "out_of_scope" and await offer_care(turn):
            return
        if say_sympathy(turn):
            turn.say("talk.with_care")
        elif turn.act == "greet":
            await _greet(turn)
        elif turn.act == "complain" and REPORTING.search(turn.text):
            await _offer_reports(turn)
        elif turn.act in ("complain", "insult"):
            turn.offer(
                turn.words(f"talk.{turn.act}"),
                [
                    turn.button("person", "ask_person", reason="unhappy"),
                    turn.button("progress", "ask_progress"),
                ],
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


async def _offer_reports(turn: Turn) -> None:
    """「我要投诉」, 「我要反映个问题」: a case that is slow, or something in the city."""
    options = [
        reply.choice(name_of(turn, matter), "do_matter", matter=str(matter["id"]))
        for matter in await turn.api.matters(limit=REPORTS_OFFERED, about=turn.words("talk.report"))
    ]
    ways = [turn.button("progress", "ask_progress"), turn.button("person", "ask_person")]
    turn.offer(turn.words("talk.complain_which"), [*options, *ways])


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
    say_lost(turn)
