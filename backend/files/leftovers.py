"""Files that nobody refers to any more: noted when they are let go, removed a day later.

Not at once: a bundle's parts and a reused material refer to the same file, and a reference that
is being written this moment must not lose what it refers to.
"""

from datetime import timedelta
from typing import Any

from backend.core.house import House
from backend.core.logs import logger
from backend.core.mongo import Document, Index, declare, declare_more
from backend.files.missing import StorageSilent
from backend.files.storage import Bucket, open_store

LOOSE = declare("loose_files", Index("at"))
APPLICATIONS = "applications"
declare_more(APPLICATIONS, Index("uploads.file", partial={"uploads.file": {"$exists": True}}))
KEPT = timedelta(days=1)


def let_go(house: House, files: list[Any]) -> None:
    """Note materials' files that an application referred to and no longer does."""
    for file in files:
        note: Document = {"$set": {"at": house.clock.now()}}
        house.db[LOOSE].update_one({"_id": file}, note, upsert=True)


def clean(house: House, *, limit: int = 500) -> int:
    """Remove what was let go a day ago and nobody refers to; returns how many files."""
    before = house.clock.now() - KEPT
    removed = 0
    for row in house.db[LOOSE].find({"at": {"$lte": before}}).sort("at").limit(limit):
        if house.db[APPLICATIONS].find_one({"uploads.file": row["_id"]}, {"_id": 1}) is None:
            try:
                open_store(house, Bucket.MATERIALS).delete(row["_id"])
            except StorageSilent:
                logger().warning("files.cleaning-waits", left=True)
                break
            removed += 1
        house.db[LOOSE].delete_one({"_id": row["_id"], "at": row["at"]})
    return removed


def forget_file(house: House, file: Any) -> None:
    """Remove a file that was kept a moment ago and that nothing came to refer to."""
    try:
        open_store(house, Bucket.MATERIALS).delete(file)
    except StorageSilent:
        let_go(house, [file])
