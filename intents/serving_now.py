"""What answers at this moment, and how each version does."""

from typing import Any

from backend.core.house import House
from backend.core.schemas import PageQuery
from intents import canaries, publishing, serving, versions


def serving_now(house: House) -> dict[str, Any]:
    """``{live, canary, share, figures, assistant}``; the figures begin with the last publication.

    Raises ``assistant-unavailable`` before the first start.
    """
    seen = serving.read_serving(house)
    newest = publishing.list_publications(house, PageQuery(limit=1)).items
    begun = newest[0] if newest else versions.get_version(house, seen["live"])
    named = [one for one in (seen["live"], seen["canary"]) if one]
    return {
        "live": seen["live"],
        "canary": seen["canary"],
        "share": seen["share"],
        "figures": canaries.figures_since(house, named, begun["created_at"]),
        "assistant": publishing.ask_assistant(house),
    }
