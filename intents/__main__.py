"""The operators' tools: ``python -m intents TOOL --help``. Exit status 1 when something is not right.

Where they keep and find things: SUIBAN_HOME, DATA_DIR, MODELS_DIR, as for everything else.
"""

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from backend.core.errors import Problem
from backend.core.logs import set_up_logs
from backend.launch.running import NotRunningError
from intents import crossing, evaluating, external, judges
from intents.commands_data import add_data
from intents.commands_inbox import add_inbox
from intents.commands_insight import add_insight
from intents.commands_versions import add_versions, evaluate_version
from intents.lint import matters_of_the_catalogue
from intents.picture import write_picture
from intents.plain_rasa import SETTINGS
from intents.sentences import (
    DEVELOPMENT_SETS,
    INTENTS,
    SECOND_SETS,
    TEST_SETS,
    UnreadableError,
    read_matters,
    read_speech_acts,
    read_test_sets,
)

SETS = {"test": TEST_SETS, "second": SECOND_SETS, "development": DEVELOPMENT_SETS}
REPORT = INTENTS.parent / "build" / "evaluate.json"
MOST_SHOWN = 20
console = Console()


def main() -> int:
    """Run one of the tools."""
    parser = argparse.ArgumentParser(prog="python -m intents", description=__doc__)
    tools = parser.add_subparsers(dest="tool", required=True)
    add_inbox(tools)
    add_data(tools)
    evaluate = tools.add_parser("evaluate", help="measure a model on sentences it has not seen")
    evaluate.add_argument("version", nargs="?", help="a version of the running product, kept with its report")
    evaluate.add_argument("--set", choices=SETS, default="test", dest="which", help="which frozen set")
    evaluate.add_argument(
        "--model", type=Path, help="the model's file; else the sentences' own, trained if need be"
    )
    evaluate.add_argument("--alone", action="store_true", help="without plain Rasa beside it")
    evaluate.add_argument("--errors", action="store_true", help="list the sentences of every mistake")
    evaluate.add_argument(
        "--cross", type=int, nargs="?", const=crossing.FOLDS, metavar="FOLDS",
        help="instead of a set: the training sentences, each read by a model that has not seen it",
    )  # fmt: skip
    evaluate.add_argument(
        "--file", type=Path, help='instead of a set: a JSONL file of {"text", "label", "alt"}'
    )
    evaluate.add_argument("--map", type=Path, help="for --file: a CSV file of label,target")
    evaluate.add_argument("--json", type=Path, default=REPORT, help="where the figures are written")
    evaluate.set_defaults(work=run_evaluate)
    add_insight(tools)
    add_versions(tools)
    given = parser.parse_args()
    # Standard output is for the answer alone: programs read it.
    set_up_logs("intents", "WARNING", to=sys.stderr)
    try:
        return int(given.work(given))
    except Problem as problem:
        print(problem.detail, file=sys.stderr)
        return 1
    except (UnreadableError, external.ExternalError, judges.JudgeError, NotRunningError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def run_evaluate(given: argparse.Namespace) -> int:
    """One table; the figures as JSON."""
    if bool(given.file) != bool(given.map):
        print("--file and --map go together", file=sys.stderr)
        return 1
    if given.version:
        return evaluate_version(given.version, given.json)
    if given.cross:
        return _cross_validate(given)
    model = given.model or _said("our model", judges.train)
    if given.file:
        return _evaluate_file(given, model)
    sentences = read_test_sets(SETS[given.which])
    ours = _said("reading with it", lambda: evaluating.ours(model, sentences))
    plain = (
        None
        if given.alone
        else _said("plain Rasa, on the same sentences", lambda: evaluating.plain(sentences))
    )
    mine = evaluating.figures(ours)
    theirs = evaluating.figures(plain) if plain else {}
    their_ms = evaluating.speed(plain) if plain else None
    found = evaluating.details(ours)
    rows = [(column, mine[column.name], theirs.get(column.name)) for column in evaluating.COLUMNS]
    good = {
        column.name: column.reached(value) and (other is None or column.ahead(value, other))
        for column, value, other in rows
    }
    good["one reading"] = found["ms"] <= evaluating.SLOWEST_MS
    console.print(_table(given.which, ours, rows, good, (found["ms"], their_ms)))
    if given.errors:
        _show_errors(found)
    if given.which != "second":
        _draw(given.json, ours, f"the {given.which} set, {model.name}")
    report = {"set": given.which, "model": model.name, "ours": mine, "plain_rasa": theirs, "good": good}
    report |= {"plain_rasa_ms": their_ms, "plain_rasa_settings": SETTINGS}
    _write(given.json, report | {"details": found})
    return 0 if all(good.values()) else 1


def _cross_validate(given: argparse.Namespace) -> int:
    if not 2 <= given.cross <= 20:
        print("--cross takes 2 to 20 folds", file=sys.stderr)
        return 1
    sentences = [*read_speech_acts(), *read_matters()]
    dim = partial(console.print, style="dim")
    found = crossing.cross_validate(sentences, folds=given.cross, tell=lambda words: dim(f"  {words} …"))
    figures = evaluating.figures(found)
    table = Table(title=f"{len(sentences)} training sentences, {given.cross} folds")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4f}")
    console.print(table)
    _draw(given.json, found, f"{given.cross} folds")
    _write(given.json, {"folds": given.cross, "ours": figures, "details": evaluating.details(found)})
    return 0


