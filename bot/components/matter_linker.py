"""The graph component that says which service matter a message is about."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.calibration import Calibration, calibrate
from bot.components.embeddings import shared_embedder
from bot.components.encoder import embedding_of
from bot.components.linking import Link, link
from bot.components.living_index import LivingIndex
from bot.components.matter_index import MatterIndex
from bot.components.sentences import read_sentences
from bot.places import Places
from intents.space import Space

LINK = "matter_link"
SPACE_FILE = "space.npz"
CALIBRATION_FILE = "calibration.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class MatterLinker(GraphComponent):
    """Retrieval over the whole catalogue, calibrated so that it knows when it does not know.

    The trained part is small: the space in which meanings are compared and the weights that turn
    likeness into probability. The catalogue itself is read from the files while serving.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """The pipeline has a sentence encoder before this."""
        return [Featurizer]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""

    def __init__(self, model_storage: ModelStorage, resource: Resource) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._calibration = Calibration.untrained()
        self._living: LivingIndex | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MatterLinker:
        """An untrained linker."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the space and the calibration from the files behind the training data."""
        embedder = shared_embedder()
        places = Places.find()
        sentences = read_sentences(places)
        plain = MatterIndex(sentences, embedder, Space.plain())
        space = Space.learn(plain.vectors, plain.owner) if len(plain.texts) else Space.plain()
        calibration = calibrate(MatterIndex(sentences, embedder, space))
        embedder.save(places.embeddings, sentences.texts())
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / SPACE_FILE, centre=space.centre, spread=space.spread)
            (folder / CALIBRATION_FILE).write_text(json.dumps(calibration.dump()))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MatterLinker:
        """The trained linker over the catalogue as it is now, watching its files."""
        linker = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            with np.load(folder / SPACE_FILE) as kept:
                space = Space(kept["centre"], kept["spread"])
            linker._calibration = Calibration.parse(json.loads((folder / CALIBRATION_FILE).read_text()))
        linker._living = LivingIndex(Places.find(), shared_embedder(), space)
        linker._living.watch()
        return linker

    def process(self, messages: list[Message]) -> list[Message]:
        """Put a ``Link`` on each message that was embedded."""
        for message in messages:
            vector = embedding_of(message)
            if vector is None or self._living is None:
                message.set(LINK, Link())
            else:
                acts = {entry["name"]: entry["confidence"] for entry in message.get("intent_ranking") or []}
                found = link(self._living.current, self._calibration, message.get(TEXT), vector, acts=acts)
                message.set(LINK, found)
        return messages
