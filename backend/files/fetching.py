"""A citizen's own uploaded file, given back."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.applications.applicant import find_own
from backend.core.errors import not_found
from backend.core.house import House
from backend.files.storage import Bucket, stream_file


@dataclass(frozen=True)
class Fetched:
    """A file on its way to its owner."""

    name: str
    media_type: str
    size: int
    pieces: Iterator[bytes]


def fetch_material(house: House, citizen: str, application: str, material: str) -> Fetched:
    """What a citizen uploaded for a material. Raises ``not-found``, ``files-unavailable``."""
    document = find_own(house, citizen, application)
    for upload in document["uploads"]:
        if upload["material"] == material:
            pieces = stream_file(house, Bucket.MATERIALS, upload["file"])
            return Fetched(upload["name"], upload["type"], upload["size"], pieces)
    raise not_found("材料")
