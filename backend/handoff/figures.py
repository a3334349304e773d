"""Figures of a day: who asked and why, how long they waited, what became of it; no citizen in them."""

from datetime import date, timedelta
from typing import Any

from backend.core.clock import CITY, city_midnight
from backend.core.house import House
from backend.handoff.states import Reason, State
from backend.handoff.store import HANDOFFS

MOST_DAYS = 92


def by_day(house: House, *, since: date, until: date) -> list[dict[str, Any]]:
    """One row a day on which anybody asked, both included, the earliest first. Seconds are means."""
    asked = {"$gte": city_midnight(since), "$lt": city_midnight(until + timedelta(days=1))}
    rows = house.db[HANDOFFS].aggregate(
        [
            {"$match": {"asked_at": asked}},
            {"$group": {"_id": _day(), **_COUNTS, **_MEANS}},
            {"$sort": {"_id": 1}},
        ]
    )
    return [_row(row) for row in rows]


def _day() -> dict[str, Any]:
    return {"$dateToString": {"date": "$asked_at", "format": "%Y-%m-%d", "timezone": str(CITY)}}


def _count(condition: Any) -> dict[str, Any]:
    return {"$sum": {"$cond": [condition, 1, 0]}}


def _is(field: str, value: str) -> dict[str, Any]:
    return {"$eq": [f"${field}", value]}


def _seconds(start: str, end: str) -> dict[str, Any]:
    """The seconds between two moments; null, which a mean passes over, where one did not come."""
    between = {"$dateDiff": {"startDate": f"${start}", "endDate": f"${end}", "unit": "second"}}
    return {"$cond": [{"$and": [{"$gt": [f"${start}", None]}, {"$gt": [f"${end}", None]}]}, between, None]}


_TAKEN = {"$gt": ["$taken_at", None]}
_COUNTS: dict[str, Any] = {
    "asked": {"$sum": 1},
    "out_of_hours": _count({"$eq": ["$in_hours", False]}),
    "taken": _count(_TAKEN),
    "given_up": _count({"$and": [_is("state", State.LEFT), {"$not": [_TAKEN]}]}),
    "returned": _count(_is("state", State.RETURNED)),
    "ended": _count(_is("state", State.ENDED)),
    "dropped": {"$sum": "$dropped"},
    "transferred": {"$sum": {"$size": "$transfers"}},
    "messages": _count({"$gt": ["$kept_at", None]}),
    "answered": _count(_is("state", State.ANSWERED)),
    "elders": _count("$elder"),
    "rated": _count({"$gt": ["$rating", None]}),
    "badly_rated": _count({"$eq": ["$badly_rated", True]}),
    **{f"reason_{reason.value}": _count(_is("reason", reason.value)) for reason in Reason},
}
_MEANS: dict[str, Any] = {
    "wait_seconds": {"$avg": _seconds("queued_at", "taken_at")},
    "longest_wait_seconds": {"$max": _seconds("queued_at", "taken_at")},
    "handling_seconds": {"$avg": {"$cond": [_TAKEN, _seconds("taken_at", "ended_at"), None]}},
    "rating_mean": {"$avg": "$rating"},
}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    reasons = {reason.value: row.pop(f"reason_{reason.value}") for reason in Reason}
    means = {name: _rounded(row[name], 2 if name == "rating_mean" else 0) for name in _MEANS}
    return {"day": row.pop("_id"), **row, **means, "reasons": reasons}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
