"""The last component: settles what the message means where it was said, and says so in few entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.context import (
    CONFIRMATION,
    MATTER_ACTS,
    Act,
    Context,
    Decision,
    Reading,
    act_in_context,
    is_only_told,
)
from bot.components.emergency import DEFAULT_NUMBER, Danger, is_calm, known_danger
from bot.components.linking import Link
from bot.components.matter_linker import LINK
from bot.components.parts import PART_OF, PARTS, Part, wishes_in
from bot.components.sentences import read_sentences
from bot.components.wording import is_payload
from bot.places import Places

# Below this confidence a sentence surely about a matter may be read for what is wanted of it.
DOUBTFUL = 0.5
UNREAD = Reading(act="out_of_scope", confidence=0.0)
# Acts about something else than a matter of the catalogue, whatever the linker found.
MATTERLESS = frozenset({"supply_value", "choose", CONFIRMATION, "deny", "out_of_scope", "chitchat"})

# These are about the whole sentence, whatever its parts would be.
SAID_OF_THE_WHOLE = frozenset({"emergency", "ask_person", CONFIRMATION, "deny", "cancel", "correct"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TurnReader(GraphComponent):
    """Reads ``expecting`` and ``prompt`` from the message's metadata and fixes the speech act.

    The entities it leaves are all that actions see of the reading: ``matter`` (several, best first,
    each with its score), ``matter_decision``, ``field_value``, ``emergency_number``; of a second wish in
    the same sentence ``second_act`` and ``second_matter`` (the matter, or several to ask about).
    """

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""

    def __init__(self, danger: Danger) -> None:
        self._danger = danger

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TurnReader:
        """A reader that knows the words of danger."""
        acts = read_sentences(Places.find()).acts
        return cls(Danger.of(acts["emergency"].numbers if "emergency" in acts else {}, known_danger()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Settle each message that is not a button's payload; its parts have served their purpose."""
        whole = [message for message in messages if not message.get(PART_OF)]
        for message in whole:
            text = message.get(TEXT) or ""
            if not is_payload(text):
                self._settle(message, text)
            # Rasa would store a position for every character, in every turn, for nobody.
            message.data.pop("text_tokens", None)
            message.data.pop(PARTS, None)
        return whole

    def _settle(self, message: Message, text: str) -> None:
        found: Link = message.get(LINK) or Link()
        context = Context.of(message.get("metadata"))
        number = self._danger.number_for(text)
        second: Part | None = None
        if number is None or is_only_told(text, number, context):
            act = act_in_context(text, _reading(message, found), context)
            wishes = wishes_in([_part(part) for part in message.get(PARTS) or []])
            if wishes and act.name not in SAID_OF_THE_WHOLE:
                act, found = wishes[0].act, wishes[0].found
                second = wishes[1] if len(wishes) > 1 else None
        else:
            act = Act("emergency")
        message.set(INTENT, {"name": act.name, "confidence": round(act.confidence, 4)}, add_to_output=True)
        message.set("intent_ranking", [message.get(INTENT)], add_to_output=True)
        message.set(ENTITIES, _entities(act, found, number, second), add_to_output=True)
        message.set("matters", [{"id": matter, "score": score} for matter, score in found.ranking])
        message.set("matter_decision", found.decision.value)


def _reading(message: Message, found: Link) -> Reading:
    intent = _earnest(message)
    if not intent.get("name"):
        return UNREAD
    if found.decision is Decision.SURE and float(intent["confidence"]) < DOUBTFUL:
        intent = _wanting(message.get("intent_ranking") or [], intent)
    return Reading(
        act=intent["name"],
        confidence=float(intent.get("confidence") or 0.0),
        decision=found.decision,
        matters=[matter for matter, _ in found.matters],
        bare_name=found.bare_name,
        outside=found.outside,
        wish=_wish(message.get("intent_ranking") or []),
    )


def _earnest(message: Message) -> dict[str, Any]:
    """The likeliest act; what tells of danger that is over is taken for what it is besides."""
    intent: dict[str, Any] = message.get(INTENT) or {}
    if intent.get("name") != "emergency" or not is_calm(message.get(TEXT) or ""):
        return intent
    others = (entry for entry in message.get("intent_ranking") or [] if entry["name"] != "emergency")
    return next(others, {})


def _wanting(ranking: list[dict[str, Any]], likeliest: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of the matter, where wanting anything of it is likelier than each other act."""
    wishes = [entry for entry in ranking if entry["name"] in MATTER_ACTS]
    together = sum(entry["confidence"] for entry in wishes)
    if likeliest["name"] == "emergency" or together <= likeliest["confidence"]:
        return likeliest
    return {"name": wishes[0]["name"], "confidence": together}


def _wish(ranking: list[dict[str, Any]]) -> str:
    return next((entry["name"] for entry in ranking if entry["name"] in MATTER_ACTS), "do_matter")


def _part(message: Message) -> Part:
    found: Link = message.get(LINK) or Link()
    return Part(act_in_context(message.get(TEXT) or "", _reading(message, found), Context()), found)


def _entities(act: Act, found: Link, number: str | None, second: Part | None) -> list[dict[str, Any]]:
    entities: list[dict[str, Any]] = []
    if act.choice is not None:
        entities.append(_entity("field_value", act.choice, act.confidence))
    if act.name == "emergency":
        entities.append(_entity("emergency_number", number or DEFAULT_NUMBER, act.confidence))
    if act.name in MATTERLESS:
        return entities
    for matter, score in found.matters:
        entities.append({**_entity("matter", matter, score), "extractor": "MatterLinker"})
    entities.append({**_entity("matter_decision", found.decision.value, 1.0), "extractor": "MatterLinker"})
    if second is not None:
        entities.append(_entity("second_act", second.act.name, second.act.confidence))
        meant = second.found.matters[: 1 if second.found.decision is Decision.SURE else None]
        entities.extend(_entity("second_matter", matter, score) for matter, score in meant)
    return entities


def _entity(name: str, value: str, confidence: float) -> dict[str, Any]:
    # A turn's reading is about the whole sentence; Rasa wants a place in the text all the same.
    return {
        "entity": name,
        "value": value,
        "start": 0,
        "end": 0,
        "confidence_entity": confidence,
        "extractor": "TurnReader",
    }
