"""``python -m intents add, remove, undo, history, import, export, try, lint``: the sentences themselves."""

import argparse
import sys
from pathlib import Path
from typing import Any

from backend.core.errors import Problem
from backend.core.schemas import PageQuery
from backend.launch.running import running_house
from intents import edits, exchange, importing, trying
from intents.draft_rules import Edit, Kind
from intents.edits import Deed, Reason, Wish
from intents.exchange import ENDINGS, Format
from intents.lint import check, summary
from intents.lint_near import Thresholds, check_near
from intents.operators import operator_named
from intents.sentences import SECOND_SETS, TEST_SETS, read_matters, read_speech_acts, read_test_sets
from intents.showing import arguments_of, console, show, signed, table
from intents.vectors import keep, open_embedder

FEW = 3


def add_data(tools: Any) -> None:
    """The commands."""
    for deed in Deed:
        changing = tools.add_parser(deed.value, help=f"{deed.value} an example, a name or an ambiguous word")
        changing.add_argument("text")
        changing.add_argument("--matter")
        changing.add_argument("--act", default="do_matter")
        changing.add_argument("--kind", choices=[*Kind], type=Kind, default=Kind.EXAMPLE)
        changing.set_defaults(deed=deed)
        arguments_of(signed(changing), run_change)
    undoing = tools.add_parser("undo", help="take one change back")
    undoing.add_argument("change", help="its number, as `history` shows it")
    arguments_of(signed(undoing), run_undo)
    telling = tools.add_parser("history", help="who changed what, when and why")
    telling.add_argument("--matter")
    telling.add_argument("--act")
    telling.add_argument("--limit", type=int, default=30)
    arguments_of(telling, run_history)
    taking = tools.add_parser("import", help="sentences from a file: .yml (Rasa), .jsonl, .csv, .xlsx")
    taking.add_argument("file", type=Path)
    taking.add_argument("--dry-run", action="store_true", help="only tell what would happen")
    taking.add_argument("--partial", action="store_true", help="take the good rows if others are refused")
    arguments_of(signed(taking), run_import)
    giving = tools.add_parser("export", help="the draft's sentences into a file of the form its name tells")
    giving.add_argument("file", type=Path)
    giving.add_argument("--matter")
    giving.add_argument("--act")
    arguments_of(giving, run_export)
    reading = tools.add_parser("try", help="read a sentence with the draft, without a training")
    reading.add_argument("text")
    arguments_of(reading, run_try)
    linting = tools.add_parser("lint", help="check the sentences")
    linting.add_argument("--draft", action="store_true", help="with the operators' changes on top")
    linting.add_argument("--near", action="store_true", help="by meaning, too: takes minutes the first time")
    linting.add_argument("--warnings", action="store_true", help="list every warning")
    arguments_of(linting, run_lint)


def run_change(given: argparse.Namespace) -> int:
    """Add or remove."""
    place = running_house()
    who = operator_named(place, given.operator)
    wish = Wish(given.deed, Edit(given.kind, given.text, given.matter, given.act))
    return _show_changes(given, edits.change(place, who, [wish], Reason(given.why)))


def run_undo(given: argparse.Namespace) -> int:
    """Take back."""
    place = running_house()
    made = edits.undo(place, operator_named(place, given.operator), given.change, why=given.why)
    return _show_changes(given, [made])


def run_history(given: argparse.Namespace) -> int:
    """The newest changes."""
    page = PageQuery(limit=min(given.limit, 100))
    return _show_changes(
        given, edits.history(running_house(), page, matter=given.matter, act=given.act).items
    )


