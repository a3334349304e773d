"""The operators' draft: what the next version changes on top of the shipped sentences.

The one place where training meets the editing of sentences: ``write_draft`` is all that it asks for.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from backend.core.house import House
from backend.core.mongo import declare

DRAFTS = declare("assistant_drafts")
THE_DRAFT = "draft"


def write_draft(house: House, file: Path) -> str:
    """Write the effective draft as the ``edits.json`` that the assistant reads; the digest of its content."""
    content = json.dumps(read_draft(house), ensure_ascii=False, sort_keys=True, indent=1)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(content + "\n", "utf-8")
    fresh.replace(file)
    return hashlib.sha256(content.encode()).hexdigest()


def read_draft(house: House) -> dict[str, Any]:
    """``{"matters": {id: {"add", "remove"}}, "acts": {act: {"add", "remove"}}}``."""
    found = house.db[DRAFTS].find_one({"_id": THE_DRAFT}) or {}
    return {part: found.get(part) or {} for part in ("matters", "acts")}


def add_sentence(house: House, text: str, *, act: str, matter: str | None = None) -> None:
    """Have the next version learn a sentence, of a matter or else of a speech act; twice does it once."""
    if matter is None:
        where, what = f"acts.{act}.add", text
    else:
        where, what = f"matters.{matter}.add", {"text": text, "act": act}  # type: ignore[assignment]
    house.db[DRAFTS].update_one({"_id": THE_DRAFT}, {"$addToSet": {where: what}}, upsert=True)
