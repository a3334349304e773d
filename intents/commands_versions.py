"""The command line of versions: train, versions, compare, publish, rollback, canary.

``--json`` prints the answer as JSON and nothing else. Each works with the product that runs on this machine.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backend.core.errors import Problem
from backend.core.house import House
from backend.core.schemas import PageQuery
from backend.launch.running import NotRunningError, running_house
from intents import comparing, measuring, publishing, serving, training, versions
from intents.operators import operator_named
from intents.serving_now import serving_now
from intents.version_views import view_publication, view_version, view_whole_version
from intents.versions import Kind, State

PATIENCE = 1800.0
SERVED_WITHIN = 60.0
LOOK_EVERY = 0.3
console = Console(highlight=False)
Tool = Callable[[House, argparse.Namespace], Any]


class Refusal(Exception):
    """What cannot be done; the message is for whoever typed the command."""


def add_versions(tools: Any) -> None:
    """Add these tools to the command line's others."""
    train = _tool(tools, "train", run_train, "train a version of the draft, and measure it", who=True)
    kind = train.add_mutually_exclusive_group()
    kind.add_argument(
        "--full", dest="kind", action="store_const", const=Kind.FULL, help="learn anew (default)"
    )
    kind.add_argument(
        "--index",
        dest="kind",
        action="store_const",
        const=Kind.INDEX,
        help="matters' sentences only: no learning",
    )
    train.add_argument("--behind", action="store_true", help="do not wait for its end")
    train.set_defaults(kind=Kind.FULL)
    listing = _tool(tools, "versions", run_versions, "the versions, newest first")
    listing.add_argument("version", nargs="?", help="one version in full")
    listing.add_argument("--limit", type=int, default=20)
    compare = _tool(tools, "compare", run_compare, "two versions, sentence by sentence")
    compare.add_argument("before")
    compare.add_argument("after")
    publish = _tool(tools, "publish", run_publish, "let a version answer, if it passes the gate", who=True)
    publish.add_argument("version")
    publish.add_argument("--canary", type=float, metavar="SHARE", help="only this share of the conversations")
    _tool(tools, "rollback", run_rollback, "take the last publication back", who=True)
    status = _tool(tools, "serving", run_serving, "what answers now, and how a canary does beside it")
    status.add_argument("--limit", type=int, default=10)


def _tool(tools: Any, name: str, work: Tool, help_: str, *, who: bool = False) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = tools.add_parser(name, help=help_)
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
    if who:
        parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="your staff account")
        parser.add_argument("--why", required=True, help="for the record")
    parser.set_defaults(work=lambda given: _run(work, given))
    return parser


def _run(work: Tool, given: argparse.Namespace) -> int:
    try:
        answer = work(running_house(), given)
    except Problem as problem:
        if given.as_json:
            print(json.dumps(problem.document(), ensure_ascii=False, indent=1))
        else:
            _show_refusal(problem)
        return 1
    except (NotRunningError, Refusal) as error:
        print(error, file=sys.stderr)
        return 1
    if given.as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    return 0


def run_train(place: House, given: argparse.Namespace) -> Any:
    """Ask for a training and follow it; Ctrl-C leaves it going on."""
    by = operator_named(place, given.name).id
    version = training.ask_training(place, kind=given.kind, by=by, why=given.why)
    training.start_trainer(place, version["_id"])
    if given.behind:
        _say(given, f"{version['_id']} is being trained; python -m intents versions {version['_id']}")
        return view_version(place, version)
    done = _follow(place, version["_id"], shown=not given.as_json)
    if done["state"] == State.FAILED:
        raise Refusal(f"{done['_id']} failed: {done.get('failure')}")
    if not given.as_json:
        _show_version(place, done)
    return view_version(place, done)


def _follow(place: House, version: str, *, shown: bool) -> Any:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    until = time.monotonic() + PATIENCE
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not shown) as bar:
        task = bar.add_task(version, total=100)
        while time.monotonic() < until:
            found = versions.get_version(place, version)
            progress = found["progress"]
            bar.update(task, completed=progress["percent"], description=f"{version}: {progress['step']}")
            if found["state"] != State.TRAINING:
                return found
            time.sleep(LOOK_EVERY)
    raise Refusal(f"{version} is not ready after {PATIENCE:.0f} s; it goes on.")


def run_versions(place: House, given: argparse.Namespace) -> Any:
    """A table, or one version in full."""
    if given.version:
        whole = view_whole_version(place, versions.get_version(place, given.version))
        if not given.as_json:
            console.print_json(data=whole)
        return whole
    found = versions.list_versions(place, PageQuery(limit=min(max(given.limit, 1), 100)))
    if not given.as_json:
        table = Table("version", "kind", "state", "by", "why", "matters, first", "speech acts")
        for one in found.items:
            table.add_row(*_row(view_version(place, one)))
        console.print(table)
    return found.view(lambda one: view_version(place, one))


