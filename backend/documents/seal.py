"""The electronic seal, drawn as vectors: a red ring, the department's name on its arc, a star."""

import math

from fpdf import FPDF
from fpdf.enums import TextMode

RADIUS = 20.0
RED = (205, 25, 25)
OPACITY = 0.86
STAR = 6.2
LETTER = 4.6
WIDEST_ARC = 250.0


def draw_seal(pdf: FPDF, *, x: float, y: float, name: str, line: str) -> None:
    """Stamp a seal with its middle at (x, y): a department's name, and the line under the star."""
    with pdf.local_context(fill_opacity=OPACITY, stroke_opacity=OPACITY):
        pdf.set_draw_color(*RED)
        pdf.set_fill_color(*RED)
        pdf.set_text_color(*RED)
        pdf.set_line_width(1.1)
        pdf.circle(x, y, RADIUS)
        pdf.polygon(star(x, y, STAR), style="F")
        _name_on_arc(pdf, x, y, name)
        _line_below(pdf, x, y, line)


def star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """The ten corners of a five-pointed star that stands upright."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    return [
        (
            x + (inner if corner % 2 else radius) * math.sin(math.radians(36 * corner)),
            y - (inner if corner % 2 else radius) * math.cos(math.radians(36 * corner)),
        )
        for corner in range(10)
    ]


def arc_angles(count: int) -> list[float]:
    """Where each character of a name stands on the arc: degrees from the top, clockwise.

    >>> arc_angles(3)
    [-23.0, 0.0, 23.0]
    """
    step = min(23.0, WIDEST_ARC / max(1, count - 1))
    return [step * (index - (count - 1) / 2) for index in range(count)]


def _name_on_arc(pdf: FPDF, x: float, y: float, name: str) -> None:
    angles = arc_angles(len(name))
    step = angles[1] - angles[0] if len(angles) > 1 else 23.0
    middle = RADIUS - 1.9 - LETTER / 2
    # A long name is set smaller, so that its characters do not touch.
    height = min(LETTER, middle * math.radians(step) * 0.92)
    pdf.set_font(size=height / 0.3528)
    # Strokes around the letters: the font's own look thin on a seal.
    with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.12):
        for character, angle in zip(name, angles, strict=True):
            with pdf.rotation(-angle, x=x, y=y):
                width = pdf.get_string_width(character)
                pdf.text(x - width / 2, y - middle + height * 0.36, character)


def _line_below(pdf: FPDF, x: float, y: float, line: str) -> None:
    pdf.set_font(size=10)
    pdf.text(x - pdf.get_string_width(line) / 2, y + 11.5, line)
    pdf.set_font(size=8.5)
    mark = "模拟"
    pdf.text(x - pdf.get_string_width(mark) / 2, y + 15.6, mark)
