"""What may be uploaded: recognised by its first bytes, then made harmless or refused."""

import hashlib
from dataclasses import dataclass

from backend.core.errors import Problem
from backend.files.aside import aside
from backend.files.names import clean_name, name_for
from backend.files.papers import PaperRefused, check_paper
from backend.files.pictures import PictureRefused, remake

MOST_BYTES = 10 * 1024 * 1024
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx")
SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WEBP", 8, "image/webp"),
    *((b"ftyp" + brand, 4, "image/heic") for brand in HEIC_BRANDS),
)


@dataclass(frozen=True)
class Accepted:
    """A file as it may be kept."""

    name: str
    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """The content's digest, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def sniff(content: bytes) -> str | None:
    """The media type that the first bytes show, whatever the name says.

    >>> sniff(b"%PDF-1.7"), sniff(b"MZ...")
    ('application/pdf', None)
    """
    for mark, offset, media_type in SIGNATURES:
        if content[offset : offset + len(mark)] == mark:
            return media_type
    return None


def accept_file(name: str, content: bytes) -> Accepted:
    """A file made fit to keep. Raises ``invalid-request``, ``too-large``, ``unsupported-file``."""
    if not content:
        raise Problem("invalid-request", "文件是空的，请重新选择。")
    if len(content) > MOST_BYTES:
        raise Problem("too-large", f"文件不能超过 {MOST_BYTES // 1024 // 1024} MB。")
    media_type = sniff(content)
    if media_type is None:
        raise Problem("unsupported-file", "只接受 PDF 和 JPG、PNG、WebP、HEIC 图片，请拍照或导出后再上传。")
    cleaned = clean_name(name)
    try:
        if media_type == "application/pdf":
            aside(lambda: check_paper(content))
            return Accepted(name_for(cleaned, media_type), content, media_type)
        picture = aside(lambda: remake(content))
    except (PictureRefused, PaperRefused) as error:
        raise Problem("unsupported-file", str(error)) from error
    return Accepted(name_for(cleaned, picture.media_type), picture.content, picture.media_type)
