"""The catalogue of data items (政务数据共享目录), as items.yml says."""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from backend.core.errors import not_found

ITEMS_FILE = Path(__file__).with_name("items.yml")
TERMS_FILE = Path(__file__).with_name("grants.yml")


class Share(StrEnum):
    """How an item may be shared."""

    FREELY = "无条件"
    ON_CONDITION = "有条件"
    NEVER = "不予共享"


class Item(BaseModel):
    """One data item: a section, or some of its fields; without a department every issuer shares it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    department: str | None = None
    section: str
    fields: tuple[str, ...] = ()
    share: Share
    basis: str
    on_platform: bool = True

    def covers(self, section: str, field: str | None) -> bool:
        """Whether a section's field is part of this item."""
        return self.section == section and (not self.fields or field is None or field in self.fields)


class Terms(BaseModel):
    """The terms of the grants at the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scene: str
    basis: str
    days: int


@lru_cache
def items() -> dict[str, Item]:
    """Every item by id."""
    raw = yaml.safe_load(ITEMS_FILE.read_text("utf-8"))
    return {key: Item(id=key, **value) for key, value in raw.items()}


@lru_cache
def first_terms() -> Terms:
    """The terms that the shipped grants have."""
    return Terms.model_validate(yaml.safe_load(TERMS_FILE.read_text("utf-8")))


def get_item(item: str) -> Item:
    """An item. Raises ``not-found``."""
    found = items().get(item)
    if found is None:
        raise not_found("数据项")
    return found


@lru_cache(maxsize=4096)
def items_of(section: str, field: str | None) -> tuple[Item, ...]:
    """The items that a path's first two steps touch; several when it reads a whole section."""
    return tuple(one for one in items().values() if one.covers(section, field))
