"""Uploaded materials: limited, recognised by their first bytes, kept in GridFS."""

import hashlib
import re
from typing import Any

from gridfs import GridFSBucket

from backend.applications import store
from backend.applications.applying import EDITABLE
from backend.applications.states import LABELS, State
from backend.core.errors import Problem
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WEBP", 8, "image/webp"),
)


def sniff(content: bytes) -> str | None:
    """The media type that the first bytes show, whatever the name says.

    >>> sniff(b"%PDF-1.7"), sniff(b"MZ...")
    ('application/pdf', None)
    """
    for mark, offset, media_type in SIGNATURES:
        if content[offset : offset + len(mark)] == mark:
            return media_type
    return None


def clean_name(name: str) -> str:
    """A file name without folders, controls or quotes, at most 80 characters.

    >>> clean_name("../../etc/合 同.jpg")
    '合 同.jpg'
    """
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f\"'<>|:*?]", "", last).strip(". ")[-80:] or "file"


def upload(
    house: House, citizen: str, application: str, *, material: str, name: str, content: bytes
) -> Document:
    """Keep a file for a material; a newer one replaces the older.

    Raises ``invalid-request``, ``too-large``, ``unsupported-file``, ``move-not-allowed``, ``conflict``.
    """
    document = store.find_own(house, citizen, application)
    if State(document["state"]) not in EDITABLE:
        raise Problem("move-not-allowed", f"办件{LABELS[State(document['state'])]}，不能再上传材料。")
    wanted = {one.id: one for one in catalogue().get(document["matter"]).materials}
    if material not in wanted:
        names = "、".join(f"{one.id}（{one.name}）" for one in wanted.values()) or "无"
        raise Problem("invalid-request", f"这个事项没有“{material}”这份材料；可上传：{names}。")
    if not content:
        raise Problem("invalid-request", "文件是空的，请重新选择。")
    if len(content) > MOST_BYTES:
        raise Problem("too-large", f"文件不能超过 {MOST_BYTES // 1024 // 1024} MB。")
    media_type = sniff(content)
    if media_type is None:
        raise Problem("unsupported-file", "只接受 PDF、JPG、PNG 或 WebP，请拍照或导出后再上传。")
    return _keep(house, document, material, name=clean_name(name), media_type=media_type, content=content)


def _keep(
    house: House, document: Document, material: str, *, name: str, media_type: str, content: bytes
) -> Document:
    files = GridFSBucket(house.db.raw, "materials")
    digest = hashlib.sha256(content).hexdigest()
    owner = {"application": document["_id"], "citizen": document["citizen"], "type": media_type}
    file_id = files.upload_from_stream(name, content, metadata=owner)
    kept: dict[str, Any] = {
        "material": material,
        "file": file_id,
        "name": name,
        "type": media_type,
        "size": len(content),
        "sha256": digest,
        "at": house.clock.now(),
    }
    older = [one for one in document["uploads"] if one["material"] == material]
    others = [one for one in document["uploads"] if one["material"] != material]
    changed = store.change(house, document, {"$set": {"uploads": [*others, kept]}}, now=house.clock.now())
    if changed is None:
        files.delete(file_id)
        raise Problem("conflict", "这份草稿刚刚在别处改过，请刷新后再上传。")
    for one in older:
        files.delete(one["file"])
    return {key: kept[key] for key in ("material", "name", "size", "type", "sha256")}
