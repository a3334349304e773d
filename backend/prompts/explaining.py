"""Why a rule reaches a citizen or not: each condition with the fact that decided it, and the controls."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backend.core.clock import city_date
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.schema import Matter, PromptRule
from backend.profiles import facts
from backend.profiles.paths import read_path
from backend.prompts import store
from backend.prompts.conditions import Condition, in_words, take_apart
from backend.prompts.offering import quiet_hours
from backend.prompts.rules import COOL_DOWN, TOPIC_NAMES, PromptState, decide_showing, occasion_key
from backend.prompts.topics import read_wishes
from backend.prompts.wording import show_value

MOST_VALUES = 5


def rule_of(rule: str) -> tuple[Matter, PromptRule]:
    """A rule by the matter or bundle whose file holds it. Raises ``not-found``."""
    matter = catalogue().matters.get(rule)
    if matter is None or matter.prompt is None:
        raise not_found("提示规则")
    return matter, matter.prompt


def explain(house: House, rule: str, citizen: str) -> Document:
    """Whether a rule holds for a citizen today, why, and what would become of its prompt.

    ``{rule, version, day, holds, conditions, controls, outcome}``; a condition is ``{holds, path, wanted,
    value, department, as_of}`` or ``{holds, join, of}``, values masked; a control ``{control, lets, why}``.
    The database decides each condition alone and the rule as a whole. Raises ``not-found``.
    """
    matter, prompt = rule_of(rule)
    now = house.clock.now()
    today = city_date(now)
    whole = take_apart(prompt.when)
    profile = facts.get_profile(house, citizen)
    if not profile:
        raise not_found("这个人的档案")
    asked = [one.where(today) for one in whole.comparisons()]
    answers = [facts.matches(house, citizen, one) for one in asked]
    holds = whole.holds(answers)
    controls = _controls(house, matter, citizen, profile)
    return {
        "rule": rule,
        "version": catalogue().versions[rule],
        "day": today.isoformat(),
        "holds": holds,
        "conditions": _told(whole, iter(answers), profile, today),
        "controls": controls,
        "outcome": _outcome(holds, controls),
    }


def _told(condition: Condition, answers: Any, profile: Document, today: date) -> Document:
    if condition.join:
        parts = [_told(part, answers, profile, today) for part in condition.parts]
        held = [bool(part["holds"]) for part in parts]
        joined = {"all": all(held), "any": any(held)}.get(condition.join, not any(held))
        return {"holds": joined, "join": condition.join, "of": parts}
    section = condition.path.split(".")[0]
    source = (profile.get("sources") or {}).get(section) or {}
    return {
        "holds": next(answers),
        "path": condition.path,
        "wanted": in_words(condition.said, today),
        "value": _values(profile, condition),
        "department": source.get("department"),
        "as_of": source.get("as_of"),
    }


def _values(profile: Document, condition: Condition) -> str:
    """What stands at a path, of every item where it leads through a list; personal values masked."""
    if isinstance(condition.said, Mapping) and "$elemMatch" in condition.said:
        items = read_path(profile, condition.path) or []
        keys = [key for key in condition.said["$elemMatch"] if not key.startswith("$")]
        rows = [
            "{" + ", ".join(f"{key}: {_shown(f'{condition.path}.{key}', item)}" for key in keys) + "}"
            for item in items[:MOST_VALUES]
        ]
        return "、".join(rows) or "无"
    found = _at(profile, condition.path.split("."))
    shown = [show_value(condition.path, one) for one in found[:MOST_VALUES]]
    return "、".join(shown) + (f" …（共 {len(found)}）" if len(found) > MOST_VALUES else "") or "无"


def _shown(path: str, item: Document) -> str:
    [*_, key] = path.split(".")
    return show_value(path, item.get(key))


def _at(value: Any, keys: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [found for item in value for found in _at(item, keys)]
    if not keys:
        return [] if value is None else [value]
    return _at(value.get(keys[0]), keys[1:]) if isinstance(value, Mapping) else []


def _controls(house: House, matter: Matter, citizen: str, profile: Document) -> list[Document]:
    """What else decides, in the order in which it does: consent, topic, occasion, pace, cool-down, hours."""
    (_, prompt), now = rule_of(matter.id), house.clock.now()
    wishes = read_wishes(house, citizen)
    occasion = occasion_key(read_path(profile, prompt.occasion), house.cipher.blind)
    existing = store.find_occasion(house, citizen, matter.id, occasion)
    told = existing is not None and existing["state"] != PromptState.LAPSED
    declined = store.last_decline(house, citizen, matter.id)
    cool = declined + COOL_DOWN if declined else None
    lately = store.pace_of(house, citizen)
    pace = decide_showing(now, quiet=None, shown_lately=lately)
    quiet = decide_showing(now, quiet=quiet_hours(house))
    topic = TOPIC_NAMES[prompt.topic]
    return [
        _control("consent", wishes.granted, "" if wishes.granted else "没有同意接收提示"),
        _control(
            "topic",
            prompt.topic not in wishes.muted,
            f"“{topic}”主题已关" if prompt.topic in wishes.muted else "",
        ),
        _control("occasion", not told, f"这一次已经提示过：{existing['state']}" if told and existing else ""),
        _until("pace", pace.show_at, "一周两条已满"),
        _until("cool-down", cool if cool and cool > now else None, "说过“不用”，30 天内不再提"),
        _until("quiet-hours", quiet.show_at, "夜里不打扰"),
    ]


def _control(name: str, lets: bool, why: str) -> Document:
    return {"control": name, "lets": lets, "why": why, "until": None}


def _until(name: str, until: datetime | None, why: str) -> Document:
    return {"control": name, "lets": until is None, "why": why if until else "", "until": until}


def _outcome(holds: bool, controls: list[Document]) -> str:
    """``not-met``, ``kept-back`` (nothing will come), ``waits``, or ``shown``."""
    if not holds:
        return "not-met"
    stopped = [one for one in controls if not one["lets"]]
    if any(one["until"] is None for one in stopped):
        return "kept-back"
    return "waits" if stopped else "shown"
