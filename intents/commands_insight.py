"""``python -m intents insight``: how well the assistant serves, as a table, as JSON or as a chart.

Reads the database that the environment names (MONGO_URL, DATABASE and the product's keys), as every process
of the product does.
"""

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from backend.launch.running import running_house

DEFAULT_DAYS = 7


def add_insight(tools: Any) -> None:
    """Offer the tool on the command line."""
    tool = tools.add_parser("insight", help="containment, hand-offs, first answers, where forms are left")
    tool.add_argument("--days", type=int, default=DEFAULT_DAYS, help="how many days, today the last of them")
    tool.add_argument("--by", choices=("day", "matter", "lang", "mode", "channel"), default="day")
    tool.add_argument("--json", action="store_true", help="print JSON")
    tool.add_argument("--svg", type=Path, help="write a chart of --figure over the days")
    tool.add_argument("--figure", default="containment", help="which figure the chart shows")
    tool.set_defaults(work=run_insight)


def run_insight(given: argparse.Namespace) -> int:
    """Print what was asked for."""
    from backend.core.clock import city_date  # noqa: PLC0415  (the other tools need no product)
    from backend.insight import telling  # noqa: PLC0415
    from backend.insight.chart import TITLES  # noqa: PLC0415

    if given.days < 1 or given.figure not in TITLES:
        print(f"--days is at least 1, --figure one of {', '.join(TITLES)}", file=sys.stderr)
        return 1
    place = running_house()
    until = city_date(place.clock.now())
    since = until - timedelta(days=given.days - 1)
    told = {
        **telling.insight(place, by=given.by, since=since, until=until),
        "fields": telling.fields_left(place, since=since, until=until),
        "unanswered": telling.unanswered(place, since=since, until=until),
    }
    if given.svg:
        given.svg.write_text(telling.chart(place, given.figure, since=since, until=until), "utf-8")
    if given.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told, since, until)
    return 0


def _print(told: dict[str, Any], since: date, until: date) -> None:
    console = Console()
    table = Table(title=f"{since} … {until}, by {told['by']}")
    figures = list(told["items"][0])[-7:] if told["items"] else []
    for column in (told["by"], *figures):
        table.add_column(column)
    for row in told["items"]:
        table.add_row(str(row.get("name") or row[told["by"]]), *(_cell(row[name]) for name in figures))
    console.print(table)
    if told["hidden"]:
        console.print(f"{told['hidden']} rows are not shown: too few people")
    for row in told["fields"]:
        console.print(f"left: {row['name']} · {row['label']} ×{row['left']}", markup=False)
    for row in told["unanswered"]:
        console.print(f"unanswered: {row['label']} ×{row['times']}, {row['people']} people", markup=False)


def _cell(value: Any) -> str:
    return "–" if value is None else f"{value:g}"
