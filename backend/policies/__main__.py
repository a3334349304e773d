"""`python -m backend.policies check | answer | calibrate`: the tools for those who write policies."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from backend.core.clock import CITY
from backend.matters.catalogue import load_catalogue
from backend.matters.documents import SHIPPED as MATTERS
from backend.policies.checking import check
from backend.policies.library import SHIPPED, LibraryError, load_library


def main(arguments: list[str] | None = None) -> int:
    """Run one of the tools; 1 when `check` finds something."""
    parser = argparse.ArgumentParser(prog="python -m backend.policies", description=__doc__)
    tools = parser.add_subparsers(dest="tool", required=True)
    checked = tools.add_parser("check", help="say what is wrong with policy files")
    checked.add_argument("folders", nargs="*", type=Path, help="folders to check beside the shipped library")
    asked = tools.add_parser("answer", help="answer a question as the assistant would")
    asked.add_argument("question")
    asked.add_argument("--matter", help="the matter that is being talked about")
    calibrated = tools.add_parser("calibrate", help="learn how much each measure of the retrieval counts")
    for tool in (asked, calibrated):
        tool.add_argument("--cache", type=Path, help="sentences embedded before")
    given = parser.parse_args(arguments)
    if given.tool == "check":
        return _check([SHIPPED, *given.folders])
    if given.tool == "answer":
        return _answer(given.question, given.matter, given.cache)
    return _calibrate(given.cache)


def _check(folders: list[Path]) -> int:
    findings = [f"{folder}: there is no such folder" for folder in folders if not folder.is_dir()]
    try:
        findings = findings or check(load_library(folders), load_catalogue([MATTERS]))
    except LibraryError as error:
        findings = error.problems
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} findings", file=sys.stderr)
        return 1
    print("policies: nothing to complain about")
    return 0


def _answer(question: str, matter: str | None, cache: Path | None) -> int:
    from backend.policies.answering import Answerer  # noqa: PLC0415
    from backend.policies.opening import open_shipped  # noqa: PLC0415

    answerer = Answerer(open_shipped(cache), load_library([SHIPPED]), load_catalogue([MATTERS]))
    found = answerer.answer(question, day=datetime.now(CITY).date(), matter=matter)
    print(found.model_dump_json(indent=2))
    return 0


def _calibrate(cache: Path | None) -> int:
    from backend.policies.calibrating import calibrate  # noqa: PLC0415
    from backend.policies.opening import open_shipped  # noqa: PLC0415
    from backend.policies.retrieval import WEIGHTS_FILE  # noqa: PLC0415

    WEIGHTS_FILE.write_text(calibrate(open_shipped(cache)), "utf-8")
    print(f"written to {WEIGHTS_FILE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