def _draw(report: Path, found: evaluating.Readings, title: str) -> None:
    """The confusion matrices beside the report."""
    for name, judged in (("acts", found.acts), ("matters", found.matters)):
        file = write_picture(report.with_name(f"confusions-{name}.svg"), judged, f"{name}: {title}")
        console.print(f"drawn in {file}", style="dim")


def _table(
    which: str,
    ours: evaluating.Readings,
    rows: list[tuple[evaluating.Column, float, float | None]],
    good: dict[str, bool],
    ms: tuple[float, float | None],
) -> Table:
    counts = f"{len(ours.acts)} acts, {len(ours.matters)} matters, {len(ours.outside)} out of scope"
    table = Table(
        title=f"The {which} set: {counts}, {len(ours.english)} of the matters' in English",
        caption=f"plain Rasa: {SETTINGS}",
    )
    for heading in ("what", "suiban", "plain Rasa", "wanted", ""):
        table.add_column(heading, no_wrap=True)
    for column, value, other in rows:
        sign = "≤" if column.lower_is_better else "≥"
        wanted = f"{sign} {column.target:g}" if column.target is not None else ""
        verdict = "[green]ok[/]" if good[column.name] else "[red]not yet[/]"
        table.add_row(column.name, f"{value:.3f}", "" if other is None else f"{other:.3f}", wanted, verdict)
    verdict = "[green]ok[/]" if good["one reading"] else "[red]not yet[/]"
    mine, theirs = (f"{one:g} ms" if one is not None else "" for one in ms)
    table.add_row("one reading, median", mine, theirs, f"≤ {evaluating.SLOWEST_MS:g} ms", verdict)
    return table


def _show_errors(found: dict[str, Any]) -> None:
    for part in ("acts", "matters"):
        console.print(f"\n[bold]{part}, taken for others[/]")
        for cell in found[part]["confusions"]:
            console.print(
                f"{cell['right']} → {cell['read'] or 'none'} ({len(cell['texts'])})", highlight=False
            )
            for text in cell["texts"][:MOST_SHOWN]:
                console.print(f"    {text}", highlight=False, markup=False)
    for part in ("outside_missed", "falsely_refused"):
        console.print(f"\n[bold]{part.replace('_', ' ')}[/]")
        for row in found[part]:
            console.print(
                f"    {row['text']}  {row['right'] or ''} {row['read']}", highlight=False, markup=False
            )


def _evaluate_file(given: argparse.Namespace, model: Path) -> int:
    targets = external.read_map(given.map, matters_of_the_catalogue())
    rows = external.read_rows(given.file, targets)
    found = _said("reading with it", lambda: external.evaluate(model, rows))
    table = Table(title=f"{given.file.name}: {found['count']} sentences")
    for name in ("accuracy", "top3", "macro_f1"):
        table.add_row(name, f"{found[name]:.4f}")
    console.print(table)
    for row in found["errors"]:
        console.print(f"{row['text']}  {row['right']} {row['read']}", highlight=False, markup=False)
    _write(given.json, found | {"file": given.file.name, "model": model.name})
    return 0


def _said(what: str, work: Any) -> Any:
    """Do something that takes a while, saying so."""
    began = time.monotonic()
    console.print(f"  {what} …", style="dim")
    result = work()
    console.print(f"  {what}: {time.monotonic() - began:.0f} s", style="dim")
    return result


def _write(file: Path, report: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    console.print(f"written to {file}", style="dim")


if __name__ == "__main__":
    sys.exit(main())
