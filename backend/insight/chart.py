"""A figure over the days as a line, drawn as SVG: readable without colours, and by a screen reader."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 48, 48
MOST_LABELS = 8

TITLES = {
    "conversations": "对话数",
    "turns_mean": "每次对话的轮数",
    "containment": "不用找人就办完的对话",
    "handoff_rate": "转人工的对话",
    "first_answer_success": "第一次就答对的对话",
    "repeated_questions": "同一句话问了两遍的对话",
    "unanswered": "没有答上来的话",
}
NUMBERS = ("conversations", "turns_mean")

Point = tuple[str, float | None]


def draw(title: str, points: Sequence[Point], *, percent: bool) -> str:
    """A chart of ``(day, value)``; a day that is not told leaves a gap.

    >>> draw("转人工率", [("2026-11-23", 0.25)], percent=True).count("<circle")
    1
    """
    known = [value for _, value in points if value is not None]
    top = 1.0 if percent else max([*known, 1.0])
    places = [
        (day, _x(at, len(points)), None if value is None else _y(value / top), value)
        for at, (day, value) in enumerate(points)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'font-family="sans-serif" font-size="12">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(_in_words(points, percent=percent))}</desc>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="28" font-size="16" fill="#111">{escape(title)}</text>',
            *_scale(top, percent=percent),
            *[
                f'<polyline fill="none" stroke="#0b57d0" stroke-width="2" points="{line}"/>'
                for line in _lines([(x, y) for _, x, y, _ in places])
            ],
            *[
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#0b57d0">'
                f"<title>{escape(day)}: {_label(value or 0.0, percent=percent)}</title></circle>"
                for day, x, y, value in places
                if y is not None
            ],
            *_days([(day, x) for day, x, _, _ in places]),
            "</svg>",
        ]
    )


def _x(at: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (at / (count - 1) if count > 1 else 0.5)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _lines(places: Sequence[tuple[float, float | None]]) -> list[str]:
    """The stretches between gaps."""
    lines: list[list[str]] = [[]]
    for x, y in places:
        if y is None:
            lines.append([])
        else:
            lines[-1].append(f"{x:.1f},{y:.1f}")
    return [" ".join(line) for line in lines if len(line) > 1]


def _scale(top: float, *, percent: bool) -> list[str]:
    drawn = []
    for step in range(5):
        share = step / 4
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" stroke="#ddd" y1="{_y(share):.1f}" '
            f'y2="{_y(share):.1f}"/>'
            f'<text x="{LEFT - 8}" y="{_y(share) + 4:.1f}" text-anchor="end" fill="#444">'
            f"{_label(top * share, percent=percent)}</text>"
        )
    return drawn


def _days(places: Sequence[tuple[str, float]]) -> list[str]:
    every = max(1, -(-len(places) // MOST_LABELS))
    return [
        f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#444">'
        f"{escape(day[5:])}</text>"
        for day, x in places[::every]
    ]


def _label(value: float, *, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:g}"


def _in_words(points: Sequence[Point], *, percent: bool) -> str:
    return "; ".join(
        f"{day} {'—' if value is None else _label(value, percent=percent)}" for day, value in points
    )
