"""``python -m intents inbox …``: what the assistant did not understand."""

import argparse
from typing import Any

from rich.table import Table

from backend.core.schemas import PageQuery
from backend.launch.running import running_house
from intents import inbox, inbox_grouping, inbox_store
from intents.inbox import Label, Outcome
from intents.inbox_collecting import collect
from intents.inbox_store import QUEUES, WAITING, Reason, State
from intents.operators import operator_named
from intents.showing import arguments_of, show, signed, table
from intents.vectors import open_embedder

SHOWN = 30


def add_inbox(tools: Any) -> None:
    """The command and its own commands."""
    parser = tools.add_parser("inbox", help="what was not understood: list, group, label, confirm")
    doing = parser.add_subparsers(dest="doing", required=True)
    for name, work, words in (
        ("list", run_list, "the sentences, the most frequent first"),
        ("groups", run_groups, "the same, grouped by meaning"),
    ):
        listing = doing.add_parser(name, help=words)
        listing.add_argument("--queue", choices=[*Reason], type=Reason, help="one queue only")
        listing.add_argument("--limit", type=int, default=SHOWN)
        arguments_of(listing, work)
        if name == "list":
            listing.add_argument("--state", choices=[*State], type=State, help="else what waits")
            listing.add_argument("--group", help="one group only")
    arguments_of(doing.add_parser("queues", help="how much waits where"), run_queues)
    arguments_of(doing.add_parser("collect", help="look at the turns and group, now"), run_collect)
    labelling = doing.add_parser("label", help="say what sentences are")
    labelling.add_argument("--act", default="do_matter")
    labelling.add_argument("--matter")
    _chosen(labelling, run_label)
    for name, work, words in (
        ("confirm", run_confirm, "agree with a colleague's label"),
        ("ignore", run_ignore, "put aside what nobody can learn from"),
        ("reopen", run_reopen, "take up again, without labels"),
    ):
        _chosen(doing.add_parser(name, help=words), work)
    splitting = doing.add_parser("split", help="take a group apart: chosen entries, or in two by meaning")
    splitting.add_argument("group")
    splitting.add_argument("entries", nargs="*")
    arguments_of(signed(splitting), run_split)


def run_list(given: argparse.Namespace) -> int:
    """Sentences, the most frequent first."""
    states = [given.state] if given.state else WAITING
    page = PageQuery(limit=min(given.limit, 100))
    found = inbox_store.list_entries(
        running_house(), page, states=states, queue=given.queue, group=given.group
    )
    rows = [inbox.view_entry(one) for one in found.items]
    return show(given, {"items": rows}, _entries(rows))


def run_groups(given: argparse.Namespace) -> int:
    """Groups, the most frequently said first."""
    found = inbox_store.list_groups(
        running_house(), PageQuery(limit=min(given.limit, 100)), queue=given.queue
    )
    rows = [inbox.view_group(one) for one in found.items]
    return show(given, {"items": rows}, _groups(rows))


def run_queues(given: argparse.Namespace) -> int:
    """How much waits where."""
    sizes = inbox_store.queue_sizes(running_house())
    shown = table("queue", "", "sentences", "times said")
    for one in QUEUES:
        shown.add_row(one.value, QUEUES[one], str(sizes["queues"][one]), str(sizes["times"][one]))
    return show(given, dict(sizes), shown)


def run_collect(given: argparse.Namespace) -> int:
    """What the tasks do every minute, at once."""
    place = running_house()
    counted = collect(place)
    grouped = inbox_grouping.group_waiting(place, open_embedder(place.settings.models_dir))
    shown = table("counted in", "looked at for grouping")
    shown.add_row(str(counted), str(grouped))
    return show(given, {"counted": counted, "grouped": grouped}, shown)


def run_label(given: argparse.Namespace) -> int:
    """Label entries, or what waits of a group."""
    place = running_house()
    label = Label(given.act, given.matter)
    who = operator_named(place, given.operator)
    return _told(given, inbox.label(place, who, _entries_of(place, given), label, why=given.why))


def run_confirm(given: argparse.Namespace) -> int:
    """Agree with a colleague."""
    place = running_house()
    who = operator_named(place, given.operator)
    return _told(given, inbox.confirm(place, who, _entries_of(place, given), why=given.why))


def run_ignore(given: argparse.Namespace) -> int:
    """Put aside."""
    place = running_house()
    who = operator_named(place, given.operator)
    return _told(given, inbox.ignore(place, who, _entries_of(place, given), why=given.why))


def run_reopen(given: argparse.Namespace) -> int:
    """Take up again."""
    place = running_house()
    who = operator_named(place, given.operator)
    return _told(given, inbox.reopen(place, who, _entries_of(place, given), why=given.why))


def run_split(given: argparse.Namespace) -> int:
    """Take a group apart."""
    place = running_house()
    operator_named(place, given.operator)
    rows = [inbox.view_group(one) for one in inbox_grouping.split(place, given.group, given.entries)]
    return show(given, {"items": rows}, _groups(rows))


def _chosen(parser: argparse.ArgumentParser, work: Any) -> None:
    parser.add_argument("entries", nargs="*", help="entries by id")
    parser.add_argument("--group", help="instead: all that waits of a group")
    arguments_of(signed(parser), work)


def _entries_of(place: Any, given: argparse.Namespace) -> list[str]:
    if bool(given.entries) == bool(given.group):
        raise SystemExit("name entries, or a group with --group")
    return list(given.entries) or inbox.of_group(place, given.group)


def _told(given: argparse.Namespace, outcomes: list[Outcome]) -> int:
    shown = table("entry", "sentence", "now", "refused")
    for one in outcomes:
        shown.add_row(one.entry, one.text, one.state.value if one.state else "", one.refused)
    show(given, {"items": [one.view() for one in outcomes]}, shown)
    return 1 if any(one.refused for one in outcomes) else 0


def _entries(rows: list[dict[str, Any]]) -> Table:
    shown = table("entry", "times", "sentence", "queues", "nearest", "state", "labels")
    for row in rows:
        nearest = " ".join(f"{one['id']} {one['likeness']:.2f}" for one in row["suggestions"]["matters"][:2])
        labels = " ".join(f"{one['name']}: {one['matter'] or one['act']}" for one in row["labels"])
        queues = " ".join(one["name"] for one in row["queues"])
        shown.add_row(row["id"], str(row["count"]), row["text"], queues, nearest, row["state"], labels)
    return shown


def _groups(rows: list[dict[str, Any]]) -> Table:
    shown = table("group", "times", "sentences", "most central", "words", "nearest")
    for row in rows:
        nearest = " ".join(f"{one['id']} {one['likeness']:.2f}" for one in row["suggestions"]["matters"][:2])
        counts = str(row["count"]), str(row["entries"])
        shown.add_row(row["id"], *counts, row["label"], " ".join(row["words"]), nearest)
    return shown
