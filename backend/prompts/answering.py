"""A citizen's answer to a prompt: yes, no, later, the facts are wrong, or no more of these."""

from datetime import datetime, timedelta
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
LONGEST_WORK = timedelta(seconds=30)


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
    moved = commit(house, lambda unit: _close(house, unit, prompt, said, note))
    logger().info("prompt.answered", prompt=prompt_id, citizen=citizen, answer=said.value)
    return outcome(moved)


def _said_before(prompt: Document, said: Answer) -> bool:
    """Whether this is a repetition; a prompt that was shown again waits for a new answer."""
    return prompt["answer"] == said and prompt["state"] not in (PromptState.SHOWN, PromptState.WAITING)


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
        return _same_answer(house, unit, prompt, said)
    if said is Answer.MUTE:
        store.close_open(
            house, citizen, state=PromptState.LAPSED, now=unit.now, unit=unit, topic=prompt["topic"]
        )
    unit.emit("prompt.answered", prompt=prompt["_id"], citizen=citizen, answer=said.value)
    return moved


def _accept(house: House, prompt: Document, *, channel: str) -> dict[str, Any]:
    """Open the draft and file it if nothing is missing; one call at a time, a crashed one is taken up."""
    if _said_before(prompt, Answer.ACCEPT):
        application = _find_application(house, prompt)
        if prompt["settled"] and application is not None:
            return outcome(prompt, application)
        claimed = _take_up(house, prompt)
    else:
        claimed, first = commit(house, lambda unit: _claim(house, unit, prompt))
        if not first:
            return _accept(house, claimed, channel=channel)
    try:
        return _carry_out(house, prompt, claimed, channel=channel)
    except Exception:
        _let_go(house, claimed)
        raise


def _carry_out(house: House, before: Document, claimed: Document, *, channel: str) -> dict[str, Any]:
    application = _find_application(house, claimed)
    if application is None:
        claimed, application = _open_draft(house, before, claimed, channel=channel)
    application = _file(house, claimed, application)
    filed = application["state"] != State.DRAFT
    state = PromptState.FILED if filed else PromptState.ACCEPTED
    settled = _advance(house, claimed, {"settled": True, "state": state, "working_until": None})
    logger().info("prompt.accepted", prompt=claimed["_id"], application=application["_id"], filed=filed)
    return outcome(settled, application)


def _claim(house: House, unit: Unit, prompt: Document) -> tuple[Document, bool]:
    """The prompt in our hand; False when a parallel yes took it first."""
    changes = _answered(Answer.ACCEPT, unit.now) | {"working_until": unit.now + LONGEST_WORK}
    moved = store.move(house, prompt, changes, now=unit.now, unit=unit)
    if moved is None:
        return _same_answer(house, unit, prompt, Answer.ACCEPT), False
    unit.emit("prompt.answered", prompt=prompt["_id"], citizen=prompt["citizen"], answer=Answer.ACCEPT.value)
    return moved, True


def _same_answer(house: House, unit: Unit, prompt: Document, said: Answer) -> Document:
    """The prompt as a parallel call left it. Raises ``conflict`` unless that gave the same answer."""
    # Inside the transaction: a read outside might not see yet what made us lose.
    fresh = store.find_own(house, prompt["citizen"], prompt["_id"], unit)
    if not _said_before(fresh, said):
        raise Problem("conflict", "这条提示刚刚有变化，请刷新后再答复。")
    return fresh


def _take_up(house: House, prompt: Document) -> Document:
    """Go on with an unfinished yes, unless somebody is at it. Raises ``request-in-progress``."""
    now = house.clock.now()
    free = prompt["working_until"] is None or prompt["working_until"] <= now
    changes: Document = {"working_until": now + LONGEST_WORK, "settled": False}
    taken = store.move(house, prompt, changes, now=now) if free else None
    if taken is None:
        raise Problem("request-in-progress", "正在为您办理，请稍候再看结果。")
    return taken


def _let_go(house: House, claimed: Document) -> None:
    fresh = store.find_own(house, claimed["citizen"], claimed["_id"])
    if fresh["working_until"] is not None:
        store.move(house, fresh, {"working_until": None}, now=house.clock.now())


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
    return _advance(house, claimed, {"application": draft["_id"]}), draft


def _give_back(house: House, before: Document, claimed: Document) -> None:
    """Nothing came of the yes: the prompt is open again, as it was or else as shown."""
    kept: Document = {"state": PromptState.SHOWN, "show_at": None, "answer": None, "answered_at": None}
    if before["state"] in OPEN:
        kept = {key: before[key] for key in kept}
    kept["working_until"] = None
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
    """Keep a step of an accepted prompt; when somebody took it over meanwhile, take what they kept."""
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
        "working_until": None,
    }
