"""Which trained agents answer, and how they are exchanged while people talk.

A watcher looks at the pointer file. What it names newly is loaded aside, in a thread, and takes over whole;
a turn that is under way ends with the agent it began with. Conversations go on, as they live in Valkey and
not in an agent.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.core.utils import AvailableEndpoints

from bot.places import Places, with_edits
from bot.pointer import Pointer, PointerError, Served, read_pointer

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.5
# What could not be loaded is tried again, in case its files were still on their way.
TRY_AGAIN_SECONDS = 20.0
Load = Callable[[Served], Agent]
What = tuple[str, str | None]


class NotLoaded(Exception):
    """A version whose files do not make an agent; the message names it."""


class Agents:
    """Stands where Rasa has its one agent, and hands each conversation to the agent of its version."""

    def __init__(self, pointer: Pointer, load: Load, models: Path) -> None:
        self.pointer = pointer
        self.failed: str | None = None
        self._load = load
        self._models = models
        self._loaded: dict[What, Agent] = {_what(pointer.live): load(pointer.live)}
        if pointer.canary is not None:
            self._begin_canary(pointer.canary)

    @property
    def live(self) -> Agent:
        """The agent of the live version."""
        return self._loaded[_what(self.pointer.live)]

    def __getattr__(self, name: str) -> Any:
        """All else that Rasa asks of its agent (processor, tracker store …) is the live one's."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.live, name)

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Answer a turn with the agent of its conversation's version."""
        served = self.pointer.serves(message.sender_id)
        # Taken before the first await: from here on the turn is this agent's, whatever is exchanged.
        agent = self._loaded[_what(served)]
        answered: list[dict[str, Any]] | None = await agent.handle_message(message)
        reading = getattr(message.output_channel, "reading", None)
        if reading is not None:
            reading["model"] = served.version
        return answered

    def told(self) -> dict[str, Any]:
        """What is served at this moment, for whoever waits for a change."""
        canary = self.pointer.canary
        return {
            "live": self.pointer.live.version,
            "model": self.pointer.live.model,
            "canary": canary.version if canary else None,
            "share": self.pointer.share,
            "revision": self.pointer.revision,
            "failed": self.failed,
        }

    def _begin_canary(self, canary: Served) -> None:
        """A canary that cannot be loaded must not keep the live version from being served."""
        try:
            self._loaded.setdefault(_what(canary), self._load(canary))
        except Exception as error:
            self.failed = canary.version
            self.pointer = replace(self.pointer, canary=None, share=0.0)
            log.error("serving.not-loaded", version=canary.version, reason=type(error).__name__)

    async def follow(self) -> None:
        """Keep looking at the pointer for as long as the process serves."""
        refused, again_at = self.pointer, 0.0
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                wanted = read_pointer(self._models)
            except (PointerError, OSError) as error:
                log.error("serving.pointer-unreadable", reason=type(error).__name__)
                continue
            if wanted is None or wanted == self.pointer:
                continue
            if (wanted != refused or time.monotonic() > again_at) and not await self.change_to(wanted):
                refused, again_at = wanted, time.monotonic() + TRY_AGAIN_SECONDS

    async def change_to(self, wanted: Pointer) -> bool:
        """Load what is new, aside, then serve it; False, and nothing is changed, when it cannot be loaded."""
        loaded = dict(self._loaded)
        for one in _named(wanted):
            if _what(one) in loaded:
                continue
            try:
                loaded[_what(one)] = await asyncio.to_thread(self._load, one)
            except Exception as error:
                self.failed = one.version
                log.error("serving.not-loaded", version=one.version, reason=type(error).__name__)
                return False
        # One step for the event loop: no turn sees the new pointer with the old agents.
        self.pointer, self.failed = wanted, None
        self._loaded = {_what(one): loaded[_what(one)] for one in _named(wanted)}
        del loaded
        log.info("serving.changed", live=wanted.live.version, canary=wanted.canary and wanted.canary.version)
        # An agent is a knot of references; what it held is wanted for the next one.
        await asyncio.to_thread(gc.collect)
        return True


def loader(endpoints: AvailableEndpoints, models: Path) -> Load:
    """Makes agents of versions, each with the edits that belong to it."""

    def load(served: Served) -> Agent:
        model = models / served.model
        if not model.is_file():
            raise NotLoaded(f"{served.version}: there is no {model}")
        with with_edits(models / served.edits if served.edits else None):
            # A loop of its own: nothing of an agent stays with the loop that it was made in.
            agent = asyncio.run(load_agent(model_path=str(model), endpoints=endpoints))
        if agent.processor is None:
            raise NotLoaded(f"{served.version}: {model} holds no agent")
        return agent

    return load


async def load_agents_on_start(
    model_path: str | None,
    endpoints: AvailableEndpoints,
    remote_storage: str | None,
    app: Any,
    loop: asyncio.AbstractEventLoop,
) -> Agents:
    """In the place of Rasa's own listener, which loads one agent for good."""
    places = Places.find()
    pointer = read_pointer(places.models) or Pointer(unpublished(Path(str(model_path))))
    agents = await asyncio.to_thread(Agents, pointer, loader(endpoints, places.models), places.models)
    app.ctx.agent = agents
    app.add_task(agents.follow())
    logging.getLogger(__name__).info("The assistant answers with %s.", pointer.live.version)
    return agents


def unpublished(model: Path) -> Served:
    """A model that nobody pointed at, as a version of its own name."""
    return Served(version=model.name.removesuffix(".tar.gz"), model=model.name)


def _named(pointer: Pointer) -> list[Served]:
    return [pointer.live] if pointer.canary is None else [pointer.live, pointer.canary]


def _what(served: Served) -> What:
    """What must be loaded for a version: two versions of the same files are one agent."""
    return served.model, served.edits
