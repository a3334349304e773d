"""The words of danger, the very list that the assistant goes by: with an agent they count as well."""

from functools import lru_cache
from typing import Any

import yaml

from bot.components.emergency import Danger, known_danger
from bot.places import Places

LISTED = "emergency.yml"


def number_for(text: str) -> str | None:
    """The number to call, if a text tells of danger.

    >>> number_for("家里着火了"), number_for("我要换驾照")
    ('119', None)
    """
    return _danger().number_for(text)


@lru_cache
def _danger() -> Danger:
    listed: dict[str, Any] = yaml.safe_load((Places.find().acts / LISTED).read_text("utf-8"))
    return Danger.of(listed.get("numbers") or {}, known_danger())
