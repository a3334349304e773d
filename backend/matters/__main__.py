"""`python -m backend.matters check | show | graph | calibrate`: the tools for those who write matters."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from backend.matters.checking import check
from backend.matters.documents import SHIPPED


def main(arguments: list[str] | None = None) -> int:
    """Run one of the tools; 1 when `check` finds something, 2 for a matter that is not there."""
    parser = argparse.ArgumentParser(prog="python -m backend.matters", description=__doc__)
    tools = parser.add_subparsers(dest="tool", required=True)
    checked = tools.add_parser("check", help="say what is wrong with matter files")
    checked.add_argument("folders", nargs="*", type=Path, help="folders or nothing for the shipped catalogue")
    shown = tools.add_parser("show", help="print a matter's guide and flow")
    shown.add_argument("id")
    drawn = tools.add_parser("graph", help="print a bundle's parts and what waits for what")
    drawn.add_argument("id")
    drawn.add_argument("--svg", type=Path, help="write the picture into this file")
    calibrated = tools.add_parser("calibrate", help="learn how much each measure of the search counts")
    calibrated.add_argument(
        "--cache", type=Path, help="sentences embedded before (MODELS_DIR/embeddings.npz)"
    )
    given = parser.parse_args(arguments)
    if given.tool == "check":
        return _check(given.folders)
    if given.tool == "calibrate":
        return _calibrate(given.cache)
    return _show(given.id, svg=getattr(given, "svg", None), graph=given.tool == "graph")


def _check(folders: list[Path]) -> int:
    missing = [folder for folder in folders if not folder.is_dir()]
    findings = [f"{folder}: there is no such folder" for folder in missing] or check(folders)
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} findings", file=sys.stderr)
        return 1
    print("matters: nothing to complain about")
    return 0


def _show(matter_id: str, *, svg: Path | None, graph: bool) -> int:
    from backend.matters.catalogue import load_catalogue  # noqa: PLC0415
    from backend.matters.showing import as_graph, as_guide, as_picture  # noqa: PLC0415

    catalogue = load_catalogue([SHIPPED])
    if matter_id not in catalogue.matters:
        close = [one for one in sorted(catalogue.matters) if matter_id.split("-", maxsplit=1)[0] in one]
        print(f"there is no matter {matter_id!r}; near it: {', '.join(close) or 'none'}", file=sys.stderr)
        return 2
    matter = catalogue.matters[matter_id]
    if graph and not matter.is_bundle:
        print(f"{matter_id} is no bundle: it has no parts to draw", file=sys.stderr)
        return 2
    if svg:
        svg.write_text(as_picture(matter, catalogue), "utf-8")
        print(f"written to {svg}")
        return 0
    Console().print(as_graph(matter, catalogue) if graph else as_guide(matter, catalogue))
    return 0


def _calibrate(cache: Path | None) -> int:
    from backend.matters.calibrating import calibrate, write_weights  # noqa: PLC0415
    from backend.matters.catalogue import load_catalogue  # noqa: PLC0415
    from backend.matters.ranking import WEIGHTS_FILE, Ranking  # noqa: PLC0415
    from backend.matters.reading import intents_folders, read_findable  # noqa: PLC0415
    from intents.embeddings import Embedder, load_engine  # noqa: PLC0415
    from intents.searches import DEVELOPMENT, read_searches  # noqa: PLC0415

    ranking = Ranking(read_findable(load_catalogue([SHIPPED]), intents_folders()))
    embedder = Embedder(load_engine())
    if cache:
        embedder.load(cache)
    ranking.learn_meanings(embedder.vectors(ranking.texts))
    write_weights(calibrate(ranking, embedder, read_searches(DEVELOPMENT)))
    print(f"written to {WEIGHTS_FILE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
