"""What a message means where it was said: after a question, under a prompt, or out of the blue.

Pure rules over what the classifier and the linker found; they know neither Rasa nor the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.values.assent import Assent, read_assent
from backend.values.corrections import takes_back
from backend.values.ordinals import place_of
from bot.components.turning import (
    asks,
    calls_a_person,
    ends_in_plea,
    holds_on,
    is_told,
    is_urgent,
    turns_away,
)
from bot.components.wording import is_payload, only_placeholders, squeeze, topic


class Decision(StrEnum):
    """Whether we know which matter is meant."""

    SURE = "sure"
    ASK = "ask"
    NONE = "none"


CONFIRMATION = "confirm"
MATTER_ACTS = frozenset({"do_matter", "ask_matter"})
# Free text swallows anything, so only what is certain may interrupt it.
FREE_TYPES = frozenset({"text", "long-text", "name", "address", "region"})
# What happened may be told here, and what happened may have been terrible.
TOLD_TYPES = frozenset({"text", "long-text"})
# Whoever speaks of ending their life is answered with the number, wherever they say it.
DESPAIR = "12356"
# How sure the classifier must be of an act before it interrupts a question that is open.
INTERRUPTS = {
    "emergency": 0.5, "ask_person": 0.5, "cancel": 0.5, "correct": 0.5, "repeat": 0.5, "withdraw": 0.6,
    "ask_progress": 0.6, "wrong_data": 0.6, "why_me": 0.6, "stop_prompts": 0.6, "ask_prompts": 0.6,
    "ask_licences": 0.6, "ask_capability": 0.6, "later": 0.5, "resume": 0.6, "deny": 0.5,
    "do_matter": 0.5, "ask_matter": 0.5, "thank": 0.7, "goodbye": 0.7, "greet": 0.7, "insult": 0.7,
    "complain": 0.7, "rate": 0.8, "elder_mode": 0.6, "standard_mode": 0.6,
}  # fmt: skip
# The same for acts that a value is easily mistaken for.
RARE_INTERRUPTS = {"chitchat": 0.85, "out_of_scope": 0.85}
# Acts that say nothing of their own: a matter's bare name outweighs them.
WEAK_ACTS = frozenset(
    {"supply_value", "confirm", "deny", "choose", "chitchat", "out_of_scope", "greet", "repeat", "later"}
)
UNSURE = 0.25
# Below this a sentence resembles no act enough to go by it; but these are heard whatever else is said.
LIKE_SOMETHING = 0.5
ALWAYS_HEARD = frozenset({"emergency", "ask_person"})
# Below this a weak act gives way to a matter that was surely named.
FIRM = 0.8
# Without a word of danger, a sentence must look very much like an emergency to be one.
ALARMING = 0.6

_ANSWERS = {Assent.YES: "confirm", Assent.NO: "deny", Assent.LATER: "later"}
# Nothing is filed on these: a condition is a correction, the rest is asked again.
_NO_PLAIN_YES = {
    Assent.CONDITIONAL: "correct", Assent.HEARD: "repeat", Assent.DOUBLED: "repeat", Assent.MIXED: "repeat",
}  # fmt: skip
# 「嗯？」 and 「可以吗」 ask again; longer questions ask for something.
_SHORT_QUESTION = 3
_PLACEHOLDER = re.compile(r"⟦[a-z_-]+⟧")
_NUMERIC = re.compile(r"[\d\s.,:/年月日号元块点\-]+")


@dataclass(frozen=True)
class Context:
    """What the assistant said last and still waits for.

    ``aliases`` are other words for the choices; ``matter`` is the one whose form is open.
    """

    field: str | None = None
    type: str | None = None
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    matter: str | None = None
    prompt_matter: str | None = None
    fresh: bool = False

    @classmethod
    def of(cls, metadata: object) -> Context:
        """From a message's metadata; whatever is missing or misshapen is not expected."""
        given = metadata if isinstance(metadata, Mapping) else {}
        expecting, prompt = _mapping(given.get("expecting")), _mapping(given.get("prompt"))
        return cls(
            field=_text(expecting.get("field")),
            type=_text(expecting.get("type")),
            choices=_texts(expecting.get("choices")),
            aliases=_texts(expecting.get("aliases")),
            matter=_text(expecting.get("matter")),
            prompt_matter=_text(prompt.get("matter")),
            fresh=bool(prompt.get("fresh")),
        )

    @property
    def confirming(self) -> bool:
        """Whether a yes or a no was asked for: to file, or to a prompt."""
        return self.field == CONFIRMATION or (self.field is None and self.fresh)

    @property
    def filling(self) -> bool:
        """Whether a field's value was asked for."""
        return self.field is not None and self.field != CONFIRMATION


