"""Cursor paging: opaque cursors over (moment, id), newest first."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection

from backend.core.errors import Problem
from backend.core.mongo import Document
from backend.core.schemas import PageQuery

BAD_CURSOR = "cursor 无效，请使用上一页返回的 next_cursor。"


@dataclass(frozen=True)
class Page:
    """Documents, newest first, and the cursor of the next page, if any."""

    items: list[Document]
    next_cursor: str | None

    def view(self, one: Callable[[Document], Any]) -> dict[str, Any]:
        """The page as it is answered."""
        return {"items": [one(item) for item in self.items], "next_cursor": self.next_cursor}


def read_page(
    collection: Collection[Document],
    where: Document,
    page: PageQuery,
    *,
    by: str = "created_at",
    only: list[str] | None = None,
    order: int = DESCENDING,
) -> Page:
    """One page of ``where``, newest first by ``by`` (may be dotted) then id, with ``only`` these fields.

    ``order`` is pymongo's; ASCENDING gives the oldest first.

    Raises ``invalid-request`` for a bad cursor.
    """
    if page.cursor:
        moment, last_id = _decode(page.cursor)
        past = "$lt" if order == DESCENDING else "$gt"
        where = {"$and": [where, {"$or": [{by: {past: moment}}, {by: moment, "_id": {past: last_id}}]}]}
    found = list(collection.find(where, only).sort([(by, order), ("_id", order)]).limit(page.limit + 1))
    more = len(found) > page.limit
    items = found[: page.limit]
    return Page(items, _encode(_at(items[-1], by), items[-1]["_id"]) if more else None)


def read_ranked(collection: Collection[Document], where: Document, page: PageQuery, *, by: str) -> Page:
    """One page of ``where``, the largest number ``by`` first, then by id. Raises as ``read_page``."""
    if page.cursor:
        number, last_id = _decode_rank(page.cursor)
        past: list[Document] = [{by: {"$lt": number}}, {by: number, "_id": {"$gt": last_id}}]
        where = {"$and": [where, {"$or": past}]}
    found = list(collection.find(where).sort([(by, DESCENDING), ("_id", ASCENDING)]).limit(page.limit + 1))
    items = found[: page.limit]
    more = len(found) > page.limit
    return Page(items, _pack([items[-1][by], items[-1]["_id"]]) if more else None)


def cut_page(items: list[Document], page: PageQuery, *, by: str = "at") -> Page:
    """One page of a list that grows at its end only, in its own order. Raises as ``read_page``."""
    begin = _position(page.cursor) if page.cursor else 0
    part = items[begin : begin + page.limit]
    end = begin + len(part)
    return Page(part, _encode(_at(part[-1], by), str(end)) if part and end < len(items) else None)


def _position(cursor: str) -> int:
    _, place = _decode(cursor)
    if not (place.isascii() and place.isdigit()):
        raise Problem("invalid-request", BAD_CURSOR)
    return int(place)


def _at(item: Document, path: str) -> datetime:
    found: Any = item
    for key in path.split("."):
        found = found[key]
    return cast(datetime, found)


def _encode(moment: datetime, last_id: str) -> str:
    return _pack([moment.isoformat(), last_id])


def _decode(cursor: str) -> tuple[datetime, str]:
    try:
        moment, last_id = _unpack(cursor)
        return datetime.fromisoformat(moment), str(last_id)
    except (ValueError, TypeError) as error:
        raise Problem("invalid-request", BAD_CURSOR) from error


def _decode_rank(cursor: str) -> tuple[int, str]:
    try:
        number, last_id = _unpack(cursor)
        return int(number), str(last_id)
    except (ValueError, TypeError) as error:
        raise Problem("invalid-request", BAD_CURSOR) from error


def _pack(place: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _unpack(cursor: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except binascii.Error as error:
        raise ValueError(BAD_CURSOR) from error
