"""Telling citizens what happened, once for each thing that is worth it."""

from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.applications.view import latest
from backend.core.errors import Problem
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.delegations.principals import still_holds
from backend.delivery.window import code_for
from backend.matters.catalogue import catalogue
from backend.messages import store
from backend.messages.texts import load_texts
from backend.messages.wording import as_clause, change_key, describe, text_for
from backend.prompts.view import read_prompt


def tell_change(house: House, change: dict[str, Any]) -> str | None:
    """Tell of an application's move; None for a state not worth it, or one told before."""
    texts = load_texts()
    key = change_key(change)
    if change["state"] not in texts["application"] or store.was_told(house, key):
        return None
    application = _application(house, change)
    if application is None:
        return None
    name = text_for(application, change["state"])
    text = texts["application"].get(name) or texts["notice"][name]
    words = text.fill(describe(application, change["state"], catalogue()))
    about = {"application": change["application"], "state": change["state"]}
    tell_agent(house, application, key, words, about)
    return tell(house, change["citizen"], key, "application", words, **about)


def tell_notice(house: House, noticed: dict[str, Any]) -> str | None:
    """Tell of what is no state: a deadline that comes near, more time, another department; once each."""
    key = f"application:{noticed['application']}:{noticed['name']}"
    application = None if store.was_told(house, key) else _application(house, noticed)
    if application is None:
        return None
    values = describe(application, application["state"], catalogue())
    if noticed["what"] == "part-skipped":
        values |= _skipped_part(application, noticed["name"].rpartition(":")[2])
    text = load_texts()["notice"][noticed["what"]]
    about = {"application": noticed["application"], "state": application["state"]}
    tell_agent(house, application, key, text.fill(values), about)
    # A message outlives a delegation: only the applicant's own has the collection code in it.
    code = code_for(house, application)
    words = text.fill(values | {"code": code, "code_en": code} if code else values)
    return tell(house, noticed["citizen"], key, "application", words, **about)


def tell_prompt(house: House, shown: dict[str, Any]) -> str | None:
    """Put a prompt that was just shown among the messages; None when that showing is there already."""
    prompt = read_prompt(house, shown["citizen"], shown["prompt"])
    key = f"prompt:{prompt['id']}:{prompt['shown_at']}"
    if store.was_told(house, key):
        return None
    words = {part: prompt[part] for part in ("title", "title_en", "text", "text_en")}
    return tell(house, shown["citizen"], key, "prompt", words, prompt=prompt["id"])


def tell_correction(house: House, opened: dict[str, Any]) -> str | None:
    """Confirm that a data correction was received."""
    key = f"correction:{opened['correction']}"
    if store.was_told(house, key):
        return None
    words = load_texts()["correction"]["opened"].fill({})
    return tell(house, opened["citizen"], key, "correction", words)


def view_message(message: Document) -> dict[str, Any]:
    """A message as the API tells it."""
    return {
        "id": message["_id"],
        "kind": message["kind"],
        **message["words"],
        "application": message["application"],
        "prompt": message["prompt"],
        "state": message["state"],
        "read": message["read"],
        "created_at": message["created_at"].isoformat(),
    }


def _skipped_part(bundle: Document, matter: str) -> dict[str, str]:
    """What is said of a part that was not begun."""
    rows = [row for row in bundle["parts"] if row["matter"] == matter]
    known = catalogue().matters.get(matter)
    reason = rows[0]["reason"] if rows else ""
    return {"part": known.name if known else matter, "reason": as_clause(reason)}


def _application(house: House, told: dict[str, Any]) -> Document | None:
    try:
        return latest(house, told["citizen"], told["application"])
    except Problem:
        return None


def tell_agent(
    house: House, application: Document, key: str, words: dict[str, str], about: dict[str, str]
) -> None:
    """Whoever acts for the applicant hears the same, while they may act."""
    agent = (application.get("agent") or {}).get("citizen")
    if not agent or store.was_told(house, f"{key}:agent") or not still_holds(house, application, agent):
        return
    tell(house, agent, f"{key}:agent", "application", words, **about)


def tell(house: House, citizen: str, key: str, kind: str, words: dict[str, str], **about: Any) -> str | None:
    """Put one message into a citizen's box; None when it was there already, under its key."""

    def record(unit: Unit) -> str:
        message = store.insert_message(house, unit, citizen=citizen, key=key, kind=kind, words=words, **about)
        unit.emit("message.created", message=message, citizen=citizen, subject=kind, **about)
        return message

    try:
        message = commit(house, record)
    except DuplicateKeyError:
        return None
    logger().info("message.told", message=message, citizen=citizen, kind=kind)
    return message
