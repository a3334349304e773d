"""Files in the database."""

from collections.abc import Iterator
from typing import Any

import pymongo
from gridfs import GridFSBucket
from gridfs.errors import FileExists, NoFile
from pymongo.database import Database
from pymongo.errors import PyMongoError

from backend.core.mongo import Document
from backend.files.missing import FileMissing, StorageSilent

PATIENCE = 20.0
CHUNK = 255 * 1024


class GridFsStore:
    """A GridFS bucket of the product's own database."""

    def __init__(self, database: Database[Document], bucket: str) -> None:
        self._database = database
        self._bucket = bucket
        self._files = GridFSBucket(database, bucket)

    def put(self, file: str, content: bytes, *, media_type: str) -> None:
        """Keep a file; the same one again changes nothing."""
        try:
            with pymongo.timeout(PATIENCE):
                self._files.upload_from_stream_with_id(file, file, content, metadata={"type": media_type})
        except FileExists:
            return
        except PyMongoError as error:
            raise StorageSilent from error

    def get(self, file: Any) -> Iterator[bytes]:
        """The content, piece by piece."""
        try:
            with pymongo.timeout(PATIENCE):
                stream = self._files.open_download_stream(file)
                first = stream.read(CHUNK)
        except NoFile as error:
            raise FileMissing(file) from error
        except PyMongoError as error:
            raise StorageSilent from error
        return _pieces(first, stream)

    def delete(self, file: Any) -> None:
        """Forget a file; one that is not there is no mistake."""
        try:
            with pymongo.timeout(PATIENCE):
                self._files.delete(file)
        except NoFile:
            return
        except PyMongoError as error:
            raise StorageSilent from error

    def exists(self, file: Any) -> bool:
        """Whether a file is there."""
        try:
            with pymongo.timeout(PATIENCE):
                found = self._database[f"{self._bucket}.files"].find_one({"_id": file}, {"_id": 1})
        except PyMongoError as error:
            raise StorageSilent from error
        return found is not None


def _pieces(first: bytes, stream: Any) -> Iterator[bytes]:
    with stream:
        piece = first
        while piece:
            yield piece
            with pymongo.timeout(PATIENCE):
                piece = stream.read(CHUNK)