@dataclass(frozen=True)
class Act:
    """A speech act as it stands in the end, and the choice it names."""

    name: str
    confidence: float = 1.0
    choice: str | None = None


@dataclass(frozen=True)
class Reading:
    """What the classifier and the linker made of the text alone."""

    act: str
    confidence: float
    decision: Decision = Decision.NONE
    matters: Sequence[str] = ()
    bare_name: bool = False
    outside: bool = False
    wish: str = "do_matter"  # the likelier of doing and asking, whatever else is likelier still


def needs_no_reading(text: str, context: Context) -> bool:
    """Whether the meaning is plain without any model."""
    return is_payload(text) or settled(text, context) is not None


def settled(text: str, context: Context) -> Act | None:
    """The act, where the context alone decides it.

    >>> settled("第二个", Context(field="delivery", choices=("邮寄", "自取")))
    Act(name='choose', confidence=1.0, choice='自取')
    """
    said = squeeze(text)
    if context.choices and said not in map(squeeze, context.choices):
        place = place_of(text, len(context.choices))
        if place is not None:
            return Act("choose", choice=context.choices[place])
    if context.confirming:
        return _assent(text, filing=context.field == CONFIRMATION)
    if context.filling and _is_value(text, said, context):
        return Act("supply_value")
    if only_placeholders(text) and not context.choices:
        return Act("supply_value")
    return None


def act_in_context(text: str, reading: Reading, context: Context) -> Act:
    """The speech act in the end, from what was read and what was expected."""
    plain = settled(text, context)
    if plain is not None:
        return plain
    if context.filling:
        return _while_filling(text, reading, context)
    if context.confirming and reading.act == "confirm" and _is_no_plain_yes(text, context):
        return Act("repeat", reading.confidence)
    if context.confirming and context.fresh and _takes_up_prompt(reading, context):
        return Act("confirm", reading.confidence)
    return _unasked(reading)


def is_only_told(text: str, number: str, context: Context) -> bool:
    """Whether words of danger belong to the answer: a story for a form, or one of its choices.

    >>> is_only_told("上个月被车撞了，住院半个月", "122", Context(field="story", type="long-text"))
    True
    """
    if not context.filling or number == DESPAIR or is_urgent(text):
        return False
    return _names_choice(squeeze(text), context) or (context.type in TOLD_TYPES and is_told(text))


def _while_filling(text: str, reading: Reading, context: Context) -> Act:
    value = Act("supply_value", max(0.5, 1 - reading.confidence))
    if _names_choice(squeeze(text), context):
        return value
    if holds_on(text) and _is_other_business(text, reading, context):
        # 「等下，我妈异地就医咋弄」: said in so many words, whatever act it resembles.
        act = "ask_matter" if asks(text) else reading.act if reading.act in INTERRUPTS else reading.wish
        return Act(act, max(reading.confidence, INTERRUPTS[act]))
    about = _speaks_of_matter(text, reading, context)
    if about is not None:
        return Act(about, max(reading.confidence, INTERRUPTS[about]))
    return Act(reading.act, reading.confidence) if _interrupts(text, reading, context) else value


def _interrupts(text: str, reading: Reading, context: Context) -> bool:
    needed = INTERRUPTS.get(reading.act) or RARE_INTERRUPTS.get(reading.act)
    if needed is None or reading.confidence < needed:
        return False
    if reading.act in MATTER_ACTS and not _is_other_business(text, reading, context):
        return False
    return context.type not in FREE_TYPES or _leaves_free_field(text, reading)


