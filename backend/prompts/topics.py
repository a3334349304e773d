"""What a citizen wants to hear of: the consent for prompts and a switch for each topic."""

from typing import Any

from backend.accounts import store as accounts
from backend.accounts.consents import is_granted
from backend.core.errors import Problem
from backend.core.events import commit
from backend.core.house import House
from backend.prompts import store
from backend.prompts.rules import TOPIC_NAMES, TOPICS, PromptState, Wishes


def read_wishes(house: House, citizen: str) -> Wishes:
    """A citizen's wishes as of now."""
    found = accounts.get_citizen(house, citizen)
    return Wishes(is_granted(found, "prompts"), frozenset(found.get("muted_topics", ())))


def list_topics(house: House, citizen: str) -> list[dict[str, Any]]:
    """Every topic of prompts and whether the citizen switched it off."""
    muted = read_wishes(house, citizen).muted
    return [view_topic(topic, muted=topic in muted) for topic in TOPICS]


def view_topic(topic: str, *, muted: bool) -> dict[str, Any]:
    """A topic as the API tells it."""
    return {"topic": topic, "name": TOPIC_NAMES[topic], "muted": muted}


def check_topic(topic: str) -> str:
    """The topic, if there is such a one. Raises ``not-found``."""
    if topic not in TOPICS:
        raise Problem("not-found", f"没有“{topic}”这个提示主题，可选：{'、'.join(TOPICS)}。")
    return topic


def mute(house: House, citizen: str, topic: str) -> None:
    """Switch a topic off; its open prompts go away."""
    accounts.set_topic_muted(house, citizen, check_topic(topic), True)
    store.close_open(house, citizen, state=PromptState.LAPSED, now=house.clock.now(), topic=topic)


def unmute(house: House, citizen: str, topic: str) -> None:
    """Switch a topic on again; what it kept back is looked up anew."""
    accounts.set_topic_muted(house, citizen, check_topic(topic), False)
    commit(house, lambda unit: unit.emit("topic.unmuted", citizen=citizen, topic=topic))
