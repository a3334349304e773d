"""The policy library's own sentences, and the words by which it understands a question."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("texts.yml")


def words(key: str, **values: object) -> str:
    """A sentence: ``words("zh.none")``. Raises KeyError for an unknown key."""
    return str(look_up(key)).format(**values)


def look_up(key: str) -> Any:
    """Whatever stands at a dotted key. Raises KeyError."""
    found: Any = _texts()
    for part in key.split("."):
        found = found[part]
    return found


@lru_cache
def _texts() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded
