"""Answers that are files: to be saved, never to be run by a browser."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response


def as_download(
    content: bytes | Iterable[bytes], *, name: str, media_type: str, size: int | None = None
) -> Response:
    """A file to save, under its name; whatever it is, no browser may run it."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if size is not None:
        response.content_length = size
    return response
