"""Life events: the drawers of the catalogue, in the order in which people look."""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.matters.catalogue import catalogue

EVENTS_FILE = Path(__file__).with_name("life_events.yml")


@lru_cache
def event_names() -> dict[str, dict[str, str]]:
    """``life_events.yml``: ``{id: {name, name_en}}`` in its order."""
    found: dict[str, dict[str, str]] = yaml.safe_load(EVENTS_FILE.read_text("utf-8"))
    return found


def event_name(event: str, lang: str) -> str:
    """What people call a life event; one that nobody named is called as its folder."""
    return event_names().get(event, {}).get("name_en" if lang == "en" else "name", event)


def list_events(lang: str = "zh") -> list[dict[str, Any]]:
    """Every life event that has matters: ``{id, name, matters, bundles}``."""
    matters = Counter(one.life_event for one in catalogue().all() if not one.is_bundle)
    bundles = Counter(one.life_event for one in catalogue().all() if one.is_bundle)
    there = set(matters) | set(bundles)
    ordered = [event for event in event_names() if event in there] + sorted(there - set(event_names()))
    return [
        {"id": one, "name": event_name(one, lang), "matters": matters[one], "bundles": bundles[one]}
        for one in ordered
    ]
