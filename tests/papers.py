"""The smallest real files to upload: a picture of one pixel, a PDF of one empty page."""

from base64 import b64decode
from io import BytesIO
from typing import Any

from pypdf import PdfWriter

TINY_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)


def a_pdf(*, pages: int = 1, change: Any = None) -> bytes:
    """A PDF of empty pages; ``change`` gets the writer before it writes."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    if change is not None:
        change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


TINY_PDF = a_pdf()
