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

from bot.components.calibration import Calibration, Tried, calibrate, evenly
from bot.components.embeddings import shared_embedder
from bot.components.encoder import embedding_of
from bot.components.linking import Link, link
from bot.components.living_index import LivingIndex
from bot.components.matter_index import Ints, MatterIndex
from bot.components.matter_votes import MatterVotes, learn_votes
from bot.components.sentences import read_sentences
from bot.places import Places
from intents.space import Space

LINK = "matter_link"
SPACE_FILE = "space.npz"
CALIBRATION_FILE = "calibration.json"
VOTES_FILE = "votes.npz"
# Votes of fewer sentences say no more than the likeness to each.
ENOUGH_TO_VOTE = 1000
# How many of the directions of the embeddings are kept.
DIRECTIONS = 192
# More than these, evenly apart, would fill the memory of a training and tell nothing new.
VOTERS_OF_A_MATTER = 100
SILENT_VOTERS = 1500


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
        index = MatterIndex(sentences, embedder, Space.plain())
        space = _space(index)
        index.move(space)
        votes, calibration = _learn(index)
        embedder.save(places.embeddings, sentences.texts())
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / SPACE_FILE, centre=space.centre, spread=space.spread)
            if votes:
                votes.save(folder / VOTES_FILE)
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
            votes = MatterVotes.load(folder / VOTES_FILE) if (folder / VOTES_FILE).exists() else None
        linker._living = LivingIndex(Places.find(), shared_embedder(), space, votes)
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


def _space(index: MatterIndex) -> Space:
    if not index.texts:
        return Space.plain()
    if len(index.texts) < ENOUGH_TO_VOTE:
        return Space.learn(index.vectors[: len(index.owner)], index.owner)
    return Space.principal(index.vectors[: len(index.owner)], keep=DIRECTIONS)


def _learn(index: MatterIndex) -> tuple[MatterVotes | None, Calibration]:
    """The votes of all sentences, and how to weigh them: tried on sentences whose votes are left out."""
    if len(index.texts) < ENOUGH_TO_VOTE:
        return None, calibrate(index)
    tried = Tried.of(index)
    voting = _voting(index, tried)
    tried_places = np.concatenate([tried.entries, len(index.owner) + tried.talk])
    everybody, voters = index.electorate(voting), index.voters()
    found, scores, warmth = learn_votes(everybody, np.searchsorted(voting, tried_places))
    votes = MatterVotes(
        tuple(index.matters), tuple(voters[at] for at in voting), found, warmth, known=frozenset(voters)
    )
    index.take_votes(votes)
    return votes, calibrate(index, tried, scores)


def _voting(index: MatterIndex, tried: Tried) -> Ints:
    """The places of the voters: what is tried, and of the rest a part."""
    rows = np.arange(len(index.owner))
    own = [rows[index.owner == matter] for matter in range(len(index.matters))]
    entries = [places[evenly(len(places), VOTERS_OF_A_MATTER)] for places in own if len(places)]
    talk = np.flatnonzero(index.rival)
    silent = np.union1d(tried.talk, talk[evenly(len(talk), SILENT_VOTERS)])
    return np.concatenate([np.union1d(tried.entries, np.concatenate(entries)), len(index.owner) + silent])
