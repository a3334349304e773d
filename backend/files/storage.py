"""Where files live: in the database, or in S3-compatible storage where ``FILES_URL`` names one."""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from backend.core.errors import Problem
from backend.core.house import House
from backend.files.gridfs_store import GridFsStore
from backend.files.missing import FileMissing, StorageSilent


class Bucket(StrEnum):
    """The kinds of files, each kept apart."""

    MATERIALS = "materials"
    DOCUMENTS = "documents"


class FileStore(Protocol):
    """Whatever keeps files. A file's id starts with the SHA-256 of its content (``make_id``).

    Every call gives up after a while. Raises FileMissing, StorageSilent.
    """

    def put(self, file: str, content: bytes, *, media_type: str) -> None:
        """Keep a file; the same one again changes nothing."""

    def get(self, file: Any) -> Iterator[bytes]:
        """The content, piece by piece; the first piece has been read when this returns."""

    def delete(self, file: Any) -> None:
        """Forget a file; one that is not there is no mistake."""

    def exists(self, file: Any) -> bool:
        """Whether a file is there."""


def open_store(house: House, bucket: Bucket) -> FileStore:
    """The storage of a kind of files, as the settings say."""
    url = house.settings.files_url.get_secret_value()
    return _s3(url, bucket) if url else GridFsStore(house.db.raw, bucket.value)


def keep_file(house: House, bucket: Bucket, content: bytes, *, media_type: str) -> str:
    """Keep a file; returns its id. Raises ``files-unavailable``."""
    file = make_id(content, house.new_id())
    try:
        open_store(house, bucket).put(file, content, media_type=media_type)
    except StorageSilent as error:
        raise _unavailable() from error
    return file


def stream_file(house: House, bucket: Bucket, file: Any) -> Iterator[bytes]:
    """A file's content, piece by piece. Raises ``not-found``, ``files-unavailable``."""
    try:
        return open_store(house, bucket).get(file)
    except FileMissing as error:
        raise Problem("not-found", "没有找到这个文件，可能已删除。") from error
    except StorageSilent as error:
        raise _unavailable() from error


def read_file(house: House, bucket: Bucket, file: Any) -> bytes:
    """A file's whole content, compared with the digest in its id. Raises as ``stream_file``."""
    content = b"".join(stream_file(house, bucket, file))
    digest, _, own = str(file).partition("-")
    if own and hashlib.sha256(content).hexdigest() != digest:
        raise Problem("internal", "文件已损坏，请联系我们。")
    return content


def make_id(content: bytes, own: str) -> str:
    """A file's id: its content's digest, then what makes this keeping of it its own.

    Without the second part, removing a file for one person could take away what another one with
    the same content had stored a moment before.
    """
    return f"{hashlib.sha256(content).hexdigest()}-{own}"


def _unavailable() -> Problem:
    return Problem("files-unavailable", "文件暂时存取不了，请稍后再试。")


@lru_cache(maxsize=8)
def _s3(url: str, bucket: Bucket) -> FileStore:
    # Half a second of imports that only installations with such storage need.
    from backend.files.s3_store import S3Store, read_url  # noqa: PLC0415

    return S3Store(read_url(url), folder=bucket.value)
