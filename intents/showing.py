"""How the operators' commands take and show things: a table for people, JSON for programs."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

# A pipe gets a fixed width: tables must look the same wherever they go.
console = Console(width=None if sys.stdout.isatty() else 160)


def arguments_of(parser: argparse.ArgumentParser, work: Callable[[argparse.Namespace], int]) -> None:
    """What every command takes, and what it does."""
    parser.add_argument("--json", action="store_true", dest="as_json", help="JSON instead of a table")
    parser.set_defaults(work=work)


def signed(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Who does it, and why; both go into the history."""
    parser.add_argument("--as", dest="operator", required=True, metavar="NAME", help="your workbench account")
    parser.add_argument("--why", required=True, help="kept in the history")
    return parser


def table(*headings: str) -> Table:
    """An empty table."""
    made = Table()
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def show(given: argparse.Namespace, found: dict[str, Any], shown: Table) -> int:
    """Either of the two; 0, as a command's status."""
    if given.as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        console.print(shown, markup=False, highlight=False)
    return 0
