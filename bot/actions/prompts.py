"""提示-服务: what the city offered, and what the citizen says to it."""

from collections.abc import Awaitable, Callable

from bot.actions import reply
from bot.actions.accepting import go_on_after_yes
from bot.actions.api import Document
from bot.actions.context import Turn
from bot.actions.correction import correct_field
from bot.actions.form import back_to_form
from bot.actions.naming import matter_name
from bot.actions.speech import SpeechAction

TOPICS = ("licences", "allowances", "family", "housing", "health", "work", "business")
MOST_OFFERED = 5
MOST_NOTED = 500


class AnswerPrompt(SpeechAction):
    """A prompt's own button."""

    action = "action_answer_prompt"
    acts = ("answer_prompt",)

    async def answer(self, turn: Turn) -> None:
        """Pass the answer on."""
        prompt = turn.entity("prompt") or (turn.prompt.id if turn.prompt else None)
        answer = turn.entity("answer")
        if prompt is None or answer not in _AFTER:
            turn.say("prompt.which_one")
            return
        await answer_prompt(turn, prompt, answer)


class ExplainPrompt(SpeechAction):
    """「这是啥，骗子吧」, 「为什么收到」."""

    action = "action_explain_prompt"
    acts = ("why_me",)

    async def answer(self, turn: Turn) -> None:
        """Reason, source and evidence, then the question again."""
        prompt = turn.entity("prompt") or (turn.prompt.id if turn.prompt else None)
        if prompt is None:
            turn.say("prompt.why_form" if turn.memory.draft else "prompt.why_in_general")
            await back_to_form(turn)
            return
        await explain_prompt(turn, prompt)


class DisputeData(SpeechAction):
    """「信息不对，她去年搬走了」."""

    action = "action_dispute_data"
    acts = ("wrong_data",)

    async def answer(self, turn: Turn) -> None:
        """A prompt's facts are disputed; in a form, a field is corrected."""
        if turn.fresh_prompt or (turn.prompt and not turn.memory.draft):
            assert turn.prompt is not None
            await answer_prompt(turn, turn.prompt.id, "wrong-data")
        elif turn.memory.draft:
            await correct_field(turn)
        else:
            turn.offer(turn.words("prompt.wrong_in_general"), [turn.button("person", "ask_person")])


class StopPrompts(SpeechAction):
    """「别再给我发了」."""

    action = "action_stop_prompts"
    acts = ("stop_prompts",)

    async def answer(self, turn: Turn) -> None:
        """Mute the prompt's topic, the topic named, or ask which."""
        topic = turn.entity("topic")
        if topic:
            await turn.api.mute_topic(topic)
            turn.say("prompt.topic_muted", topic=turn.words(f"topic.{topic}"))
        elif turn.prompt:
            await answer_prompt(turn, turn.prompt.id, "mute")
            return
        else:
            options = [
                reply.choice(turn.words(f"topic.{name}"), "stop_prompts", topic=name) for name in TOPICS
            ]
            turn.offer(turn.words("prompt.which_topic"), options)
            return
        await back_to_form(turn)


class ListPrompts(SpeechAction):
    """「有什么我能领的」."""

    action = "action_list_prompts"
    acts = ("ask_prompts",)

    async def answer(self, turn: Turn) -> None:
        """Show the one open prompt, or let the citizen choose among several."""
        chosen = turn.entity("prompt")
        if chosen:
            await present_prompt(turn, chosen)
            return
        prompts = await turn.api.prompts()
        if not prompts:
            turn.say("prompt.none")
            await back_to_form(turn)
        elif len(prompts) == 1:
            await present_prompt(turn, str(prompts[0]["id"]))
        else:
            options = [
                reply.choice(
                    await matter_name(turn, prompt["matter"]), "ask_prompts", prompt=str(prompt["id"])
                )
                for prompt in prompts[:MOST_OFFERED]
            ]
            turn.offer(turn.words("prompt.several", count=len(prompts)), options)


async def present_prompt(turn: Turn, prompt: str) -> None:
    """Show a prompt and ask."""
    turn.show("prompt", prompt)
    turn.offer(turn.words("prompt.ask"), prompt_choices(turn, prompt))


async def explain_prompt(turn: Turn, prompt: str) -> None:
    """Why it came, from whom, where to check that it is real; then ask again."""
    view = await turn.api.prompt(prompt)
    sources = sorted({str(item["department"]) for item in view.get("evidence", [])})
    english = view.get("because_en") if turn.words.lang == "en" else None
    turn.say("prompt.because", because=english or view["because"])
    if sources:
        turn.say("prompt.sources", departments=turn.words.join(sources))
    turn.say("prompt.genuine")
    await present_prompt(turn, prompt)


def prompt_choices(turn: Turn, prompt: str) -> list[reply.Choice]:
    """Yes, no, later, wrong, why."""
    answers = ("accept", "decline", "later", "wrong-data", "mute")
    return [
        turn.button(f"prompt_{answer.replace('-', '_')}", "answer_prompt", prompt=prompt, answer=answer)
        for answer in answers
    ] + [turn.button("prompt_why", "why_me", prompt=prompt)]


async def answer_prompt(turn: Turn, prompt: str, answer: str) -> None:
    """Tell the API what was said to a prompt, and the citizen what came of it."""
    note = turn.text if turn.act == "wrong_data" else ""
    result = await turn.api.answer_prompt(prompt, answer, note=note[:MOST_NOTED])
    await _AFTER[answer](turn, result)


async def _declined(turn: Turn, _: Document) -> None:
    turn.say("prompt.declined")
    await back_to_form(turn)


async def _postponed(turn: Turn, result: Document) -> None:
    if result.get("until"):
        turn.say("prompt.postponed_until", until=turn.words.day(result["until"]))
    else:
        turn.say("prompt.postponed")
    await back_to_form(turn)


async def _disputed(turn: Turn, _: Document) -> None:
    turn.offer(turn.words("prompt.disputed"), [turn.button("person", "ask_person")])
    await back_to_form(turn)


async def _muted(turn: Turn, _: Document) -> None:
    turn.say("prompt.muted")
    await back_to_form(turn)


_AFTER: dict[str, Callable[[Turn, Document], Awaitable[None]]] = {
    "accept": go_on_after_yes,
    "decline": _declined,
    "later": _postponed,
    "wrong-data": _disputed,
    "mute": _muted,
}
