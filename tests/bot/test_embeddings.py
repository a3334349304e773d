"""A sentence is embedded once, whoever asks and however it is typed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.components.embeddings import Embedder, Matrix, idle_cores, load_engine


class CountingEngine:
    """Makes a vector of its own for every sentence and remembers what it was asked."""

    name = "counting"

    def __init__(self, size: int = 4) -> None:
        self.size = size
        self.asked: list[str] = []

    def __call__(self, sentences: Sequence[str]) -> Matrix:
        self.asked.extend(sentences)
        return np.stack([np.full(self.size, len(sentence), np.float32) for sentence in sentences])


def test_a_sentence_is_embedded_once() -> None:
    engine = CountingEngine()
    embedder = Embedder(engine)
    embedder.vector("办居住证")
    embedder.vectors(["辦 居住證", "换驾照", "换驾照"])
    assert engine.asked == ["办居住证", "换驾照"]


def test_the_oldest_sentences_are_forgotten_first() -> None:
    engine = CountingEngine()
    embedder = Embedder(engine, kept=2)
    for text in ("一", "二", "一", "三", "一"):
        embedder.vector(text)
    assert engine.asked == ["一", "二", "三"]


def test_what_was_embedded_before_comes_from_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "embeddings.npz"
    first = Embedder(CountingEngine())
    wanted = first.vectors(["办居住证", "换驾照"])
    first.save(file, ["办居住证", "换驾照", "从来没有见过"])
    engine = CountingEngine()
    second = Embedder(engine)
    second.load(file)
    assert np.array_equal(second.vectors(["办居住证", "换驾照"]), wanted)
    assert engine.asked == []


def test_longer_vectors_begin_with_the_shorter(tmp_path: Path) -> None:
    file = tmp_path / "embeddings.npz"
    longer = Embedder(CountingEngine(8))
    wanted = longer.vectors(["办居住证"])
    longer.save(file, ["办居住证"])
    shorter, longest = Embedder(CountingEngine(4)), Embedder(CountingEngine(16))
    for one in (shorter, longest):
        one.load(file)
    assert np.array_equal(shorter.vectors(["办居住证"]), wanted[:, :4]) and shorter.embedded == 0
    assert longest.vectors(["办居住证"]).shape == (1, 16) and longest.embedded == 1


def test_a_damaged_file_only_costs_time(tmp_path: Path) -> None:
    file = tmp_path / "embeddings.npz"
    file.write_bytes(b"not an archive")
    engine = CountingEngine()
    embedder = Embedder(engine)
    embedder.load(file)
    embedder.vector("办居住证")
    assert engine.asked == ["办居住证"]


@pytest.mark.parametrize(
    ("load", "least"), [("0.1 0.1 0.1 9999/12000 1", True), ("0.1 0.1 0.1 1/120 1", False)]
)
def test_a_busy_machine_gets_one_thread(tmp_path: Path, load: str, least: bool) -> None:
    file = tmp_path / "loadavg"
    file.write_text(load, "utf-8")
    assert idle_cores(file) == (1 if least else idle_cores(tmp_path / "missing"))


def test_the_same_sentence_has_the_same_vector_alone_and_among_others() -> None:
    alone = Embedder(load_engine()).vector("我的驾照快到期了")
    among = Embedder(load_engine()).vectors(["今天天气不错", "我的驾照快到期了", "how to renew"])[1]
    assert np.array_equal(alone, among)
