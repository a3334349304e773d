"""Sentences grouped by meaning, on real embeddings; what a group is called; which intents are suggested."""

from typing import Any

import numpy as np
import pytest

from bot.components.sentences import ActSentences, Example, MatterSentences, Sentences
from intents.clusters import group, halves, most_central, telling_words
from intents.suggesting import Reference

PETS = ["给乌龟上个户口", "乌龟户口怎么上", "我家乌龟要上户口本"]
KITES = ["放风筝要登记不", "风筝登记在哪弄"]
MATTERS = {
    "passport": ["我要办护照", "护照丢了补一本", "护照快过期了要换"],
    "residence": ["我要办居住证", "居住证怎么签注", "居住证到期了"],
    "driving": ["我要换驾照", "驾照快到期了", "驾照丢了怎么补"],
}


def sentences() -> Sentences:
    matters = {
        name: MatterSentences(name, (), tuple(Example(text) for text in texts))
        for name, texts in MATTERS.items()
    }
    return Sentences(matters, {"greet": ActSentences("greet", ("你好", "早上好"))})


@pytest.fixture(scope="module")
def embedder() -> Any:
    from intents.embeddings import Embedder, load_engine

    return Embedder(load_engine())


def test_what_means_the_same_is_one_group_in_whatever_order_it_comes(embedder: Any) -> None:
    space = Reference.of(sentences(), embedder).space
    texts = [PETS[0], KITES[0], PETS[1], KITES[1], PETS[2]]
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
    sides = halves(embedder.vectors([*PETS, *KITES]))
    assert list(sides == sides[0]) == [True, True, True, False, False]


def test_the_most_central_sentence_is_the_one_said_most_like_the_others() -> None:
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    assert most_central(rows, [1, 1, 1]) == 1
    assert most_central(rows, [9, 1, 1]) == 0


def test_a_group_is_called_by_words_that_others_do_not_have() -> None:
    assert telling_words(PETS, [*PETS, *KITES])[0] in {"乌龟", "户口"}
    assert telling_words(["renew my visa", "visa renewal"], ["renew my passport"])[0] == "visa"
    assert telling_words(["⟦name⟧"], []) == []


def test_the_nearest_intents_are_suggested_with_their_nearest_example(embedder: Any) -> None:
    reference = Reference.of(sentences(), embedder)
    [found] = reference.suggest(embedder.vectors(["护照弄丢了想补办"]))
    best = found["matters"][0]
    assert (best["id"], best["example"]) == ("passport", "护照丢了补一本")
    assert best["likeness"] > found["matters"][1]["likeness"]
    [hello] = reference.suggest(embedder.vectors(["侬早上好呀"]))
    assert hello["acts"][0]["id"] == "greet"