def run_import(given: argparse.Namespace) -> int:
    """Look at every row; then take them."""
    rows = exchange.read(given.file.read_bytes(), _form_of(given.file))
    place = running_house()
    who = operator_named(place, given.operator)
    plan = importing.plan(place, rows)
    shown = table("row", "refused because")
    for number, reason in plan.refused:
        shown.add_row(str(number), reason)
    done = not given.dry_run and (given.partial or not plan.refused)
    if done:
        importing.take(place, who, plan, why=given.why, partial=given.partial)
    words = "taken" if done else "would be taken" if given.dry_run else "not taken: others are refused"
    shown.caption = f"{len(plan.taken)} of {len(rows)} rows are good; {words}"
    show(given, plan.view(done=done), shown)
    return 0 if done or given.dry_run else 1


def run_export(given: argparse.Namespace) -> int:
    """Write the file."""
    sentences = edits.read_draft(running_house()).sentences
    rows = list(exchange.rows_of(sentences, matter=given.matter, act=given.act))
    given.file.write_bytes(exchange.write(rows, _form_of(given.file)))
    shown = table("file", "sentences")
    shown.add_row(str(given.file), str(len(rows)))
    return show(given, {"file": str(given.file), "sentences": len(rows)}, shown)


def run_try(given: argparse.Namespace) -> int:
    """What the assistant would make of a sentence."""
    place = running_house()
    tried = trying.try_sentence(place, given.text, embedder=open_embedder(place.settings.models_dir)).view()
    read, shown = tried["reading"], table("", "intent", "", "nearest example")
    shown.add_row("act", read["act"], f"{read['confidence']:.2f}", "")
    for one in read["matters"]:
        shown.add_row(f"matter ({read['decision']})", one["id"], f"{one['score']:.2f}", "")
    for kind in ("matters", "acts"):
        for one in tried["nearest"][kind]:
            shown.add_row(f"nearest of {kind}", one["id"], f"{one['likeness']:.2f}", one["example"])
    return show(given, tried, shown)


def run_lint(given: argparse.Namespace) -> int:
    """Errors, a line each; warnings counted, or listed when asked for."""
    changes = edits.effective_edits(running_house()) if given.draft else {}
    found = check(changes)
    near = [str(one) for one in _near(changes)] if given.near else []
    if given.as_json:
        show(given, {"errors": found.errors, "warnings": found.warnings, "near": near}, table())
        return 1 if found.errors else 0
    for line in [*found.errors, *near]:
        print(line)
    for line in found.warnings if given.warnings else found.warnings[:FEW]:
        print(f"warning: {line}")
    if len(found.warnings) > FEW and not given.warnings:
        print(f"warning: and {len(found.warnings) - FEW} more; --warnings lists them")
    if found.errors:
        print(f"{len(found.errors)} findings", file=sys.stderr)
        return 1
    print(f"sentences: {summary()}; nothing to complain about")
    return 0


def _near(changes: dict[str, Any]) -> list[Any]:
    limits, embedder = Thresholds(), open_embedder()
    console.print(f"too near: {limits}", style="dim", highlight=False)
    found = check_near(embedder, changes, limits=limits)
    measured = [one for folder in (TEST_SETS, SECOND_SETS) for one in read_test_sets(folder)]
    keep(embedder, [one.text for one in [*read_matters(), *read_speech_acts(), *measured]])
    return found


def _show_changes(given: argparse.Namespace, changes: list[dict[str, Any]]) -> int:
    shown = table("change", "when", "who", "what", "where", "sentence", "why")
    rows = [edits.view_change(one) for one in changes]
    for row in rows:
        where = row["matter"] or row["act"]
        what = f"{row['deed']} {row['kind']}" + (f" (undoes {row['undoes']})" if row["undoes"] else "")
        shown.add_row(row["id"], row["at"][:19], row["by"], what, where, row["text"], row["why"])
    return show(given, {"items": rows}, shown)


def _form_of(file: Path) -> Format:
    form = ENDINGS.get(file.suffix.lower())
    if form is None:
        known = " ".join(ENDINGS)
        raise Problem("unsupported-file", f"不认识“{file.name}”这种文件；后缀可以是 {known}。")
    return form
