"""Files in S3-compatible storage, spoken to over HTTP."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from backend.files.missing import FileMissing, StorageSilent
from backend.files.s3_store import Place, S3Store, read_url

NOT_THERE = b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>gone</Message></Error>"


class Shelf(BaseHTTPRequestHandler):
    """As much of S3 as is spoken: objects by path, each request signed."""

    kept: dict[str, bytes] = {}
    signed: list[str] = []

    def do_PUT(self) -> None:
        self.kept[self.path] = self._body()
        self._answer(200, headers={"ETag": '"e"'})

    def do_GET(self) -> None:
        found = self.kept.get(self.path)
        self._answer(404, NOT_THERE) if found is None else self._answer(200, found)

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        self.kept.pop(self.path, None)
        self._answer(204)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.signed.append(self.headers.get("Authorization", ""))
        self.send_response(status)
        for name, value in (
            {"Content-Length": str(len(body)), "Content-Type": "application/xml"} | (headers or {})
        ).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def place() -> Iterator[Place]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield read_url(f"s3://key:sec%2Fret@127.0.0.1:{server.server_port}/box?region=cn-1&secure=false")
    server.shutdown()
    server.server_close()


def test_a_file_comes_and_goes(place: Place) -> None:
    store = S3Store(place, folder="materials")
    store.put("abc-1", b"content" * 100_000, media_type="image/png")
    assert b"".join(store.get("abc-1")) == b"content" * 100_000
    assert (store.exists("abc-1"), list(Shelf.kept)) == (True, ["/box/materials/abc-1"])
    assert re.search(r"Credential=key/\d{8}/cn-1/s3", Shelf.signed[0])
    store.delete("abc-1")
    store.delete("abc-1")
    assert not store.exists("abc-1")
    with pytest.raises(FileMissing):
        store.get("abc-1")


def test_storage_that_does_not_answer_is_told_apart_from_a_missing_file() -> None:
    store = S3Store(read_url("s3://k:s@127.0.0.1:9/box?secure=false"), folder="materials")
    with pytest.raises(StorageSilent):
        list(store.get("abc-1"))


@pytest.mark.parametrize("url", ["s3://host/box", "https://k:s@host/box", "s3://k:s@host", "s3://k:s@/box"])
def test_an_address_that_cannot_work_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="FILES_URL must look like"):
        read_url(url)


def test_a_secret_is_not_shown(place: Place) -> None:
    assert (place.secret, "ret" in repr(place)) == ("sec/ret", False)
