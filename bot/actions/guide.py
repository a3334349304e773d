"""What a matter is about, and starting it."""

import re
from collections.abc import Callable
from itertools import pairwise

from bot.actions import reply
from bot.actions.api import ApiFailure, Document
from bot.actions.caring import offer_care, say_sympathy, wants_an_answer_first
from bot.actions.context import WHICH, Turn
from bot.actions.dispatch import act_on
from bot.actions.form import back_to_form
from bot.actions.naming import ask_which, is_follow_up, name_of, named_matter, say_none
from bot.actions.offered import button_meant
from bot.actions.policy import (
    GUIDE,
    LONGEST_QUESTION,
    QUITE_SURE,
    SHORTEST_QUESTION,
    answer_from_library,
    ask_library,
    is_policy,
    start_button,
    tell,
)
from bot.actions.speech import SpeechAction
from bot.actions.whom import begin_for_whom, relation_of

Aspect = Callable[[Turn, Document], str | None]

_LIMIT = re.compile(r"(?P<number>\d+)\s*个?(?P<unit>工作日|日历日|小时|月)")

MATTERS_OFFERED = 6
CLOSE_QUESTION = 0.5
# So much of a question must be found in a long story before it counts as asked.
TOLD_PAIRS = 4


class StartMatter(SpeechAction):
    """「我要换驾照」: a draft, what is known, and only the questions that remain."""

    action = "action_start_matter"
    acts = ("do_matter",)

    async def answer(self, turn: Turn) -> None:
        """Begin the matter meant, ask which, or say that it is none of ours."""
        named = named_matter(turn)
        say_sympathy(turn)
        if named.matter and wants_an_answer_first(turn):
            leave_question(turn, named.matter)
            await explain(turn, named.matter)
        elif named.matter:
            leave_question(turn, named.matter)
            await begin_for_whom(turn, named.matter)
        else:
            await ask_or_decline(turn, named.candidates)


class ExplainMatter(SpeechAction):
    """「换驾照要体检吗」: the answer first, then the guide, then the form where it stood."""

    action = "action_explain_matter"
    acts = ("ask_matter",)

    async def answer(self, turn: Turn) -> None:
        """Explain the matter meant, ask which, or say that it is none of ours."""
        named = named_matter(turn)
        say_sympathy(turn)
        if named.matter:
            if await _answers_from_form(turn):
                return
            leave_question(turn, named.matter)
            await explain(turn, named.matter)
        elif not await _answer_without_matter(turn, named.candidates):
            await ask_or_decline(turn, named.candidates)


class ShowCapabilities(SpeechAction):
    """「你会什么」."""

    action = "action_show_capabilities"
    acts = ("ask_capability",)

    async def answer(self, turn: Turn) -> None:
        """Say what we can do, with some matters to start from."""
        matters = await turn.api.matters(limit=MATTERS_OFFERED)
        options = [
            reply.choice(name_of(turn, matter), "ask_matter", matter=str(matter["id"])) for matter in matters
        ]
        if turn.memory.draft:
            turn.say("talk.ask_capability")
            await back_to_form(turn)
        else:
            turn.offer(turn.words("talk.ask_capability"), options)


async def ask_or_decline(turn: Turn, candidates: tuple[str, ...]) -> None:
    """No single matter is meant: the button named in other words, a question, or an honest no."""
    payload = button_meant(turn) if turn.memory.asked == WHICH else None
    if payload:
        await act_on(turn, payload)
    elif await ask_which(turn, candidates, act=turn.act, **_whom(turn)):
        return
    elif turn.act == "do_matter" and await answer_from_library(turn):
        await back_to_form(turn)
    elif await ask_which(turn, await _guessed(turn), act=turn.act, **_whom(turn)):
        return
    elif turn.memory.draft:
        turn.say("guide.none")
        await back_to_form(turn)
    elif not await offer_care(turn):
        say_none(turn)


def _whom(turn: Turn) -> dict[str, str]:
    """For whom, carried along by the buttons."""
    relation = relation_of(turn) if turn.act == "do_matter" else None
    return {"relation": relation.name} if relation else {}


async def _answer_without_matter(turn: Turn, candidates: tuple[str, ...]) -> bool:
    """A question about a rule needs no matter: the library's answer, or its honest not-known."""
    if turn.memory.asked == WHICH:
        return False
    found = await ask_library(turn, turn.memory.topic)
    if found.get("answered") and _answers_before(found, candidates):
        tell(turn, found)
        start = start_button(turn, found)
        if start and not turn.memory.draft:
            turn.offer(turn.words("guide.start"), [start])
    elif not found.get("text") or candidates:
        return False
    elif await ask_which(turn, await _guessed(turn), act=turn.act):
        return True
    else:
        ways_on = [turn.button("capability", "ask_capability"), turn.button("person", "ask_person")]
        turn.offer(str(found["text"]), ways_on)
    await back_to_form(turn)
    return True


def _answers_before(found: Document, candidates: tuple[str, ...]) -> bool:
    """Whether an answer comes before asking which matter is meant: with several in question only of a rule
    that fits very well, or that belongs to one of them."""
    if not candidates:
        return True
    fits = found["sure"] >= QUITE_SURE or len(candidates) == 1 or found.get("matter") in candidates
    return is_policy(found) and fits


async def _guessed(turn: Turn) -> tuple[str, ...]:
    """Matters that a language model, where there is one, would ask about."""
    said = turn.text.strip()[:LONGEST_QUESTION]
    if len(said) < SHORTEST_QUESTION:
        return ()
    try:
        return tuple(await turn.api.readings(said))
    except ApiFailure:
        return ()


