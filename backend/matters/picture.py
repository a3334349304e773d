"""A bundle drawn as one picture: its parts from left to right, each after what it waits for. SVG."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from backend.matters.bundles import order
from backend.matters.schema import Part

WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 208, 76, 56, 20, 24
LINE_LENGTH = 13


@dataclass(frozen=True)
class Look:
    """How a part is drawn: fill, border and text colour, and a mark that does not need the colour."""

    fill: str
    border: str
    ink: str
    mark: str


LOOKS: dict[str, Look] = {
    "planned": Look("#f4f5f7", "#8a919e", "#2b303b", "○"),
    "waiting": Look("#f4f5f7", "#8a919e", "#2b303b", "…"),
    "running": Look("#e8f1ff", "#1d63c4", "#0f3c7d", "▶"),
    "attention": Look("#fff4de", "#b26a00", "#6b3f00", "！"),
    "done": Look("#e6f6ec", "#1c7a40", "#0d4a25", "✓"),
    "failed": Look("#fdeaea", "#b3261e", "#7a1813", "✕"),
    "skipped": Look("#ffffff", "#b8bdc7", "#5c6370", "–"),
}


@dataclass(frozen=True)
class Box:
    """One part: its name, a line below it, and which look it has."""

    title: str
    note: str
    look: str


def draw(parts: list[Part], boxes: Mapping[str, Box], *, title: str) -> str:
    """The bundle as an SVG document; ``boxes`` by matter, text escaped, readable without colour."""
    columns = _columns(parts)
    rows = max(len(column) for column in columns)
    width = EDGE * 2 + len(columns) * WIDTH + (len(columns) - 1) * GAP_X
    height = EDGE * 2 + rows * HEIGHT + (rows - 1) * GAP_Y
    places = {
        matter: (EDGE + x * (WIDTH + GAP_X), EDGE + y * (HEIGHT + GAP_Y))
        for x, column in enumerate(columns)
        for y, matter in enumerate(column)
    }
    told = "；".join(f"{box.title}：{box.note}" for box in boxes.values())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
        ' orient="auto"><path d="M0 0 8 4 0 8z" fill="#5c6370"/></marker></defs>',
    ]
    lines += [_arrow(places[before], places[part.matter]) for part in parts for before in part.after]
    lines += [_box(places[part.matter], boxes[part.matter]) for part in parts]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _columns(parts: list[Part]) -> list[list[str]]:
    after = {part.matter: part.after for part in parts}
    depth: dict[str, int] = {}
    for matter in order(parts):
        depth[matter] = max((depth[one] + 1 for one in after[matter]), default=0)
    return [
        [part.matter for part in parts if depth[part.matter] == level]
        for level in range(max(depth.values()) + 1)
    ]


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT // 2
    x2, y2 = end[0] - 2, end[1] + HEIGHT // 2
    bend = (x1 + x2) // 2
    return (
        f'<path d="M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}" fill="none" stroke="#5c6370"'
        ' stroke-width="1.5" marker-end="url(#tip)"/>'
    )


def _box(place: tuple[int, int], box: Box) -> str:
    x, y = place
    look = LOOKS[box.look]
    title = box.title if len(box.title) <= LINE_LENGTH else box.title[: LINE_LENGTH - 1] + "…"
    note = box.note if len(box.note) <= LINE_LENGTH + 3 else box.note[: LINE_LENGTH + 2] + "…"
    return (
        f'<g><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="10" fill="{look.fill}"'
        f' stroke="{look.border}" stroke-width="1.5"/>'
        f'<text x="{x + 12}" y="{y + 31}" font-size="14" font-weight="600" fill="{look.ink}">'
        f"{look.mark} {escape(title)}</text>"
        f'<text x="{x + 12}" y="{y + 56}" font-size="12" fill="{look.ink}">{escape(note)}</text></g>'
    )
