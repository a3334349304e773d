"""The gateway's own sentences, by language and key."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("wording.yml")


def words(lang: str, key: str, **values: object) -> str:
    """A sentence or label: ``words("en", "row.fee")``. Raises KeyError for an unknown key."""
    found: Any = _wording()[lang]
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values)


def word_or(lang: str, key: str, otherwise: str) -> str:
    """A sentence or label, or what to say where there is none."""
    try:
        return words(lang, key)
    except KeyError:
        return otherwise


@lru_cache
def _wording() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded
