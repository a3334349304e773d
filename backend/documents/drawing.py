"""Drawing a document as a PDF: A4, the font inside, the seal over the signature, a code to check it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import TextMode

from backend.documents.fonts import cut_font, drawable
from backend.documents.lines import Line, break_lines
from backend.documents.seal import RADIUS, draw_seal
from backend.documents.texts import Texts, load_texts

# GB/T 9704: an A4 page's margins, in millimetres.
TOP, LEFT, RIGHT, BOTTOM = 28.0, 28.0, 26.0, 23.0
WIDTH, HEIGHT = 210.0, 297.0
ROOM = WIDTH - LEFT - RIGHT
POINT = 0.3528
BODY, LEADING = 14.0, 8.0
TABLE, ROW = 12.0, 8.6
LABEL_WIDTH = 32.0
CLOSING = 2 * RADIUS + 8.0
QR_SIDE = 26.0
FONT = "song"
GREY = 90
SIMULATED = "模拟"


def draw(document: Mapping[str, Any], *, check_url: str) -> bytes:
    """The PDF of a document's row: the same row gives the same bytes."""
    texts = load_texts()
    content = _drawable(document["content"])
    with TemporaryDirectory() as folder:
        font = Path(folder) / "song.otf"
        font.write_bytes(cut_font(_characters(content, document, texts)))
        sheet = Sheet(font, texts)
        sheet.set_metadata(content, document["issued_at"])
        sheet.write_head(content, document["number"])
        sheet.write_table(content["rows"])
        sheet.write_body(content)
        sheet.write_closing(content, document["code"], check_url)
        return sheet.finish()


