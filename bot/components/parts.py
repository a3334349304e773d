"""Reads each of two wishes in one sentence like a sentence of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.context import MATTER_ACTS, Act, Context, Decision
from bot.components.linking import Link
from bot.components.splitting import split
from bot.components.wording import is_payload

PARTS = "parts"
PART_OF = "part_of"
# What one may wish of a matter besides doing it and asking about it.
WISHES = MATTER_ACTS | {"ask_progress"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SentenceSplitter(GraphComponent):
    """Puts the parts of a sentence behind it, as messages that every component after this one reads.

    Only a sentence with a joint has parts, so only that one costs a second reading; what is said in a
    form is one answer.
    """

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceSplitter:
        """There is nothing to know beforehand."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, each followed by its parts."""
        followed: list[Message] = []
        for message in messages:
            followed.append(message)
            text = message.get(TEXT) or ""
            if is_payload(text) or Context.of(message.get("metadata")).filling:
                continue
            parts = [Message(data={TEXT: part, PART_OF: text}) for part in split(text) or ()]
            message.set(PARTS, parts)
            followed.extend(parts)
        return followed


@dataclass(frozen=True)
class Part:
    """What was read of one part of a sentence."""

    act: Act
    found: Link

    @property
    def is_wish(self) -> bool:
        """Whether it is about a matter, by itself."""
        return self.act.name in WISHES and self.found.decision is not Decision.NONE

    def is_about_another(self, other: Part) -> bool:
        """Whether the two can hardly mean the same matter."""
        if self.found.decision is Decision.SURE and other.found.decision is Decision.SURE:
            return self.found.matters[0][0] != other.found.matters[0][0]
        mine, others = ({matter for matter, _ in part.found.matters} for part in (self, other))
        return not mine & others


def wishes_in(parts: list[Part]) -> list[Part]:
    """The parts that hold a wish: both, one (the rest was talk), or none to go by."""
    wishes = [part for part in parts if part.is_wish]
    if len(wishes) == 2 and not wishes[0].is_about_another(wishes[1]):
        return []
    return wishes
