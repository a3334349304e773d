"""`python -m backend.prompts`: the rules of 提示-服务, tried before anyone hears of them.

    explain RULE CITIZEN     each condition with the fact that decided it; --as and --why go on record
    dry-run RULE             whom it would reach, who is kept back, what the next week brings
    plan                     which index serves which rule; a rule that would walk over everybody is an error

Works on the running product, or on the database and keys that the environment names.
"""

import argparse
import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from backend.audit.trail import Deed, Reader, Reading, note_reading
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.logs import set_up_logs
from backend.launch.running import NotRunningError, running_house
from backend.prompts.explaining import explain
from backend.prompts.planning import plan
from backend.prompts.surveying import dry_run

console = Console()
_JOINED = {"all": "all of", "any": "any of", "none": "none of"}
_PARTS = {"by_district": "district", "by_age": "age", "by_sex": "sex", "kept_back": "kept back"}


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; 1 when it cannot be done, or when a rule would scan."""
    given = _parser().parse_args(arguments)
    set_up_logs("prompts", "WARNING", to=sys.stderr)
    try:
        return int(given.work(running_house(), given))
    except (NotRunningError, Problem) as error:
        print(error.detail if isinstance(error, Problem) else error, file=sys.stderr)
        return 1


def run_explain(place: House, given: argparse.Namespace) -> int:
    """One citizen's facts are read: who does it, and why, is written down first."""
    reader = Reader(given.reader, "data-office", given.reader)
    note_reading(place, reader, Reading(Deed.EXPLAIN_PROMPT, given.citizen, given.why))
    found = explain(place, given.rule, given.citizen)
    if given.json:
        return _print(found)
    tree = Tree(f"{_sign(found['holds'])} {given.rule} {found['version'][:8]} · {found['day']}")
    _grow(tree, found["conditions"])
    controls = tree.add("what else decides")
    for one in found["controls"]:
        until = f", until {one['until']:%Y-%m-%d %H:%M}" if one["until"] else ""
        controls.add(f"{_sign(one['lets'])} {one['control']} {one['why']}{until}")
    console.print(tree)
    console.print(found["outcome"], style="bold")
    return 0


def _grow(tree: Tree, condition: dict[str, Any]) -> None:
    if "join" in condition:
        branch = tree.add(f"{_sign(condition['holds'])} {_JOINED[condition['join']]}")
        for one in condition["of"]:
            _grow(branch, one)
        return
    source = condition["department"] or "no source"
    since = f", {condition['as_of']:%Y-%m-%d}" if condition["as_of"] else ""
    words = f"{condition['path']} {condition['wanted']}: {condition['value']} ({source}{since})"
    tree.add(f"{_sign(condition['holds'])} {words}")


def run_dry(place: House, given: argparse.Namespace) -> int:
    """Counts and examples; nobody hears of it."""
    found = dry_run(place, given.rule)
    if given.json:
        return _print(found)
    console.print(f"{given.rule} {found['level']} {found['version'][:8]} · {found['day']}", style="bold")
    coming = "unknown" if found["next_week"] is None else found["next_week"]
    waves = f"told at once {found['first_wave']}, in the week after {coming}"
    console.print(f"reached {found['reached']}, {waves}")
    for part, title in _PARTS.items():
        rows = "  ".join(f"{name} {count}" for name, count in found[part].items())
        console.print(f"{title}: {rows or 'none'}")
    for one in found["examples"]:
        facts = ", ".join(f"{row['label']} {row['value']}" for row in one["evidence"])
        console.print(f"e.g. {one['text']} ({facts})", style="dim")
    return 0


def run_plan(place: House, given: argparse.Namespace) -> int:
    """Which index finds whom, as the database itself says."""
    rows = plan(place)
    if given.json:
        return _print(rows) or int(not all(row["indexed"] for row in rows))
    table = Table()
    for heading in ("rule", "daily", "index", "keys looked at"):
        table.add_column(heading)
    for row in rows:
        style = None if row["indexed"] else "red"
        table.add_row(row["rule"], row["why"], row["index"] or "a scan", str(row["keys"]), style=style)
    console.print(table)
    scanning = [row["rule"] for row in rows if not row["indexed"]]
    if scanning:
        print(f"would walk over everybody each day: {', '.join(scanning)}", file=sys.stderr)
    return int(bool(scanning))


def _print(found: Any) -> int:
    print(json.dumps(found, ensure_ascii=False, indent=2, default=str))
    return 0


def _sign(holds: bool) -> str:
    return "[green]✓[/]" if holds else "[red]✗[/]"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backend.prompts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    tools = parser.add_subparsers(dest="tool", required=True)
    for name, work in (("explain", run_explain), ("dry-run", run_dry), ("plan", run_plan)):
        tool = tools.add_parser(name)
        tool.set_defaults(work=work)
        tool.add_argument("--json", action="store_true", help="as the API tells it")
        if name != "plan":
            tool.add_argument("rule", help="the matter or bundle whose file holds the rule")
        if name == "explain":
            tool.add_argument("citizen", help="the citizen's id")
            tool.add_argument("--as", dest="reader", required=True, help="who reads it")
            tool.add_argument("--why", required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
