"""Sentences grouped by meaning, on real embeddings; what a group is called; which intents are suggested."""

from typing import Any

import numpy as np
import pytest

from bot.components.sentences import Sentences
from intents.clusters import count_words, group, halves, most_central, telling_words
from intents.shipped import shipped_sentences
from intents.suggesting import Reference

PETS = ["给乌龟上个户口", "乌龟户口怎么上", "我家乌龟要上户口本"]
STOCKS = ["今天股票又跌了", "股票跌了多少"]
# Enough for a space in which strangers lie apart; all sentences would take a minute to embed.
MATTERS = ("passport", "residence-permit", "driving-licence-renewal", "elderly-allowance", "deed-tax")


def sentences() -> Sentences:
    shipped = shipped_sentences()
    acts = {name: shipped.acts[name] for name in ("greet", "thank")}
    return Sentences({name: shipped.matters[name] for name in MATTERS}, acts)


@pytest.fixture(scope="module")
def embedder() -> Any:
    from intents.embeddings import Embedder, load_engine

    return Embedder(load_engine())


def test_what_means_the_same_is_one_group_in_whatever_order_it_comes(embedder: Any) -> None:
    space = Reference.of(sentences(), embedder).space
    texts = [PETS[0], STOCKS[0], PETS[1], STOCKS[1], PETS[2]]
    labels = group(space.place(embedder.vectors(texts)))
    assert len({labels[0], labels[2], labels[4]}) == 1
    assert labels[1] == labels[3] != labels[0]
    back = group(space.place(embedder.vectors(texts[::-1])))[::-1]
    assert [list(back == one) for one in back] == [list(labels == one) for one in labels]


def test_nothing_and_one_alone_can_be_grouped() -> None:
    assert list(group(np.zeros((0, 4), np.float32))) == []
    assert list(group(np.eye(1, 4, dtype=np.float32))) == [0]
    assert len(set(group(np.eye(3, 4, dtype=np.float32)))) == 3, "strangers stay alone"


def test_a_group_falls_into_the_two_things_it_is_about(embedder: Any) -> None:
    sides = halves(embedder.vectors([*PETS, *STOCKS]))
    assert list(sides == sides[0]) == [True, True, True, False, False]


def test_the_most_central_sentence_is_the_one_said_most_like_the_others() -> None:
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    assert most_central(rows, [1, 1, 1]) == 1
    assert most_central(rows, [9, 1, 1]) == 0


def test_a_group_is_called_by_words_that_others_do_not_have() -> None:
    assert telling_words(PETS, count_words([*PETS, *STOCKS]))[0] in {"乌龟", "户口"}
    assert telling_words(["renew my visa", "visa renewal"], count_words(["renew my passport"]))[0] == "visa"
    assert telling_words(["⟦name⟧"], {}) == []


def test_the_nearest_intents_are_suggested_with_their_nearest_example(embedder: Any) -> None:
    reference = Reference.of(sentences(), embedder)
    [found] = reference.suggest(embedder.vectors(["护照丢了 要补一本"]))
    best = found["matters"][0]
    assert (best["id"], best["example"]) == ("passport", "护照丢了 补一本")
    assert best["likeness"] > found["matters"][1]["likeness"]
    [hello] = reference.suggest(embedder.vectors(["侬早上好呀"]))
    assert hello["acts"][0]["id"] == "greet"
