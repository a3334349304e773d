"""Reads messages with the trained model, without a server: for tests, evaluation and operators' tools."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NO_LANGUAGE = "The model has no language part; train it again:  python -m bot.training --force"


@dataclass(frozen=True)
class Turn:
    """What the assistant's actions would see of one message."""

    act: str
    confidence: float
    decision: str | None
    matters: tuple[tuple[str, float], ...]
    entities: tuple[dict[str, Any], ...]

    def value(self, entity: str) -> str | None:
        """The first value of an entity."""
        return next((found["value"] for found in self.entities if found["entity"] == entity), None)


class Reader:
    """The language part of one model, over the catalogue as the files are now."""

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent  # noqa: PLC0415  (slow to load)

        self._agent = Agent.load(str(model))

    def nodes(self) -> dict[str, Any]:
        """The model's components by the names of their places in it."""
        processor = self._agent.processor
        if processor is None:
            raise RuntimeError(NO_LANGUAGE)
        runner: Any = processor.graph_runner
        return {name: node._component for name, node in runner._instantiated_nodes.items()}

    def read(self, text: str, metadata: Mapping[str, Any] | None = None) -> Turn:
        """One message, in the context that its metadata tells."""
        from rasa.core.channels.channel import UserMessage  # noqa: PLC0415

        message = UserMessage(text, metadata=dict(metadata or {}))
        processor = self._agent.processor
        if processor is None:
            raise RuntimeError(NO_LANGUAGE)
        parsed = asyncio.run(processor.parse_message(message))
        entities = tuple(parsed["entities"])
        return Turn(
            act=parsed["intent"]["name"],
            confidence=float(parsed["intent"]["confidence"]),
            decision=next(
                (found["value"] for found in entities if found["entity"] == "matter_decision"), None
            ),
            matters=tuple(
                (found["value"], float(found.get("confidence_entity", 1.0)))
                for found in entities
                if found["entity"] == "matter"
            ),
            entities=entities,
        )