def _row(seen: dict[str, Any]) -> list[str]:
    figures = (seen["figures"] or {}).get("test") or {}
    measured = [
        f"{figures[name]:.3f}" if figures else "" for name in ("matters, first", "speech acts, accuracy")
    ]
    return [*(str(seen[name]) for name in ("id", "kind", "state", "by", "why")), *measured]


def evaluate_version(version: str, file: Path) -> int:
    """Read the frozen sets and the safety sentences with a version; its report is kept with it."""

    def work(place: House, given: argparse.Namespace) -> None:
        found = versions.get_version(place, version)
        with Progress(console=console) as bar:
            task = bar.add_task(f"reading with {version}", total=1.0)
            measuring.measure(place, found, lambda part: bar.update(task, completed=part))
        done = versions.get_version(place, version)
        _show_version(place, done)
        file.parent.mkdir(parents=True, exist_ok=True)
        report = view_whole_version(place, done)["report"]
        file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")

    return _run(work, argparse.Namespace(as_json=False))


def run_compare(place: House, given: argparse.Namespace) -> Any:
    """Fixed, broken, both wrong."""
    found = comparing.compare_versions(place, given.before, given.after)
    if not given.as_json:
        console.print(str(found.counts()))
        for name in ("fixed", "broken", "both_wrong"):
            console.print(f"\n[bold]{name.replace('_', ' ')}[/]")
            for one in getattr(found, name):
                said = f"{one.text}  {' | '.join(one.right)}: {one.before} → {one.after}"
                console.print(f"  {said}", markup=False)
    return found.dump()


def run_publish(place: House, given: argparse.Namespace) -> Any:
    """Through the gate, and seen to answer."""
    if given.canary is not None and not 0 < given.canary < 1:
        raise Refusal("--canary is a share between 0 and 1, like 0.1")
    by = operator_named(place, given.name).id
    entry = publishing.publish(place, given.version, share=given.canary, by=by, why=given.why)
    return _seen_to_arrive(place, given, entry)


def run_rollback(place: House, given: argparse.Namespace) -> Any:
    """The previous version answers again."""
    by = operator_named(place, given.name).id
    return _seen_to_arrive(place, given, publishing.roll_back(place, by=by, why=given.why))


def _seen_to_arrive(place: House, given: argparse.Namespace, entry: Any) -> Any:
    began = time.monotonic()
    outcome = "loading"
    while outcome == "loading" and time.monotonic() - began < SERVED_WITHIN:
        outcome = publishing.confirm(place)
        if outcome == "loading":
            time.sleep(LOOK_EVERY)
    seconds = round(time.monotonic() - began, 1)
    if outcome == "taken-back":
        raise Refusal(f"The assistant could not load {entry['version']}; what answered before answers on.")
    whom = "everybody" if entry["share"] == 1 else f"{entry['share']:.0%} of the conversations"
    if outcome == "served":
        _say(given, f"{entry['version']} answers {whom} now, after {seconds:g} s")
    else:
        _say(given, f"{entry['version']} is published for {whom}; the assistant has not taken it up yet")
    return view_publication(place, entry) | {"outcome": outcome, "seconds": seconds}


def run_serving(place: House, given: argparse.Namespace) -> Any:
    """The versions that answer, how each does, and the last publications."""
    book = publishing.list_publications(place, PageQuery(limit=min(max(given.limit, 1), 100)))
    answer = serving_now(place) | {"publications": [view_publication(place, one) for one in book.items]}
    if not given.as_json:
        console.print_json(data=answer)
    return answer


def _show_version(place: House, version: Any) -> None:
    live = serving.live_version(place)
    table = Table(title=f"{version['_id']} beside {live['_id']}, which is live")
    for heading in ("set", "what", version["_id"], "live"):
        table.add_column(heading)
    before = live["report"]["sets"] if live["report"] else {}
    for which, one in version["report"]["sets"].items():
        for measure, value in one["figures"].items():
            old = before.get(which, {}).get("figures", {}).get(measure)
            table.add_row(which, measure, f"{value:.3f}", "" if old is None else f"{old:.3f}")
    console.print(table)
    wrong = version["report"]["safety"]["wrong"]
    console.print(
        f"safety sentences: {version['report']['safety']['count'] - len(wrong)} right, {len(wrong)} wrong"
    )
    for one in wrong:
        console.print(f"  {one['text']}  {one['act']}: {one['read']}", markup=False)


def _show_refusal(problem: Problem) -> None:
    error = Console(stderr=True, highlight=False)
    error.print(problem.detail, markup=False)
    for one in problem.extra.get("worse") or []:
        error.print(
            f"  {one['which']}: {one['measure']} {one['live']:g} → {one['candidate']:g}"
            f" (margin {one['margin']:g})",
            markup=False,
        )
    for one in problem.extra.get("unsafe") or []:
        error.print(f"  {one['text']}  {one['act']}: {one['read']}", markup=False)


def _say(given: argparse.Namespace, words: str) -> None:
    if not given.as_json:
        console.print(words)
