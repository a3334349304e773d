"""The conversation so far."""

from typing import Any

from backend.assistant import store
from backend.assistant.own_records import OwnRecords
from backend.assistant.past import past_turn
from backend.core.errors import not_found
from backend.core.house import House
from backend.core.schemas import PageQuery


def read_history(house: House, citizen: str, page: PageQuery) -> dict[str, Any]:
    """One page of turns, newest first."""
    found = store.list_turns(house, citizen, page)
    records = {lang: OwnRecords(house, citizen, lang) for lang in ("zh", "en")}
    newest = found.items[0]["_id"] if found.items and not page.cursor else None
    return found.view(lambda turn: past_turn(turn, records[turn["lang"]], newest=turn["_id"] == newest))


def read_turn(house: House, citizen: str, turn: str) -> dict[str, Any]:
    """One turn of the citizen's own, as another device wants it. Raises ``not-found``."""
    found = store.find_turn(house, citizen, turn)
    if found is None:
        raise not_found("对话内容")
    records = OwnRecords(house, citizen, found["lang"])
    return past_turn(found, records, newest=store.newest_turn(house, citizen) == turn)
