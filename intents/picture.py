"""A confusion matrix as a picture: an SVG of our own few lines, as large as its mistakes and no larger."""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from intents.measures import Judged

CELL, MARGIN, LETTER = 22, 12, 7
MOST_LABELS = 60
NONE = "—"
STYLE = "font-family: sans-serif; font-size: 12px"


def draw_confusions(judged: Sequence[Judged], title: str, *, most: int = MOST_LABELS) -> str:
    """The matrix: rows are what is right, columns what was read, a cell darker the larger its share of the
    row.

    Labels that are never mistaken are left out, and when there are more than ``most``, the least mistaken
    too.
    """
    cells = _cells(judged)
    labels = _labels(cells, most)
    left = MARGIN * 2 + LETTER * max((len(label) for label in labels), default=0)
    top, size = left + MARGIN * 2, len(labels) * CELL
    parts = [f'<text x="{MARGIN}" y="{MARGIN * 2}" font-weight="bold">{escape(title)}</text>']
    for at, label in enumerate(labels):
        middle = at * CELL + CELL * 0.7
        parts.append(_text(left - 6, top + middle, label, "end"))
        parts.append(_turned(left + middle, top - 6, label))
    rows = Counter[str]()
    for (right, _), count in cells.items():
        rows[right] += count
    for y, right in enumerate(labels):
        for x, read in enumerate(labels):
            count = cells.get((right, read), 0)
            if count:
                colour = _colour(count / rows[right], is_right=right == read)
                parts.append(
                    _cell(left + x * CELL, top + y * CELL, count, colour, f"{right} → {read}: {count}")
                )
    frame = f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#999"/>'
    width, height = max(left + size + MARGIN * 2, 400), top + size + MARGIN * 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" style="{STYLE}">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}{frame}</svg>\n'
    )


def write_picture(file: Path, judged: Sequence[Judged], title: str) -> Path:
    """The picture as a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(draw_confusions(judged, title), "utf-8")
    return file


def _cells(judged: Sequence[Judged]) -> Counter[tuple[str, str]]:
    cells: Counter[tuple[str, str]] = Counter()
    for one in judged:
        read = NONE if one.refused else one.first or NONE
        right = read if read in one.right else min(one.right, default=NONE)
        cells[right, read] += 1
    return cells


def _labels(cells: Counter[tuple[str, str]], most: int) -> list[str]:
    mistaken: Counter[str] = Counter()
    for (right, read), count in cells.items():
        if right != read:
            mistaken[right] += count
            mistaken[read] += count
    return sorted(label for label, _ in sorted(mistaken.items(), key=lambda one: (-one[1], one[0]))[:most])


def _colour(share: float, *, is_right: bool) -> str:
    """Green where it was right, red where not; paler the smaller the share."""
    strength = 0.15 + 0.85 * share
    return f"rgb({'40, 150, 80' if is_right else '210, 60, 40'}, {strength:.2f})".replace("rgb", "rgba")


def _cell(x: float, y: float, count: int, colour: str, said: str) -> str:
    middle = CELL / 2
    return (
        f"<g><title>{escape(said)}</title>"
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}"/>'
        f'<text x="{x + middle}" y="{y + CELL * 0.7}" text-anchor="middle">{count}</text></g>'
    )


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


def _turned(x: float, y: float, said: str) -> str:
    return f'<text x="{x}" y="{y}" transform="rotate(-90 {x} {y})">{escape(said)}</text>'
