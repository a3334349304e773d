"""Making prompts: one for each citizen, matter and occasion, shown when people may be disturbed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.core.clock import city_date
from backend.core.events import Unit, commit
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.datewords import resolve
from backend.matters.schema import Matter, PromptRule
from backend.profiles import facts
from backend.profiles.paths import read_path
from backend.prompts import store
from backend.prompts.rules import (
    COOL_DOWN,
    PromptState,
    QuietHours,
    Showing,
    decide_showing,
    occasion_key,
    parse_quiet_hours,
    rules_reading,
)
from backend.prompts.topics import read_wishes
from backend.prompts.wording import word_prompt

BATCH = 200


def check_citizen(house: House, citizen: str, sections: Collection[str] | None = None) -> list[str]:
    """Try the rules that read these sections of one profile; returns the prompts made.

    A rule that no longer holds takes its open prompt back.
    """
    today = city_date(house.clock.now())
    made = []
    for matter in rules_reading(catalogue().all(), sections):
        rule = _rule(matter)
        if facts.matches(house, citizen, resolve(rule.when, today=today)):
            prompt = offer(house, citizen, matter)
            made += [prompt] if prompt else []
        else:
            take_back(house, citizen, matter.id)
    return made


def offer(house: House, citizen: str, matter: Matter) -> str | None:
    """Make the prompt of a rule that holds; None when the citizen does not want it or has it already."""
    rule = _rule(matter)
    if not read_wishes(house, citizen).allow(rule.topic):
        return None
    profile = facts.get_profile(house, citizen)
    occasion = occasion_key(read_path(profile, rule.occasion), house.cipher.blind)
    existing = store.find_occasion(house, citizen, matter.id, occasion)
    if existing and existing["state"] != PromptState.LAPSED:
        return None
    words = word_prompt(rule, profile)
    declined = store.last_decline(house, citizen, matter.id)
    fresh = existing or _blank(house.new_id(), citizen, matter, occasion)
    not_before = declined + COOL_DOWN if declined else None

    def record(unit: Unit) -> str | None:
        lately = store.shown_lately(house, unit, citizen)
        showing = decide_showing(
            unit.now, quiet=quiet_hours(house), shown_lately=lately, not_before=not_before
        )
        changes = words | _shown(showing, unit.now) | {"answer": None}
        store.close_open(
            house, citizen, state=PromptState.LAPSED, now=unit.now, unit=unit, matter=matter.id,
            occasion={"$ne": occasion},
        )  # fmt: skip
        if existing is None:
            store.insert_prompt(
                house, unit, fresh | changes | {"created_at": unit.now, "updated_at": unit.now}
            )
        elif store.move(house, existing, changes, now=unit.now, unit=unit) is None:
            return None
        prompt = str(fresh["_id"])
        unit.emit("prompt.created", prompt=prompt, citizen=citizen, state=showing.state.value)
        _let_out(house, unit, prompt, citizen, showing)
        return prompt

    return _commit_offer(house, record, citizen=citizen, matter=matter.id, occasion=occasion)


def take_back(house: House, citizen: str, matter: str) -> int:
    """Let the open prompts of a matter lapse: what they rest on is no longer so."""
    lapsed = store.close_open(house, citizen, state=PromptState.LAPSED, now=house.clock.now(), matter=matter)
    if lapsed:
        logger().info("prompt.lapsed", citizen=citizen, matter=matter)
    return lapsed


def show_waiting(house: House, *, limit: int = BATCH) -> int:
    """Show what waited for daylight, a free place in the week or a later day; returns how many were due."""
    due = store.due_prompts(house, house.clock.now(), limit)
    for prompt in due:
        show(house, prompt)
    return len(due)


def show(house: House, prompt: Document) -> PromptState | None:
    """Show one waiting prompt if it still holds and may be shown; its new state, None when it moved."""
    matter = catalogue().matters.get(prompt["matter"])
    if matter is None or not _still_holds(house, prompt["citizen"], matter):
        changes: Document = {"state": PromptState.LAPSED, "show_at": None}
        moved = store.move(house, prompt, changes, now=house.clock.now())
        return PromptState.LAPSED if moved else None

    def record(unit: Unit) -> PromptState | None:
        lately = store.shown_lately(house, unit, prompt["citizen"])
        # Whoever said "later" asked for it: the weekly cap is for what nobody asked for.
        asked_for = prompt["state"] == PromptState.LATER
        showing = decide_showing(unit.now, quiet=quiet_hours(house), shown_lately=[] if asked_for else lately)
        changes = _shown(showing, unit.now)
        if asked_for and showing.state is PromptState.WAITING:
            changes["state"] = PromptState.LATER
        if store.move(house, prompt, changes, now=unit.now, unit=unit) is None:
            return None
        _let_out(house, unit, prompt["_id"], prompt["citizen"], showing)
        return showing.state

    return commit(house, record)


def _still_holds(house: House, citizen: str, matter: Matter) -> bool:
    rule = matter.prompt
    if rule is None or not read_wishes(house, citizen).allow(rule.topic):
        return False
    today = city_date(house.clock.now())
    return facts.matches(house, citizen, resolve(rule.when, today=today))


def _let_out(house: House, unit: Unit, prompt: str, citizen: str, showing: Showing) -> None:
    if showing.state is PromptState.SHOWN:
        store.note_shown(house, unit, citizen)
        unit.emit("prompt.shown", prompt=prompt, citizen=citizen)


def _commit_offer(house: House, record: Any, *, citizen: str, matter: str, occasion: str) -> str | None:
    for attempt in (1, 2):
        try:
            prompt: str | None = commit(house, record)
        except DuplicateKeyError:
            # Another worker was first: with this prompt, or with the citizen's first pace record.
            if attempt == 2 or store.find_occasion(house, citizen, matter, occasion):
                return None
            continue
        if prompt:
            logger().info("prompt.created", prompt=prompt, citizen=citizen, matter=matter)
        return prompt
    return None


def _blank(prompt: str, citizen: str, matter: Matter, occasion: str) -> Document:
    rule = _rule(matter)
    return {
        "_id": prompt,
        "citizen": citizen,
        "matter": matter.id,
        "occasion": occasion,
        "rule_version": catalogue().versions[matter.id],
        "level": rule.level,
        "topic": rule.topic,
        "answer": None,
        "answered_at": None,
        "application": None,
        "correction": None,
        "settled": False,
        "working_until": None,
        "shown_at": None,
        "version": 1,
    }


def _shown(showing: Showing, now: datetime) -> Document:
    changes: Document = {"state": showing.state, "show_at": showing.show_at}
    return changes | {"shown_at": now} if showing.state is PromptState.SHOWN else changes


def quiet_hours(house: House) -> QuietHours | None:
    """The hours in which nobody is disturbed, as the product is set."""
    return parse_quiet_hours(getattr(house.settings, "quiet_hours", "21-8"))


def _rule(matter: Matter) -> PromptRule:
    if matter.prompt is None:
        raise ValueError(f"{matter.id} has no prompt")
    return matter.prompt
