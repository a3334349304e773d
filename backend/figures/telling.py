"""Figures as staff and the public read them, as rows and as CSV."""

import csv
import io
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from backend.core.clock import CITY, city_date
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import logger
from backend.figures import store
from backend.figures.reckoning import figures, hidden_within, open_figures
from backend.matters.catalogue import catalogue

LONGEST = 366
AGAIN = 30  # days counted anew each night: a rating may come long after the decision
NIGHT = 3
LICENCE = {
    "name": "CC BY 4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/deed.zh-hans",
    "text": "可以自由复制、传播和改编，须注明来源“随办”。少于 10 的数不公布；能由此推算出来的也不公布。",
}


def roll_up_lately(house: House) -> int:
    """Count today and yesterday anew, at night the last weeks; returns how many rows they have."""
    now = house.clock.now()
    today, back = city_date(now), AGAIN if now.astimezone(CITY).hour == NIGHT else 1
    rows = sum(store.roll_up(house, today - timedelta(days=one)) for one in range(back + 1))
    logger().info("figures.rolled-up", rows=rows)
    return rows


def staff_figures(house: House, *, by: str, since: date, until: date) -> list[dict[str, Any]]:
    """Every department's or matter's figures over some days. Raises ``invalid-request``."""
    if until < since or (until - since).days > LONGEST:
        raise Problem("invalid-request", f"起止日期不对，最多 {LONGEST} 天。")
    return [_named(row, by) | figures(row) for row in store.sum_up(house, since, until, by)]


def open_data(house: House, *, by: str, year: int, month: int) -> dict[str, Any]:
    """A whole month's figures for everybody. Raises ``invalid-request`` for one that is not over yet.

    Only whole months: shorter spans could be subtracted from each other.
    """
    since, until = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if until >= city_date(house.clock.now()):
        raise Problem("invalid-request", "这个月还没有过完，下个月再公布。")
    departments, matters = hidden_within(store.sum_up(house, since, until, "matter"))
    concealed = departments if by == "department" else matters
    rows = store.sum_up(house, since, until, by)
    return {
        "by": by,
        "month": f"{year:04d}-{month:02d}",
        "licence": LICENCE,
        "total": _total(sum(row["handled"] for row in rows)),
        "items": [
            _named(row, by) | (_concealed(row) if row[by] in concealed else open_figures(row)) for row in rows
        ],
    }


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Rows as CSV with a header line, readable by spreadsheets."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["name"])
    writer.writeheader()
    writer.writerows(rows)
    # The mark tells spreadsheets that this is UTF-8.
    return "\ufeff" + out.getvalue()


def _named(row: dict[str, Any], by: str) -> dict[str, Any]:
    known = catalogue()
    name = known.departments[row["department"]].name if row["department"] in known.departments else ""
    if by == "department":
        return {"department": row["department"], "name": name}
    matter = known.matters.get(row["matter"])
    return {
        "matter": row["matter"],
        "name": matter.name if matter else row["matter"],
        "department": row["department"],
    }


def _concealed(row: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(open_figures(row))


def _total(handled: int) -> int | None:
    return handled if handled == 0 or handled >= 10 else None
