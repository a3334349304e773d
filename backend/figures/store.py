"""The daily rollup: one document a day, department and matter, made by the database itself."""

from datetime import date, datetime, timedelta
from typing import Any

from backend.applications.clock import CalendarEnded, is_working_day
from backend.applications.states import State
from backend.applications.store import APPLICATIONS
from backend.core.clock import CITY, city_midnight
from backend.core.house import House
from backend.core.mongo import Document, Index, declare, declare_more
from backend.matters.catalogue import catalogue
from backend.ratings.store import RATINGS

declare_more(APPLICATIONS, Index("updated_at"))
DAILY = declare("figures_daily", Index("day"), Index([("department", 1), ("day", 1)]))
DECIDED = [State.APPROVED.value, State.REFUSED.value, State.REJECTED.value, State.FORWARDED.value]
OFFLINE = ["window", "phone", "kiosk", "hall"]
OPENS, CLOSES = 9, 17
LONGEST_LOOK_BACK = 60
COUNTS = (
    "handled",
    "approved",
    "refused",
    "on_time",
    "online",
    "zero_visit",
    "corrected",
    "fields_all",
    "fields_reused",
    "rated",
    "rating_sum",
    "satisfied",
)


def roll_up(house: House, day: date) -> int:
    """Count a day anew: what was decided on it. Returns how many rows the day has.

    What was decided on a day was changed on that day or later, so an index finds it without a walk
    over what was closed before.
    """
    start, end = city_midnight(day), city_midnight(day + timedelta(days=1))
    house.db[APPLICATIONS].aggregate(_pipeline(day, start, end), allowDiskUse=True)
    return house.db[DAILY].count_documents({"day": start})


def sum_up(house: House, since: date, until: date, by: str) -> list[Document]:
    """The days of a span, both included, added up by ``department`` or ``matter``."""
    where = {"day": {"$gte": city_midnight(since), "$lte": city_midnight(until)}}
    key: Any = f"${by}" if by == "department" else {"matter": "$matter", "department": "$department"}
    group: Document = {"_id": key, **{name: {"$sum": f"${name}"} for name in COUNTS}}
    group["hours"] = {"$push": "$hours"}
    found = house.db[DAILY].aggregate([{"$match": where}, {"$group": group}, {"$sort": {"_id": 1}}])
    return [_named(row, by) for row in found]


def _named(row: Document, by: str) -> Document:
    key = row.pop("_id")
    return row | ({"department": key} if by == "department" else key)


def _pipeline(day: date, start: datetime, end: datetime) -> list[Document]:
    # The first decision counts: a later revocation or delivery is no second one.
    decided = {"$first": {"$filter": {"input": "$timeline", "cond": {"$in": ["$$this.state", DECIDED]}}}}
    return [
        # A bundle is counted by its parts.
        {
            "$match": {
                "updated_at": {"$gte": start},
                "timeline": {"$elemMatch": _within(start, end)},
                "parts.0": {"$exists": False},
            }
        },
        {"$set": {"decided": decided}},
        {"$match": {"decided.at": {"$gte": start, "$lt": end}}},
        {
            "$lookup": {
                "from": RATINGS,
                "localField": "_id",
                "foreignField": "application",
                "pipeline": [{"$match": {"excluded": {"$ne": True}}}],
                "as": "ratings",
            }
        },
        {"$project": _facts(day)},
        {"$group": _by_hours()},
        {"$group": _by_matter(start)},
        {"$set": {"_id": {"$concat": [f"{day.isoformat()}:", "$department", ":", "$matter"]}}},
        {"$merge": {"into": DAILY, "on": "_id", "whenMatched": "replace", "whenNotMatched": "insert"}},
    ]


def _within(start: datetime, end: datetime) -> Document:
    return {"state": {"$in": DECIDED}, "at": {"$gte": start, "$lt": end}}


def _facts(day: date) -> Document:
    matters = catalogue().all()
    no_visit = [one.id for one in matters if not one.visits]
    fields = {"$objectToArray": {"$ifNull": ["$fields", {}]}}
    return {
        "department": 1,
        "matter": 1,
        "approved": {"$eq": ["$decided.state", State.APPROVED.value]},
        "refused": {"$eq": ["$decided.state", State.REFUSED.value]},
        "on_time": {"$lte": ["$decided.at", {"$ifNull": ["$promised.due", "$decided.at"]}]},
        "online": {"$not": {"$in": ["$channel", OFFLINE]}},
        "zero_visit": {
            "$eq": [{"$ifNull": ["$terms.visits", {"$cond": [{"$in": ["$matter", no_visit]}, 0, 1]}]}, 0]
        },
        "corrected": {"$in": [State.CORRECTION.value, "$timeline.state"]},
        "fields_all": {"$size": fields},
        "fields_reused": {"$size": {"$filter": {"input": fields, "cond": _was_known()}}},
        "hours": _working_hours(day),
        "score": {"$first": "$ratings.level"},
    }


def _was_known() -> Document:
    known = {"$ne": [{"$ifNull": ["$$this.v.source", None]}, None]}
    return {"$or": [known, {"$eq": ["$$this.v.default", True]}]}


def _working_hours(day: date) -> Document:
    """Whole office hours between submission and acceptance; None for what was never accepted."""
    office = [{"s": opens, "e": closes} for opens, closes in _office_hours(day)]
    overlap = {
        "$max": [
            0,
            {
                "$subtract": [
                    {"$min": ["$accepted_at", "$$this.e"]},
                    {"$max": ["$submitted_at", "$$this.s"]},
                ]
            },
        ]
    }
    worked = {"$sum": {"$map": {"input": {"$literal": office}, "in": overlap}}}
    hours = {"$toInt": {"$ceil": {"$divide": [worked, 3_600_000]}}}
    return {"$cond": [{"$gt": ["$accepted_at", None]}, hours, None]}


def _office_hours(day: date) -> list[tuple[datetime, datetime]]:
    found = []
    for back in range(LONGEST_LOOK_BACK + 1):
        one = day - timedelta(days=back)
        try:
            if not is_working_day(one):
                continue
        except CalendarEnded:
            continue
        found.append(
            (
                datetime(one.year, one.month, one.day, OPENS, tzinfo=CITY),
                datetime(one.year, one.month, one.day, CLOSES, tzinfo=CITY),
            )
        )
    return found


def _by_hours() -> Document:
    """Counts a department, matter and number of hours: the groups that make a histogram."""
    flags = ("approved", "refused", "on_time", "online", "zero_visit", "corrected")
    rated = {"$gt": ["$score", None]}
    return {
        "_id": {"department": "$department", "matter": "$matter", "hours": "$hours"},
        "handled": {"$sum": 1},
        **{name: {"$sum": {"$cond": [f"${name}", 1, 0]}} for name in flags},
        "fields_all": {"$sum": "$fields_all"},
        "fields_reused": {"$sum": "$fields_reused"},
        "rated": {"$sum": {"$cond": [rated, 1, 0]}},
        "rating_sum": {"$sum": "$score"},
        "satisfied": {"$sum": {"$cond": [{"$gte": ["$score", 3]}, 1, 0]}},
    }


def _by_matter(start: datetime) -> Document:
    return {
        "_id": {"department": "$_id.department", "matter": "$_id.matter"},
        "day": {"$first": {"$literal": start}},
        "department": {"$first": "$_id.department"},
        "matter": {"$first": "$_id.matter"},
        **{name: {"$sum": f"${name}"} for name in COUNTS},
        "hours": {"$push": {"h": "$_id.hours", "n": "$handled"}},
    }
