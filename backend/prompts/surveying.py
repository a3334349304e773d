"""A rule's dry run: how many it would reach, who they are, who is kept back, before anyone hears of it."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from dateutil.relativedelta import relativedelta

from backend.accounts import store as accounts
from backend.core.clock import city_date, city_midnight
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.datewords import newly_true, resolve
from backend.profiles import facts
from backend.prompts import store
from backend.prompts.explaining import rule_of
from backend.prompts.rules import COOL_DOWN
from backend.prompts.wording import word_prompt

EXAMPLES = 3
WEEK_DAYS = 7
# The first age of each band; the last one has no end.
BANDS = (0, 18, 35, 60, 80)


def dry_run(house: House, rule: str) -> Document:
    """Whom a rule reaches today, without telling anybody.

    ``{rule, version, level, day, reached, by_district, by_age, by_sex, kept_back, first_wave, next_week,
    examples}``: counts of people. ``kept_back`` says how many for which reason, the first that applies;
    ``first_wave`` would be told if the rule began today, ``next_week`` how many more come within it in the
    seven days after (None where the passing of days cannot tell). Raises ``not-found``.
    """
    _, prompt = rule_of(rule)
    now = house.clock.now()
    today = city_date(now)
    where = resolve(prompt.when, today=today)
    beside = [
        *accounts.with_wishes("wishes"),
        *store.with_prompts(rule, since=now - COOL_DOWN, into="told"),
        {"$set": {"kept_back": _kept_back(prompt.topic)}},
    ]
    found = facts.survey(house, where, beside=beside, facets=_facets(today))
    kept_back = {row["_id"]: row["count"] for row in found["kept_back"] if row["_id"]}
    reached = sum(row["count"] for row in found["kept_back"])
    return {
        "rule": rule,
        "version": catalogue().versions[rule],
        "level": prompt.level,
        "day": today.isoformat(),
        "reached": reached,
        "by_district": {str(row["_id"] or "不详"): row["count"] for row in found["district"]},
        "by_age": _by_age(found["age"]),
        "by_sex": {str(row["_id"] or "不详"): row["count"] for row in found["sex"]},
        "kept_back": kept_back,
        "first_wave": reached - sum(kept_back.values()),
        "next_week": _next_week(house, prompt.when, today),
        "examples": [_example(house, rule, citizen) for citizen in facts.find_citizens(
            house, where, after=None, limit=EXAMPLES
        )],
    }  # fmt: skip


def _kept_back(topic: str) -> Document:
    """The first reason why somebody would hear nothing: consent, topic, told, cool-down; "" is none."""
    return {
        "$switch": {
            "branches": [
                {"case": {"$not": "$wishes.prompts"}, "then": "consent"},
                {"case": {"$in": [topic, "$wishes.muted"]}, "then": "topic"},
                {"case": "$told.open", "then": "told"},
                {"case": "$told.declined", "then": "cool-down"},
            ],
            "default": "",
        }
    }


def _facets(today: date) -> dict[str, list[Document]]:
    births = [city_midnight(today - relativedelta(years=age)) for age in BANDS]
    # Born after the last of these is too young for the band.
    branches = [
        {"case": {"$lte": ["$population.born", birth]}, "then": age}
        for age, birth in zip(reversed(BANDS), reversed(births), strict=True)
    ]
    age = {
        "$cond": [
            {"$gt": ["$population.born", None]},
            {"$switch": {"branches": branches, "default": 0}},
            None,
        ]
    }
    return {
        "district": [{"$sortByCount": "$population.residence.district"}],
        "sex": [{"$sortByCount": "$population.sex"}],
        "age": [{"$sortByCount": age}],
        "kept_back": [{"$sortByCount": "$kept_back"}],
    }


def _by_age(rows: list[Document]) -> dict[str, int]:
    counts = {row["_id"]: row["count"] for row in rows}
    names = [f"{low}–{high - 1}" for low, high in pairwise(BANDS)] + [f"{BANDS[-1]}+"]
    told = {name: counts[low] for low, name in zip(BANDS, names, strict=True) if low in counts}
    return told | ({"不详": counts[None]} if None in counts else {})


def _next_week(house: House, when: dict[str, Any], today: date) -> int | None:
    week = today + timedelta(days=WEEK_DAYS)
    narrowed = newly_true(when, since=today, today=week)
    if not narrowed:
        return None
    return facts.count_citizens(house, {"$or": narrowed})


def _example(house: House, rule: str, citizen: str) -> Document:
    """The words and the evidence as that citizen would read them, nothing that says who it is."""
    _, prompt = rule_of(rule)
    words = word_prompt(prompt, facts.get_profile(house, citizen))
    evidence = [{key: one[key] for key in ("label", "value", "department")} for one in words["evidence"]]
    return {"title": words["title"], "text": words["text"], "evidence": evidence}
