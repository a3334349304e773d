"""Which agents are there: whoever called lately. Their page asks for the queue every few seconds."""

from datetime import datetime, timedelta

from backend.core.house import House
from backend.core.mongo import Document
from backend.handoff import store
from backend.workbench import store as staff


def give_sign(house: House, agent: str) -> None:
    """An agent is there; what they have in hand stays theirs."""
    account = staff.get_staff(house, agent) or {}
    store.note_presence(house, agent, display=str(account.get("display", "")), now=house.clock.now())


def on_duty(house: House) -> list[Document]:
    """The agents who are there now."""
    return store.present(house, since=lost_since(house))


def lost_since(house: House) -> datetime:
    """An agent seen last before this moment is gone."""
    return house.clock.now() - timedelta(minutes=house.settings.handoff_away_minutes)
