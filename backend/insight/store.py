"""The daily counts: one document a day, matter, language, mode and channel, and what was left or unanswered.

People are kept as short prints of the day's rows alone, to count each of them once over several days; the
prints lead to nobody, and no figure of fewer than five people leaves this feature.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from pymongo import ReplaceOne

from backend.applications.states import State
from backend.applications.store import APPLICATIONS
from backend.assistant.store import TURNS
from backend.core.clock import city_date, city_midnight
from backend.core.house import House
from backend.core.mongo import Document, Index, declare
from backend.insight.reckoning import COUNTS, Facts, reckon

KEPT_DAYS = 400
TEXTS_KEPT_DAYS = 60
DAILY = declare("insight_daily", Index("day", ttl=KEPT_DAYS * 24 * 3600))
FIELDS = declare("insight_fields", Index("day", ttl=KEPT_DAYS * 24 * 3600))
UNANSWERED = declare("insight_unanswered", Index("day", ttl=TEXTS_KEPT_DAYS * 24 * 3600))
HANDOFFS = "handoffs"
MOST_TEXTS = 2_000
BATCH = 500
_READ = ("text", "choice", "lang", "mode", "channel", "answered", "expecting", "reading")


def roll_up(house: House, day: date) -> int:
    """Count a day anew; returns how many conversations it had."""
    start, end = city_midnight(day), city_midnight(day + timedelta(days=1))
    rows: dict[tuple[str, ...], Document] = {}
    left: dict[tuple[str, str], Document] = {}
    unanswered: list[Document] = []
    conversations = 0
    for citizen, facts, matter_left in _conversations(house, start, end):
        conversations += 1
        who = house.cipher.blind(citizen)[:12]
        _count(rows, facts, who)
        if matter_left and facts.left_at:
            _leave(left, (matter_left, facts.left_at[1]), who)
        room = MOST_TEXTS - len(unanswered)
        unanswered += [{"who": who, "text": text} for text in facts.unanswered[:room]]
    _replace(house, DAILY, start, list(rows.values()))
    _replace(house, FIELDS, start, list(left.values()))
    _replace(house, UNANSWERED, start, [{"_key": "texts", "texts": unanswered}] if unanswered else [])
    return conversations


def sum_up(house: House, since: date, until: date, by: str | None = None) -> list[Document]:
    """The days of a span, both included, added up by ``day``, ``matter``, … or all."""
    group: Document = {"_id": f"${by}" if by else None, **{name: {"$sum": f"${name}"} for name in COUNTS}}
    group["people"] = {"$push": "$people"}
    found = house.db[DAILY].aggregate(
        [{"$match": _span(since, until)}, {"$group": group}, _united(), {"$sort": {"_id": 1}}]
    )
    return list(found)


def fields_left(house: House, since: date, until: date) -> list[Document]:
    """At which field of which matter forms were left, over a span: ``{matter, field, left, people}``."""
    group = {"_id": {"matter": "$matter", "field": "$field"}, "left": {"$sum": "$left"}}
    stages = [
        {"$match": _span(since, until)},
        {"$group": group | {"people": {"$push": "$people"}}},
        _united(),
    ]
    return [row.pop("_id") | row for row in house.db[FIELDS].aggregate(stages)]


def texts_unanswered(house: House, since: date, until: date) -> Iterator[tuple[str, str]]:
    """Who, by a print, said what was not answered."""
    for kept in house.db[UNANSWERED].find(_span(since, until)).sort("day", -1):
        yield from ((one["who"], one["text"]) for one in kept["texts"])


def _conversations(house: House, start: datetime, end: datetime) -> Iterator[tuple[str, Facts, str | None]]:
    within = {"created_at": {"$gte": start, "$lt": end}}
    group = {
        "_id": {"conversation": "$conversation", "citizen": "$citizen"},
        "turns": {"$push": {name: f"${name}" for name in _READ}},
    }
    stages: list[Document] = [{"$match": within}, {"$sort": {"created_at": 1, "_id": 1}}, {"$group": group}]
    handed = {row["conversation"] for row in house.db[HANDOFFS].find(within, {"conversation": 1})}
    talks = house.db[TURNS].aggregate(stages, allowDiskUse=True)
    while batch := list(islice(talks, BATCH)):
        drafts = _drafts(house, [talk["turns"][-1] for talk in batch])
        for talk in batch:
            handed_off = talk["_id"]["conversation"] in handed
            facts = reckon(talk["turns"], handed_off=handed_off, still_drafts=drafts.keys())
            if facts.turns:
                matter = drafts[facts.left_at[0]] if facts.left_at else None
                yield talk["_id"]["citizen"], facts, matter


def _drafts(house: House, last_turns: Iterable[Document]) -> Mapping[str, str]:
    """Of the applications that these turns left open, those that are drafts still, with their matters."""
    asked = [(turn.get("expecting") or {}).get("application") for turn in last_turns]
    where = {"_id": {"$in": [one for one in asked if one]}, "state": State.DRAFT.value}
    return {row["_id"]: str(row["matter"]) for row in house.db[APPLICATIONS].find(where, {"matter": 1})}


def _count(rows: dict[tuple[str, ...], Document], facts: Facts, who: str) -> None:
    key = {"matter": facts.matter, "lang": facts.lang, "mode": facts.mode, "channel": facts.channel}
    row = rows.setdefault(
        tuple(key.values()), {"_key": ":".join(key.values()), **key, **dict.fromkeys(COUNTS, 0), "people": []}
    )
    added = {
        "conversations": 1,
        "turns": facts.turns,
        "handed_off": facts.handed_off,
        "first_answers": facts.first_answer,
        "first_right": facts.first_right,
        "repeating": facts.repeating,
        "unanswered": len(facts.unanswered),
    }
    for name, count in added.items():
        row[name] += int(count)
    if who not in row["people"]:
        row["people"].append(who)


def _leave(left: dict[tuple[str, str], Document], place: tuple[str, str], who: str) -> None:
    matter, field = place
    row = left.setdefault(
        place, {"_key": f"{matter}:{field}", "matter": matter, "field": field, "left": 0, "people": []}
    )
    row["left"] += 1
    if who not in row["people"]:
        row["people"].append(who)


def _replace(house: House, collection: str, day: datetime, rows: list[Document]) -> None:
    """A day's rows in the place of those that it had; one counted anew is never counted twice."""
    ids = [f"{city_date(day).isoformat()}:{row.pop('_key')}" for row in rows]
    changes = [
        ReplaceOne({"_id": id}, {"_id": id, "day": day, **row}, upsert=True)
        for id, row in zip(ids, rows, strict=True)
    ]
    if changes:
        house.db[collection].bulk_write(changes, ordered=False)
    house.db[collection].delete_many({"day": day, "_id": {"$nin": ids}})


def _span(since: date, until: date) -> Document:
    return {"day": {"$gte": city_midnight(since), "$lte": city_midnight(until)}}


def _united() -> Document:
    """How many different people the days' prints are."""
    union: Any = {
        "$reduce": {"input": "$people", "initialValue": [], "in": {"$setUnion": ["$$value", "$$this"]}}
    }
    return {"$set": {"people": {"$size": union}}}
