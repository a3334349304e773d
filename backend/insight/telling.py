"""Insight as operators read it: no row of fewer than five people, nor one that subtracting finds."""

from datetime import date, timedelta
from typing import Any

from backend.core.clock import CITY, city_date
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document
from backend.insight import store
from backend.insight.chart import NUMBERS, TITLES, draw
from backend.insight.reckoning import FEWEST, NO_MATTER, concealed, figures, gather
from backend.matters.catalogue import catalogue

LONGEST = 366
# A hand-off or a filing may come the day after the conversation.
AGAIN = 2
MOST_GROUPS = 50
BY = ("day", "matter", "lang", "mode", "channel")


def roll_up_lately(house: House) -> int:
    """Count today and the two days before anew; returns how many conversations they had."""
    today = city_date(house.clock.now())
    counted = sum(store.roll_up(house, today - timedelta(days=back)) for back in range(AGAIN + 1))
    logger().info("insight.rolled-up", conversations=counted)
    return counted


def insight(house: House, *, by: str, since: date, until: date) -> dict[str, Any]:
    """The figures over some days: ``{total, items, hidden}``. Raises ``invalid-request``."""
    _check(since, until)
    rows = store.sum_up(house, since, until, by)
    names = {str(row["_id"]): row for row in rows}
    hidden = concealed({name: row["people"] for name, row in names.items()})
    [whole] = store.sum_up(house, since, until) or [{"people": 0}]
    return {
        "by": by,
        "from": since.isoformat(),
        "to": until.isoformat(),
        "total": figures(whole) if whole["people"] >= FEWEST else None,
        "items": [_named(by, row) | figures(row) for name, row in names.items() if name not in hidden],
        "hidden": len(hidden),
    }


def chart(house: House, figure: str, *, since: date, until: date) -> str:
    """One figure over the days, as SVG. Raises ``invalid-request``."""
    found = insight(house, by="day", since=since, until=until)
    told = {row["day"]: row[figure] for row in found["items"]}
    return draw(
        TITLES[figure], [(day, told.get(day)) for day in days(since, until)], percent=figure not in NUMBERS
    )


def days(since: date, until: date) -> list[str]:
    """Every day of a span.

    >>> days(date(2026, 11, 30), date(2026, 12, 1))
    ['2026-11-30', '2026-12-01']
    """
    return [(since + timedelta(days=at)).isoformat() for at in range((until - since).days + 1)]


def fields_left(house: House, *, since: date, until: date) -> list[dict[str, Any]]:
    """Where forms are left, most often first. Raises ``invalid-request``."""
    _check(since, until)
    rows = [row for row in store.fields_left(house, since, until) if row["people"] >= FEWEST]
    return [_field(row) for row in sorted(rows, key=lambda row: -row["left"])]


def unanswered(house: House, *, since: date, until: date) -> list[dict[str, Any]]:
    """What people ask for in vain, by likeness, most people first. Raises ``invalid-request``."""
    _check(since, until)
    return gather(store.texts_unanswered(house, since, until))[:MOST_GROUPS]


def _check(since: date, until: date) -> None:
    if until < since or (until - since).days > LONGEST:
        raise Problem("invalid-request", f"起止日期不对，最多 {LONGEST} 天。")


def _named(by: str, row: Document) -> dict[str, Any]:
    if by == "day":
        return {"day": row["_id"].astimezone(CITY).date().isoformat()}
    if by != "matter":
        return {by: row["_id"]}
    return {"matter": row["_id"], "name": _matter_name(row["_id"])}


def _matter_name(matter: str) -> str:
    known = catalogue().matters.get(matter)
    return known.name if known else ("没有说到事项" if matter == NO_MATTER else matter)


def _field(row: Document) -> dict[str, Any]:
    known = catalogue().matters.get(row["matter"])
    fields = {field.name: field.label for field in known.form} if known else {}
    return {
        "matter": row["matter"],
        "name": _matter_name(row["matter"]),
        "field": row["field"],
        "label": fields.get(row["field"], row["field"]),
        "left": row["left"],
    }