class Sheet:
    """A document being drawn, from the top down."""

    def __init__(self, font: Path, texts: Texts) -> None:
        self.texts = texts
        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margins(LEFT, TOP, RIGHT)
        self.pdf.add_font(FONT, fname=font)
        # The cut font's bounds are right already; measuring every glyph anew takes longest of all.
        self.pdf.fonts[FONT].ttfont.recalcBBoxes = False  # type: ignore[union-attr]
        self.y = 0.0
        self._new_page()

    def set_metadata(self, content: Mapping[str, Any], at: datetime) -> None:
        """What a reader's window shows of the file; fixed, so that two drawings are the same."""
        self.pdf.set_title(content["title"])
        self.pdf.set_author(content["department"])
        self.pdf.set_lang("zh-CN")
        self.pdf.set_creator("随办 Suiban")
        self.pdf.set_producer("随办 Suiban")
        self.pdf.set_creation_date(at)

    def write_head(self, content: Mapping[str, Any], number: str) -> None:
        """The department, the title, the red line, the number."""
        self.pdf.set_text_color(200, 20, 20)
        self._centre(content["department"], size=20.0, bold=0.25)
        self.y += 13
        self.pdf.set_draw_color(200, 20, 20)
        self.pdf.set_line_width(0.7)
        self.pdf.line(LEFT, self.y - 4, WIDTH - RIGHT, self.y - 4)
        self.pdf.set_text_color(0)
        self.y += 9
        self._centre(content["title"], size=22.0, bold=0.3)
        self.y += 11
        self.pdf.set_font(FONT, size=12)
        self.pdf.text(WIDTH - RIGHT - self.pdf.get_string_width(number), self.y, number)
        self.y += 6

    def write_table(self, rows: list[list[str]]) -> None:
        """Who applied for what, between thin lines."""
        self.pdf.set_draw_color(60)
        self.pdf.set_line_width(0.2)
        self.pdf.set_font(FONT, size=TABLE)
        for label, value in rows:
            lines = break_lines(value, self._width, width=ROOM - LABEL_WIDTH - 6)
            height = ROW + (max(1, len(lines)) - 1) * 6.5
            self.pdf.rect(LEFT, self.y, LABEL_WIDTH, height)
            self.pdf.rect(LEFT + LABEL_WIDTH, self.y, ROOM - LABEL_WIDTH, height)
            middle = LEFT + (LABEL_WIDTH - self._width(label)) / 2
            self.pdf.text(middle, self.y + height / 2 + TABLE * POINT * 0.36, label)
            for index, line in enumerate(lines):
                self.pdf.text(LEFT + LABEL_WIDTH + 3, self.y + 5.9 + index * 6.5, line.text)
            self.y += height
        self.y += 10

    def write_body(self, content: Mapping[str, Any]) -> None:
        """Whom it is for, then paragraph by paragraph."""
        self.pdf.set_font(FONT, size=BODY)
        character = BODY * POINT
        self._paragraph(f"{content['addressee']}：", indent=0)
        for paragraph in content["body"]:
            self._paragraph(paragraph["text"], indent=2 * character)
            for number, item in enumerate(paragraph["items"], 1):
                end = "；" if number < len(paragraph["items"]) else "。"
                self._paragraph(f"{number}. {item}{end}", indent=2 * character)

    def write_closing(self, content: Mapping[str, Any], code: str, check_url: str) -> None:
        """The department and the day with the seal over them; beside them how to check the document."""
        if self.y + CLOSING > HEIGHT - BOTTOM:
            self._new_page()
            self._paragraph(self.texts.blank, indent=2 * BODY * POINT)
        top = self.y + 2
        self.pdf.set_font(FONT, size=BODY)
        # The seal rides on the department's name and the day.
        middle = WIDTH - RIGHT - RADIUS - 16
        for text, y in ((content["department"], top + RADIUS - 3), (content["day"], top + RADIUS + 8.5)):
            width = self.pdf.get_string_width(text)
            left = min(middle - width / 2, WIDTH - RIGHT - width)
            self.pdf.text(left, y, text)
        self._write_check(top + 6, code, check_url)
        draw_seal(self.pdf, x=middle, y=top + RADIUS + 2, name=content["department"], line=self.texts.seal)

    def finish(self) -> bytes:
        """The finished file."""
        pages = len(self.pdf.pages)
        for page in range(1, pages + 1):
            self.pdf.page = page
            self.pdf.set_text_color(GREY)
            self.pdf.set_font(FONT, size=8.5)
            self._centre_at(self.texts.footer, HEIGHT - 14)
            if pages > 1:
                self._centre_at(f"— {page} —", HEIGHT - 20)
        return bytes(self.pdf.output())

    def _write_check(self, top: float, code: str, check_url: str) -> None:
        self._qr(check_url, x=LEFT, y=top)
        self.pdf.set_font(FONT, size=8.5)
        self.pdf.set_text_color(GREY)
        shown = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
        self.pdf.text(LEFT, top + QR_SIDE + 4.5, f"校验码 {shown}")
        self.pdf.set_font(FONT, size=7.5)
        for index, line in enumerate(break_lines(self.texts.check, self._width, width=56)):
            self.pdf.text(LEFT, top + QR_SIDE + 8.6 + index * 3.6, line.text)
        self.pdf.set_text_color(0)

    def _qr(self, text: str, *, x: float, y: float) -> None:
        matrix = segno.make_qr(text, error="m").matrix
        side = QR_SIDE / len(matrix)
        self.pdf.set_fill_color(0)
        for row, modules in enumerate(matrix):
            start = 0
            while start < len(modules):
                end = start
                while end < len(modules) and modules[end]:
                    end += 1
                if end > start:
                    # A hair wider, so that no viewer shows seams between modules.
                    self.pdf.rect(x + start * side, y + row * side, (end - start) * side, side + 0.02, "F")
                start = end + 1

    def _paragraph(self, text: str, *, indent: float) -> None:
        for index, line in enumerate(break_lines(text, self._width, width=ROOM, indent=indent)):
            if self.y + LEADING > HEIGHT - BOTTOM:
                self._new_page()
            self._line(line, x=LEFT + (indent if index == 0 else 0))
            self.y += LEADING

    def _line(self, line: Line, *, x: float) -> None:
        self.pdf.set_char_spacing(line.stretch / POINT)
        self.pdf.text(x, self.y, line.text)
        self.pdf.set_char_spacing(0)

    def _centre(self, text: str, *, size: float, bold: float) -> None:
        """A heading; the font comes in one weight, a stroke around the letters makes the other."""
        self.pdf.set_font(FONT, size=size)
        width = self.pdf.get_string_width(text)
        if width > ROOM:
            self.pdf.set_font(FONT, size=size * ROOM / width)
            width = ROOM
        red = 200 if self.y == TOP else 0
        with self.pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=bold):
            self.pdf.set_draw_color(red, red // 10, red // 10)
            self.pdf.text((WIDTH - width) / 2, self.y, text)

    def _centre_at(self, text: str, y: float) -> None:
        self.pdf.text((WIDTH - self.pdf.get_string_width(text)) / 2, y, text)

    def _width(self, text: str) -> float:
        return float(self.pdf.get_string_width(text))

    def _new_page(self) -> None:
        self.pdf.add_page()
        self.pdf.set_font(FONT, size=BODY)
        self.pdf.set_text_color(0)
        self.y = TOP


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, Mapping):
        return {key: _drawable(one) for key, one in value.items()}
    return [_drawable(one) for one in value] if isinstance(value, list) else value


def _characters(content: Mapping[str, Any], document: Mapping[str, Any], texts: Texts) -> set[str]:
    said = [document["number"], document["code"], texts.seal, texts.footer, texts.check, texts.blank]
    # What the drawing adds of its own.
    said += ["校验码 -—0123456789.：；。一", SIMULATED]
    waiting: list[Any] = [*content.values()]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            said.append(found)
        elif found:
            waiting += found.values() if isinstance(found, Mapping) else found
    return set("".join(said))
