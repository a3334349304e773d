"""What is remembered of a conversation: the last turns, for a while, and never the turn's token."""

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import memory
from bot.memory import KEPT_TURNS, ConversationLocks, ConversationMemory

DOMAIN = Domain.from_dict({
    "intents": ["greet"],
    "slots": {"draft": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}},
})  # fmt: skip
METADATA = {"token": "a-secret-token", "turn": "t1", "lang": "zh", "expecting": {"field": "address"}}


class Valkey:
    """As much of a Valkey as the memory needs."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.expires: dict[str, int | None] = {}

    def set(self, key: str, value: Any, ex: int | None = None) -> None:
        self.kept[key], self.expires[key] = value, ex

    def get(self, key: str) -> Any:
        return self.kept.get(key)

    def delete(self, key: str) -> int:
        return int(self.kept.pop(key, None) is not None)


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> Valkey:
    fake = Valkey()
    monkeypatch.setattr(memory, "connect", lambda url: fake)
    return fake


def _conversation(turns: int) -> DialogueStateTracker:
    tracker = DialogueStateTracker.from_events("c1", [], DOMAIN.slots, domain=DOMAIN)
    tracker.update(ActionExecuted("action_session_start"), DOMAIN)
    tracker.update(SessionStarted(), DOMAIN)
    tracker.update(SlotSet("session_started_metadata", METADATA), DOMAIN)
    tracker.update(SlotSet("draft", "draft-1"), DOMAIN)
    tracker.update(ActionExecuted("action_listen"), DOMAIN)
    for turn in range(turns):
        parsed = {"intent": {"name": "greet", "confidence": 1.0}, "entities": [], "metadata": dict(METADATA)}
        tracker.update(
            UserUttered(f"第{turn}句", parsed["intent"], [], parsed, metadata=dict(METADATA)), DOMAIN
        )
        tracker.update(ActionExecuted("action_small_talk"), DOMAIN)
        tracker.update(BotUttered("您好"), DOMAIN)
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
    return tracker


def _saved(valkey: Valkey, turns: int) -> tuple[str, DialogueStateTracker]:
    store = ConversationMemory(DOMAIN, "redis://nowhere", record_exp=60)
    asyncio.run(store.save(_conversation(turns)))
    found = asyncio.run(store.retrieve("c1"))
    assert found is not None
    [stored] = valkey.kept.values()
    return stored, found


def test_a_short_conversation_is_remembered_whole(valkey: Valkey) -> None:
    _, found = _saved(valkey, 2)
    assert [event.text for event in found.events if isinstance(event, UserUttered)] == ["第0句", "第1句"]
    assert found.get_slot("draft") == "draft-1"


def test_only_the_last_turns_of_a_long_one_are_remembered_and_the_slots(valkey: Valkey) -> None:
    _, found = _saved(valkey, 30)
    said = [event.text for event in found.events if isinstance(event, UserUttered)]
    assert said == [f"第{turn}句" for turn in range(30 - KEPT_TURNS, 30)]
    assert found.get_slot("draft") == "draft-1"
    assert found.latest_action_name == "action_listen"


@pytest.mark.parametrize("turns", [1, 30])
def test_the_token_is_never_remembered(valkey: Valkey, turns: int) -> None:
    stored, found = _saved(valkey, turns)
    assert "a-secret-token" not in stored
    assert found.latest_message is not None
    assert found.latest_message.metadata == {"turn": "t1", "lang": "zh"}


def test_a_conversation_is_forgotten_after_a_while(valkey: Valkey) -> None:
    _saved(valkey, 1)
    assert list(valkey.expires.values()) == [60]


def test_turns_of_one_conversation_wait_for_each_other() -> None:
    from rasa.utils.endpoints import EndpointConfig

    locks = ConversationLocks(endpoint_config=EndpointConfig())
    order: list[str] = []

    async def turn(name: str) -> None:
        async with locks.lock("c1"):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    async def both() -> None:
        await asyncio.gather(turn("first"), turn("second"))

    asyncio.run(both())
    assert order == ["first begins", "first ends", "second begins", "second ends"]
