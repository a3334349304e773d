"""Breaking Chinese text into lines: pure rules, given a measure of a character's width."""

import re
from collections.abc import Callable
from dataclasses import dataclass

# 标点禁则: what may not begin a line, and what may not end one.
NEVER_FIRST = frozenset("，。、；：？！）》〕】〉”’％%…·,.;:?!)]}")
NEVER_LAST = frozenset("（《〔【〈“‘([{")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9./@:_-]*|.", re.DOTALL)
Measure = Callable[[str], float]


@dataclass(frozen=True)
class Line:
    """A line of a paragraph, and how much wider each gap between its characters has to be."""

    text: str
    stretch: float = 0.0


def break_lines(text: str, measure: Measure, *, width: float, indent: float = 0.0) -> list[Line]:
    """The lines of a paragraph, the first one shorter by ``indent``; all but the last fill the width.

    >>> [line.text for line in break_lines("甲乙丙，丁", lambda text: float(len(text)), width=3)]
    ['甲乙', '丙，丁']
    """
    lines: list[Line] = []
    pieces = _pieces(text, measure, width)
    current, room = "", width - indent
    while pieces:
        if measure(current + pieces[0]) <= room or not current:
            current += pieces.pop(0)
            continue
        current, moved = _settle(current, pieces[0])
        if moved:
            pieces.insert(0, moved)
        lines.append(Line(current, _stretch(current, measure, room)))
        current, room = "", width
    return [*lines, Line(current)] if current else lines


def _pieces(text: str, measure: Measure, width: float) -> list[str]:
    """Characters, and words of letters and digits that stay whole where they can."""
    found: list[str] = []
    for piece in WORD.findall(text):
        found += [piece] if measure(piece) <= width else list(piece)
    return found


def _settle(current: str, following: str) -> tuple[str, str]:
    """Where the line really ends, and what moves to the next one."""
    cut = len(current)
    if following[0] in NEVER_FIRST:
        cut -= 1
    while cut > 1 and (
        current[cut - 1] in NEVER_LAST or (cut < len(current) and current[cut] in NEVER_FIRST)
    ):
        cut -= 1
    return (current, "") if cut < 1 else (current[:cut], current[cut:])


def _stretch(text: str, measure: Measure, room: float) -> float:
    gaps = len(text) - 1
    spare = room - measure(text)
    # Never so wide that the reader sees it.
    return min(spare / gaps, measure("一") / 3) if gaps > 0 and spare > 0 else 0.0
