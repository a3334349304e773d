"""Answers to the form's questions: a value said, a choice made, nothing understood."""

import re

from bot.actions import reply
from bot.actions.api import Document, Problem
from bot.actions.context import (
    AGAIN,
    AUTHORISE,
    BUTTONS_ALONE,
    CONFIRM,
    CORRECT,
    PAY,
    UPLOAD,
    Turn,
)
from bot.actions.correction import correct_field
from bot.actions.form import put_step, take_up
from bot.actions.lacking import ways_out
from bot.actions.naming import MISSES_BEFORE_WAYS_OUT, say_lost, say_none
from bot.actions.offered import button_meant, offered_choices
from bot.actions.paying import look_at_payment
from bot.actions.picking import pick_by_place
from bot.actions.whom import take_phone

YES_NO = "yes-no"
CLAUSES = re.compile(r"[，,；;。]")
NOT_UNDERSTOOD = "answer-not-understood"


async def take_value(turn: Turn) -> None:
    """What was said answers what was asked; the API reads the value, we never see it."""
    memory = turn.memory
    if memory.asked in BUTTONS_ALONE:
        say_which_again(turn)
    elif authorise := memory.asked_about(AUTHORISE):
        await take_phone(turn, authorise)
    elif paying := memory.asked_about(PAY):
        await look_at_payment(turn, paying)
    elif memory.draft is None:
        if turn.miss() >= MISSES_BEFORE_WAYS_OUT:
            say_lost(turn)
        else:
            turn.offer(turn.words("form.nothing_asked"), [turn.button("capability", "ask_capability")])
    elif memory.asked in (CORRECT, CONFIRM):
        await correct_field(turn)
    elif memory.asked_about(UPLOAD):
        await take_upload(turn)
    elif memory.asked_field is None:
        await take_up(turn)
    elif _skips(turn):
        await skip_field(turn)
    else:
        await answer_field(turn, said=None)


def _skips(turn: Turn) -> bool:
    """「跳过」, 「没有」: unless no, or one of the choices, is what it says."""
    said = turn.text.strip().lower()
    if turn.expecting.get("type") == YES_NO or said in (label.lower() for label in field_labels(turn)):
        return False
    return said in turn.words.word_list("form.skip_words")


async def answer_field(turn: Turn, *, said: str | None) -> None:
    """Answer the field asked for, with our words or with those of the turn."""
    memory = turn.memory
    draft, field = str(memory.draft), str(memory.asked_field)
    try:
        if said is None:
            answered = await _answer_next_too(turn, await turn.api.answer_with_turn(draft, field))
        else:
            answered = await turn.api.answer_with(draft, field, said)
    except Problem as problem:
        if problem.slug != NOT_UNDERSTOOD:
            raise
        _help(turn, field, problem)
        return
    _say_what_else(turn, field, answered["accepted"])
    put_step(turn, answered["next"])


def _say_what_else(turn: Turn, field: str, accepted: Document) -> None:
    """Tell by label what the same words filled in or corrected besides what was asked."""
    others = [one for one in (accepted, *accepted.get("also", [])) if one["name"] != field]
    if others:
        turn.say("form.also_taken", labels=turn.words.join([str(one["label"]) for one in others]))


async def _answer_next_too(turn: Turn, answered: Document) -> Document:
    """「租的，合同在我老公名下」: what was said after a comma may answer the choice that comes next."""
    step = answered["next"]
    field = step.get("field") or {}
    if answered["accepted"].get("also") or step["kind"] != "ask" or not field.get("choices"):
        return answered
    if not CLAUSES.search(turn.text.strip(" ，,。.")):
        return answered
    try:
        return await turn.api.answer_with_turn(str(turn.memory.draft), str(field["name"]))
    except Problem as problem:
        if problem.slug != NOT_UNDERSTOOD:
            raise
        return answered


async def skip_field(turn: Turn) -> None:
    """「跳过」: what was asked again stays as it was; what is missing cannot be skipped."""
    if turn.memory.asked_about(AGAIN):
        await take_up(turn)
        return
    draft, field = str(turn.memory.draft), str(turn.memory.asked_field)
    turn.replies.append(reply.form_field(draft, field, turn.words("form.cannot_skip")))
    turn.offer(turn.words("form.ways_out"), ways_out(turn))


async def take_upload(turn: Turn) -> None:
    """「传好了」: go on, or say that it has not arrived."""
    memory = turn.memory
    before = memory.asked
    said_before = len(turn.replies)
    await take_up(turn)
    if memory.asked == before:
        turn.replies.insert(said_before, reply.text(turn.words("form.upload_not_here")))


async def take_choice(turn: Turn) -> str | None:
    """A choice of the field asked for, or one of the buttons offered just before.

    Returns the payload of the button meant, for the caller to act on.
    """
    value = turn.entity("field_value")
    if value is not None and turn.memory.asked_field:
        await answer_field(turn, said=value)
        return None
    payload = button_meant(turn)
    if payload:
        return payload
    labels = field_labels(turn)
    place = pick_by_place(turn.text, len(labels))
    if place is not None and turn.memory.asked_field:
        await answer_field(turn, said=labels[place])
        return None
    await take_value(turn)
    return None


def field_labels(turn: Turn) -> list[str]:
    """The labels of the field asked for, if it is a choice."""
    labels = turn.expecting.get("choices") or []
    return [str(label["label"] if isinstance(label, dict) else label) for label in labels]


def say_which_again(turn: Turn) -> None:
    """None of the candidates was named: offer them again, and after that be honest."""
    options = offered_choices(turn)
    if not options or turn.miss() >= MISSES_BEFORE_WAYS_OUT:
        turn.memory.asked = None
        say_none(turn)
        return
    turn.offer(turn.words("guide.which_again"), options)


def _help(turn: Turn, field: str, problem: Problem) -> None:
    sentence = turn.words(
        "form.hint", reason=_sentence(problem.detail), hint=problem.document.get("hint") or ""
    )
    turn.replies.append(reply.form_field(str(turn.memory.draft), field, sentence))
    if turn.miss() >= MISSES_BEFORE_WAYS_OUT:
        turn.offer(turn.words("form.ways_out"), ways_out(turn))


def _sentence(reason: str) -> str:
    """A reason may be a question of its own: 「周末是周六还是周日？」."""
    return reason if reason.endswith(("？", "。", "?", ".")) else f"{reason}。"