async def explain(turn: Turn, matter: str) -> None:
    """A short answer to what was asked with its source, the guide as a card, and a way to begin."""
    guide = await turn.api.matter(matter)
    turn.memory.topic = matter
    found = await ask_library(turn, matter)
    answer = None if is_policy(found) else short_answer(turn, guide)
    if answer:
        sentence = turn.words("guide.about", matter=name_of(turn, guide), answer=answer)
        turn.replies.append(reply.sourced(sentence, guide_source(turn, guide)))
    elif found.get("answered"):
        turn.replies.append(reply.sourced(str(found["text"]), found["source"]))
    turn.show("matter", matter)
    if turn.memory.draft:
        await back_to_form(turn)
    else:
        turn.offer(turn.words("guide.start"), [turn.button("start", "do_matter", matter=matter)])


def short_answer(turn: Turn, guide: Document) -> str | None:
    """The line of the guide that answers the question; the card says the rest."""
    texts = _texts(guide)
    english = turn.words.lang == "en"
    about_aspect = is_follow_up(turn)
    if not (english or about_aspect) and (answer := _nearest_faq(turn.text, texts.get("faq") or [])):
        return answer
    aspects = _IN_EVERY_LANGUAGE if english else _IN_CHINESE
    for aspect, names in turn.words.table("guide.aspects").items():
        asked = aspect in aspects and any(name in turn.text.lower() for name in names)
        if asked and (answer := aspects[aspect](turn, guide)):
            return answer
    return _nearest_faq(turn.text, texts.get("faq") or []) if about_aspect and not english else None


async def _answers_from_form(turn: Turn) -> bool:
    """Whether the guide of the form in hand answers the question, whatever else it names."""
    memory = turn.memory
    if not (memory.draft and memory.topic and turn.text) or turn.words.lang == "en":
        return False
    guide = await turn.api.matter(memory.topic)
    answer = _nearest_faq(turn.text, _texts(guide).get("faq") or [])
    if answer is None:
        return False
    turn.say("guide.about", matter=name_of(turn, guide), answer=answer)
    await back_to_form(turn)
    return True


def leave_question(turn: Turn, matter: str) -> None:
    """A matter is meant: that is what we talk of now, and no longer which of several."""
    turn.memory.topic = matter
    if turn.memory.asked == WHICH:
        turn.memory.asked = None


def guide_source(turn: Turn, guide: Document) -> Document:
    """The guide as the source of what it says, as of its last update."""
    texts = _texts(guide)
    contact = guide.get("contact") if isinstance(guide.get("contact"), dict) else {}
    return {
        "id": f"{GUIDE}{guide.get('id')}",
        "title": turn.words("guide.source", matter=name_of(turn, guide)),
        "number": "；".join(str(law) for law in texts.get("law") or []),
        "department": str((contact or {}).get("department") or ""),
        "standing": "valid",
        "as_of": texts.get("updated"),
    }


def _nearest_faq(text: str, faq: list[Document]) -> str | None:
    asked = _pairs(text)
    if not asked:
        return None
    scored = [(_closeness(asked, _pairs(item["question"])), item["answer"]) for item in faq]
    likeness, answer = max(scored, default=(0.0, ""))
    return str(answer) if likeness >= CLOSE_QUESTION else None


def _closeness(asked: set[str], question: set[str]) -> float:
    """The share of what was asked that the question shares; of a story, how much of the question it tells."""
    shared = len(asked & question)
    told = shared / len(question) if shared >= TOLD_PAIRS else 0.0
    return max(shared / len(asked), told)


def _pairs(text: str) -> set[str]:
    letters = [character for character in text if character.isalnum()]
    return {one + other for one, other in pairwise(letters)}


def _fee(turn: Turn, guide: Document) -> str | None:
    fee = guide.get("fee")
    if not isinstance(fee, dict):
        return None
    amount = fee.get("amount") or 0
    return turn.words("guide.fee", amount=f"{amount:g}") if amount else turn.words("guide.free")


def _promised(turn: Turn, guide: Document) -> str | None:
    limit = str(guide.get("promised") or "")
    amount = _LIMIT.fullmatch(limit)
    if amount is None:  # 当场办结
        return None if turn.words.lang == "en" else limit or None
    unit = turn.words(f"unit.{amount['unit']}")
    return turn.words("guide.promised", limit=f"{amount['number']} {unit}")


def _visits(turn: Turn, guide: Document) -> str | None:
    if guide.get("visits") is None:
        return None
    visits = int(guide["visits"])
    return turn.words("guide.visits", visits=visits) if visits else turn.words("guide.no_visit")


def _bring(_: Turn, guide: Document) -> str | None:
    return _texts(guide).get("bring")


def _steps(_: Turn, guide: Document) -> str | None:
    steps = _texts(guide).get("steps") or []
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)) or None


def _law(turn: Turn, guide: Document) -> str | None:
    return turn.words.join([str(law) for law in _texts(guide).get("law") or []]) or None


def _conditions(_: Turn, guide: Document) -> str | None:
    return "；".join(guide.get("conditions") or []) or None


def _texts(guide: Document) -> Document:
    texts = guide.get("guide")
    return texts if isinstance(texts, dict) else guide


# What a question may be about; the rest of a guide is written in Chinese alone.
_IN_EVERY_LANGUAGE: dict[str, Aspect] = {"fee": _fee, "time": _promised, "visits": _visits, "where": _visits}
_IN_CHINESE: dict[str, Aspect] = _IN_EVERY_LANGUAGE | {
    "bring": _bring,
    "steps": _steps,
    "law": _law,
    "conditions": _conditions,
}
