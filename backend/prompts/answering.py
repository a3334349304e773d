"""A citizen's answer to a prompt: yes, no, later, the facts are wrong, or no more of these."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.accounts import store as accounts
from backend.applications import applying
from backend.applications.states import State
from backend.applications.view import latest
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.profiles.corrections import open_correction
from backend.prompts import store
from backend.prompts.rules import LATER, LEADS_TO, OPEN, Answer, PromptState
from backend.prompts.view import outcome

CHANNEL = "prompt"
REMINDER = "L0"


def answer(
    house: House, citizen: str, prompt_id: str, said: Answer, *, note: str = "", channel: str = CHANNEL
) -> dict[str, Any]:
    """Do what the citizen said; the same answer again gives the same result.

    Raises ``not-found``, ``conflict`` for a prompt that is closed otherwise, and on yes whatever
    opening the draft raises (the prompt stays open) or submitting it (a next yes goes on there).
    """
    prompt = store.find_own(house, citizen, prompt_id)
    if _said_before(prompt, said):
        return _accept(house, prompt, channel=channel) if said is Answer.ACCEPT else outcome(prompt)
    _must_be_open(prompt)
    if said is Answer.ACCEPT:
        return _accept(house, prompt, channel=channel)
    if said is Answer.MUTE:
        accounts.set_topic_muted(house, citizen, prompt["topic"], True)
    moved = _settle_race(house, prompt, said, lambda unit: _close(house, unit, prompt, said, note))
    logger().info("prompt.answered", prompt=prompt_id, citizen=citizen, answer=said.value)
    return outcome(moved)


def _said_before(prompt: Document, said: Answer) -> bool:
    """Whether this is a repetition; a prompt that was shown again waits for a new answer."""
    return prompt["answer"] == said and prompt["state"] not in (PromptState.SHOWN, PromptState.WAITING)


def _settle_race(
    house: House, prompt: Document, said: Answer, work: Callable[[Unit], Document]
) -> Document:
    """Commit an answer; when a parallel call gave the same one first, that one counts."""
    try:
        return commit(house, work)
    except Problem:
        fresh = store.find_own(house, prompt["citizen"], prompt["_id"])
        if _said_before(fresh, said):
            return fresh
        raise


def _must_be_open(prompt: Document) -> None:
    if prompt["state"] in OPEN:
        return
    if prompt["state"] == PromptState.LAPSED:
        raise Problem("conflict", "这条提示已经不适用了，不用再处理。", state=prompt["state"])
    raise Problem("conflict", "这条提示您已经答复过了，不能再改。", state=prompt["state"])


def _close(house: House, unit: Unit, prompt: Document, said: Answer, note: str) -> Document:
    citizen = prompt["citizen"]
    changes = _answered(said, unit.now)
    if said is Answer.LATER:
        changes["show_at"] = unit.now + LATER
    if said is Answer.WRONG_DATA:
        changes["correction"] = open_correction(house, unit, citizen, prompt=prompt["_id"], note=note)
    moved = store.move(house, prompt, changes, now=unit.now, unit=unit)
    if moved is None:
        raise Problem("conflict", "这条提示刚刚有变化，请刷新后再答复。")
    if said is Answer.MUTE:
        store.close_open(
            house, citizen, state=PromptState.LAPSED, now=unit.now, unit=unit, topic=prompt["topic"]
        )
    unit.emit("prompt.answered", prompt=prompt["_id"], citizen=citizen, answer=said.value)
    return moved


def _accept(house: House, prompt: Document, *, channel: str) -> dict[str, Any]:
    """Claim the prompt, open its draft, file it if nothing is missing; a crash between is taken up again."""
    claimed = prompt
    if not _said_before(prompt, Answer.ACCEPT):
        claimed = _settle_race(house, prompt, Answer.ACCEPT, lambda unit: _claim(house, unit, prompt))
    application = _find_application(house, claimed)
    if application is None:
        claimed, application = _open_draft(house, prompt, claimed, channel=channel)
    if not claimed["settled"]:
        application = _file(house, claimed, application)
        filed = application["state"] != State.DRAFT
        state = PromptState.FILED if filed else PromptState.ACCEPTED
        claimed = _advance(house, claimed, {"settled": True, "state": state})
        logger().info("prompt.accepted", prompt=claimed["_id"], application=application["_id"], filed=filed)
    return outcome(claimed, application)


def _claim(house: House, unit: Unit, prompt: Document) -> Document:
    moved = store.move(house, prompt, _answered(Answer.ACCEPT, unit.now), now=unit.now, unit=unit)
    if moved is None:
        raise Problem("conflict", "这条提示刚刚有变化，请刷新后再答复。")
    unit.emit("prompt.answered", prompt=prompt["_id"], citizen=prompt["citizen"], answer=Answer.ACCEPT.value)
    return moved


def _find_application(house: House, prompt: Document) -> Document | None:
    """The application that a yes led to; None before the first, and when its draft was deleted."""
    if prompt["application"] is None:
        return None
    try:
        return latest(house, prompt["citizen"], prompt["application"])
    except Problem:
        return None


def _open_draft(
    house: House, before: Document, claimed: Document, *, channel: str
) -> tuple[Document, Document]:
    try:
        draft, _ = applying.open_draft(
            house, claimed["citizen"], claimed["matter"], channel=channel, prompt=claimed["_id"]
        )
    except Problem:
        _give_back(house, before, claimed)
        raise
    return _advance(house, claimed, {"application": draft["_id"], "settled": False}), draft


def _give_back(house: House, before: Document, claimed: Document) -> None:
    """Nothing came of the yes: the prompt is open again, as it was or else as shown."""
    kept: Document = {"state": PromptState.SHOWN, "show_at": None, "answer": None, "answered_at": None}
    if before["state"] in OPEN:
        kept = {key: before[key] for key in kept}
    store.move(house, claimed, kept, now=house.clock.now())


def _file(house: House, prompt: Document, application: Document) -> Document:
    """Submit what is complete. A mere reminder (L0) never files."""
    if application["state"] != State.DRAFT or prompt["level"] == REMINDER:
        return application
    if not applying.is_complete(house, application):
        return application
    citizen = prompt["citizen"]
    try:
        return applying.submit(house, citizen, application["_id"], key=f"prompt-{prompt['_id']}")
    except Problem:
        fresh = latest(house, citizen, application["_id"])
        if fresh["state"] == State.DRAFT:
            raise
        return fresh  # a parallel yes submitted it first


def _advance(house: House, prompt: Document, changes: Document) -> Document:
    """Keep a step of an accepted prompt; when a parallel call kept it first, take what it kept."""
    moved = store.move(house, prompt, changes, now=house.clock.now())
    return moved or store.find_own(house, prompt["citizen"], prompt["_id"])


def _answered(said: Answer, now: datetime) -> Document:
    return {
        "state": LEADS_TO[said],
        "answer": said,
        "answered_at": now,
        "show_at": None,
        "application": None,
        "settled": False,
    }
