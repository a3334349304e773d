"""The conversation's short memory in Valkey: the last turns, for an hour, without the turn's token.

Rasa's own Redis store keeps everything and reads the old conversation back at every save to merge it.
Here one writer holds the conversation's lock, and only the last turns matter: the truth about a form
is the draft in the database.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import redis
from rasa.core.brokers.broker import EventBroker
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

KEPT_TURNS = 4
KEPT_SECONDS = 3600
TIMEOUT_SECONDS = 5.0
WAIT_SECONDS = 0.05
# Of a message's metadata, what a later turn may still want to know. Never the token.
KEPT_METADATA = ("turn", "lang")
# Rasa copies the first message's metadata, token and all, into this slot.
METADATA_SLOT = "session_started_metadata"


def connect(url: str) -> Any:
    """A client for REDIS_URL in any form that redis understands (password, database, TLS, socket)."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        health_check_interval=30,
    )


class ConversationMemory(TrackerStore, SerializedTrackerAsText):
    """Keeps the last turns of each conversation for a while."""

    def __init__(
        self,
        domain: Domain,
        host: str,
        event_broker: EventBroker | None = None,
        record_exp: int = KEPT_SECONDS,
        key_prefix: str = "suiban:conversation:",
        **kwargs: Any,
    ) -> None:
        self._valkey = connect(host)
        self._expires = int(record_exp)
        self._prefix = key_prefix
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the last turns. Whoever saves holds the conversation's lock, so nothing is merged."""
        events = [_without_token(event.as_dict()) for event in last_turns(tracker)]
        stored = json.dumps({"events": events, "name": tracker.sender_id}, ensure_ascii=False)
        self._valkey.set(self._prefix + tracker.sender_id, stored, ex=self._expires)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """What is remembered of a conversation."""
        stored = self._valkey.get(self._prefix + sender_id)
        return None if stored is None else self.deserialise_tracker(sender_id, stored)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The same: there is no more."""
        return await self.retrieve(conversation_id)

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        self._valkey.delete(self._prefix + sender_id)

    async def keys(self) -> list[str]:
        """The conversations that are remembered."""
        return [key.removeprefix(self._prefix) for key in self._valkey.scan_iter(self._prefix + "*")]


class ConversationLocks(InMemoryLockStore):
    """One turn a conversation at a time in this process.

    Whichever process works on it, the gateway lets a citizen's messages in one after another
    (backend/assistant/line.py): locks in Valkey as well would cost each turn seven round trips.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = WAIT_SECONDS,
    ) -> AsyncIterator[TicketLock]:
        """Rasa waits a whole second for a busy conversation; people write two lines faster than that."""
        async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as held:
            yield held


def last_turns(tracker: DialogueStateTracker) -> list[Event]:
    """The events of the last turns, led by what the slots hold."""
    events = list(tracker.events)
    said = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= KEPT_TURNS:
        return [event for event in events if not _is_metadata(event)]
    kept = [
        SlotSet(name, slot.value)
        for name, slot in tracker.slots.items()
        if slot.value is not None and name != METADATA_SLOT
    ]
    opening: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), *kept]
    recent = [event for event in events[said[-KEPT_TURNS] :] if not _is_metadata(event)]
    return [*opening, ActionExecuted(ACTION_LISTEN_NAME), *recent]


def _is_metadata(event: Event) -> bool:
    return isinstance(event, SlotSet) and event.key == METADATA_SLOT


def _without_token(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("event") != "user":
        return event
    parsed = dict(event.get("parse_data") or {})
    parsed["metadata"] = _kept(parsed.get("metadata"))
    return {**event, "parse_data": parsed, "metadata": _kept(event.get("metadata"))}


def _kept(metadata: Any) -> dict[str, Any]:
    given = metadata if isinstance(metadata, dict) else {}
    return {name: given[name] for name in KEPT_METADATA if name in given}
