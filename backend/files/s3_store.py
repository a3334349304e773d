"""Files in S3-compatible storage (MinIO, Ceph, a cloud's object storage)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from backend.files.missing import FileMissing, StorageSilent

CHUNK = 256 * 1024
NO_SUCH = ("NoSuchKey", "NoSuchObject")
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where the storage answers, under which key, and in which bucket."""

    host: str
    bucket: str
    key: str
    secret: str = field(repr=False)
    region: str = "us-east-1"
    secure: bool = True


def read_url(url: str) -> Place:
    """A place from ``s3://key:secret@host:port/bucket?region=…&secure=false``.

    ``endpoint=https://host:port`` in the query names the host too. Raises ValueError, without the secret.

    >>> place = read_url("s3://k:s@files.example:9000/suiban?region=cn-1")
    >>> (place.host, place.bucket, place.region, place.secure)
    ('files.example:9000', 'suiban', 'cn-1', True)
    >>> read_url("s3://k:s@/suiban?endpoint=http://10.0.0.8:9000").secure
    False
    """
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host, secure = parts.netloc.rpartition("@")[2], asked.get("secure", "true") != "false"
    if asked.get("endpoint"):
        endpoint = urlsplit(asked["endpoint"])
        host, secure = endpoint.netloc, endpoint.scheme != "http"
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not (host and bucket and parts.username and parts.password):
        raise ValueError("FILES_URL must look like s3://key:secret@host:port/bucket?region=…")
    return Place(
        host=host,
        bucket=bucket,
        key=unquote(parts.username),
        secret=unquote(parts.password),
        region=asked.get("region", "us-east-1"),
        secure=secure,
    )


class S3Store:
    """One folder of a bucket."""

    def __init__(self, place: Place, *, folder: str) -> None:
        self._place = place
        self._folder = folder
        self._client = Minio(
            endpoint=place.host,
            access_key=place.key,
            secret_key=place.secret,
            secure=place.secure,
            region=place.region,
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=3, read=20),
                retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
                maxsize=10,
            ),
        )

    def put(self, file: str, content: bytes, *, media_type: str) -> None:
        """Keep a file; the same one again changes nothing."""
        _asked(
            file,
            lambda: self._client.put_object(
                bucket_name=self._place.bucket,
                object_name=self._name(file),
                data=BytesIO(content),
                length=len(content),
                content_type=media_type,
            ),
        )

    def get(self, file: Any) -> Iterator[bytes]:
        """The content, piece by piece."""
        return _pieces(
            _asked(
                file,
                lambda: self._client.get_object(bucket_name=self._place.bucket, object_name=self._name(file)),
            )
        )

    def delete(self, file: Any) -> None:
        """Forget a file; one that is not there is no mistake."""
        _asked(
            file,
            lambda: self._client.remove_object(bucket_name=self._place.bucket, object_name=self._name(file)),
        )

    def exists(self, file: Any) -> bool:
        """Whether a file is there."""
        try:
            _asked(
                file,
                lambda: self._client.stat_object(
                    bucket_name=self._place.bucket, object_name=self._name(file)
                ),
            )
        except FileMissing:
            return False
        return True

    def _name(self, file: Any) -> str:
        return f"{self._folder}/{file}"


def _asked(file: Any, call: Callable[[], T]) -> T:
    """What a call answers, in our words for what can go wrong."""
    try:
        return call()
    except S3Error as error:
        if error.code in NO_SUCH:
            raise FileMissing(file) from error
        raise StorageSilent from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise StorageSilent from error


def _pieces(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from response.stream(CHUNK)
    finally:
        response.close()
        response.release_conn()