def _speaks_of_matter(text: str, reading: Reading, context: Context) -> str | None:
    """「换驾照多少钱」 where a phone number was asked for: the matter is sure, whatever act it resembles."""
    if context.type in FREE_TYPES or reading.decision is not Decision.SURE:
        return None
    if reading.act in WEAK_ACTS | MATTER_ACTS and asks(text) and not ends_in_plea(text):
        return "ask_matter"
    other = context.matter not in reading.matters[:1]
    # 「那个…嗯…我妈八十了，听说有个什么补贴」: no act is likely, and the matter is sure.
    unlike_any = reading.confidence < LIKE_SOMETHING and reading.act not in ALWAYS_HEARD
    if not other or not (reading.act in MATTER_ACTS or unlike_any):
        return None
    return reading.act if reading.act in MATTER_ACTS else reading.wish


def _is_other_business(text: str, reading: Reading, context: Context) -> bool:
    """Whether a matter is spoken of that the form is not about already; a question may be about its own."""
    if reading.decision is Decision.NONE:
        return False
    own = context.matter is not None and context.matter in reading.matters[:1]
    return not own or (reading.act == "ask_matter" and asks(text) and not ends_in_plea(text))


def _leaves_free_field(text: str, reading: Reading) -> bool:
    if reading.act == "emergency":
        return not is_told(text)
    if reading.act == "ask_person" and calls_a_person(text):
        return True
    names_something = reading.act in MATTER_ACTS or reading.act in RARE_INTERRUPTS or reading.bare_name
    return turns_away(text) or not (names_something or is_told(text))


def _unasked(reading: Reading) -> Act:
    named = reading.decision is not Decision.NONE
    if reading.act == "emergency" and reading.confidence < ALARMING:
        return _unsure(reading, named=named)
    if reading.act in WEAK_ACTS and reading.bare_name:
        return Act("do_matter")
    # The linker weighs the whole catalogue, the act only ways of speaking: what may be ours is asked back.
    yields = reading.act == "out_of_scope" or (reading.act in WEAK_ACTS and reading.confidence < FIRM)
    sure_enough = reading.decision is Decision.SURE or (named and reading.act == "out_of_scope")
    if yields and sure_enough:
        return Act(reading.wish, 1 - reading.confidence / 2)
    if reading.act in MATTER_ACTS and not named and reading.outside:
        return Act("out_of_scope", reading.confidence)
    if reading.confidence < UNSURE:
        return _unsure(reading, named=named)
    return Act(reading.act, reading.confidence)


def _unsure(reading: Reading, *, named: bool) -> Act:
    if named:
        return Act(reading.act if reading.act in MATTER_ACTS else "do_matter", reading.confidence)
    return Act("out_of_scope", 1 - reading.confidence)


def _takes_up_prompt(reading: Reading, context: Context) -> bool:
    if reading.act != "do_matter":
        return False
    return reading.decision is Decision.NONE or list(reading.matters[:1]) == [context.prompt_matter]


def _assent(text: str, *, filing: bool) -> Act | None:
    heard = read_assent(text)
    act = _ANSWERS.get(heard) or (_NO_PLAIN_YES.get(heard) if filing else None)
    if heard is Assent.QUESTION and len(squeeze(text)) <= _SHORT_QUESTION:
        act = "repeat"
    return Act(act) if act else None


def _is_no_plain_yes(text: str, context: Context) -> bool:
    """Whether a yes that was read is none in words: filing takes a plain one, a prompt any without a but."""
    heard = read_assent(text)
    return heard is not Assent.YES and (context.field == CONFIRMATION or heard is not Assent.NONE)


def _is_value(text: str, said: str, context: Context) -> bool:
    if only_placeholders(text) or any(said == squeeze(label) for label in context.choices):
        return True
    if _PLACEHOLDER.search(text) and takes_back(text):
        return True  # 「不对，是⟦phone⟧」: the API finds out which value is taken back
    if context.type == "yes-no":
        return read_assent(text) in (Assent.YES, Assent.NO)
    return context.type not in FREE_TYPES and _NUMERIC.fullmatch(text.strip()) is not None


def _names_choice(said: str, context: Context) -> bool:
    return any(_mentions(said, squeeze(label)) for label in (*context.choices, *context.aliases))


def _mentions(said: str, label: str) -> bool:
    meant = topic(said) or said
    return len(label) > 1 and len(meant) > 1 and (label in said or meant in label)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()
