"""The graph component that says what a person does by a sentence."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.act_model import ActModel, learn_acts
from bot.components.encoder import embedding_of

MODEL_FILE = "acts.npz"
RANKED = 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SpeechActClassifier(IntentClassifier, GraphComponent):
    """A calibrated linear model over the sentence's embedding and its n-grams.

    Its confidence is a probability that holds on sentences it has not seen (fitted by
    cross-validation), because decisions hang on it.
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
        self._model: ActModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpeechActClassifier:
        """An untrained classifier."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples, which were embedded before."""
        known = [(message, embedding_of(message)) for message in training_data.intent_examples]
        usable = [(message, vector) for message, vector in known if vector is not None]
        model = learn_acts(
            [message.get(TEXT) for message, _ in usable],
            [message.get(INTENT) for message, _ in usable],
            [vector for _, vector in usable],
        )
        with self._model_storage.write_to(self._resource) as folder:
            model.save(folder / MODEL_FILE)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpeechActClassifier:
        """The trained classifier."""
        classifier = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model = ActModel.load(folder / MODEL_FILE)
        return classifier

    def process(self, messages: list[Message]) -> list[Message]:
        """Put the likeliest acts on each message that was embedded."""
        for message in messages:
            vector = embedding_of(message)
            if vector is None or self._model is None:
                continue
            ranking = [
                {"name": act, "confidence": chance}
                for act, chance in self._model.rank(message.get(TEXT), vector)[:RANKED]
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
