"""What citizens read about a hand-off, by language and key (``texts.yml``)."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("texts.yml")


def words(lang: str, key: str, **values: object) -> str:
    """A sentence: ``words("en", "button.leave")``. Raises KeyError for an unknown key."""
    found: Any = _texts()[lang]
    for part in key.split("."):
        found = found[part]
    return str(found).format(**values)


def danger_words(lang: str, number: str) -> str:
    """What is said to somebody in danger; operators may add numbers that have no sentence of their own."""
    sentences = _texts()[lang]["danger"]
    return str(sentences.get(number) or sentences["any"].format(number=number))


@lru_cache
def _texts() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded
