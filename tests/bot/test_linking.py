"""The matter linker finds, asks and abstains, and learns a new matter from its file at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from citizen_words import write_files, write_matter

from bot.components.calibration import Calibration, calibrate
from bot.components.context import Decision
from bot.components.embeddings import Embedder, load_engine
from bot.components.linking import Link, link
from bot.components.living_index import LivingIndex
from bot.components.matter_index import MatterIndex
from bot.components.sentences import read_sentences
from intents.space import Space


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(load_engine())


@pytest.fixture
def living(tmp_path: Path, embedder: Embedder) -> LivingIndex:
    """An index in which nobody has heard of deep water yet."""
    return _living(tmp_path, embedder, without=("swimming-permit",))


def _living(folder: Path, embedder: Embedder, *, without: tuple[str, ...] = ()) -> LivingIndex:
    places = write_files(folder, without=without)
    plain = MatterIndex(read_sentences(places), embedder, Space.plain())
    return LivingIndex(places, embedder, Space.learn(plain.vectors[: len(plain.owner)], plain.owner))


def _link(living: LivingIndex, embedder: Embedder, text: str, calibration: Calibration | None = None) -> Link:
    judge = calibration or calibrate(living.current)
    return link(living.current, judge, text, embedder.vector(text))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[LivingIndex]:
    yield _living(tmp_path_factory.mktemp("words"), embedder)


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        ("图书证", "library-card"),
        ("我想去图书馆借几本书看看,要办证吗", "library-card"),
        ("深水证怎么考", "swimming-permit"),
        ("新养了小狗在哪里登记", "dog-licence"),
        ("狗证要年审了", "dog-licence-renewal"),
        ("library card please", "library-card"),
    ],
)
def test_finds_the_matter_that_is_meant(
    whole: LivingIndex, embedder: Embedder, said: str, matter: str
) -> None:
    found = _link(whole, embedder, said)
    assert found.matters[0][0] == matter
    assert found.decision is not Decision.NONE


@pytest.mark.parametrize(
    "said", ["明天会下雨吗", "给我唱首歌", "大盘跌了多少", "asdfgh", "what time is the football match"]
)
def test_abstains_where_no_matter_is_meant(whole: LivingIndex, embedder: Embedder, said: str) -> None:
    assert _link(whole, embedder, said).decision is Decision.NONE


@pytest.mark.parametrize("said", ["狗", "我想办狗的", "狗!"])
def test_asks_where_a_word_belongs_to_several_matters(
    whole: LivingIndex, embedder: Embedder, said: str
) -> None:
    found = _link(whole, embedder, said)
    assert found.decision is Decision.ASK
    assert {matter for matter, _ in found.matters} == {"dog-licence", "dog-licence-renewal"}


def test_an_example_sentence_is_known_by_heart(whole: LivingIndex, embedder: Embedder) -> None:
    found = _link(whole, embedder, "給狗狗辦證！")
    assert found.decision is Decision.SURE
    assert found.matters[0] == ("dog-licence", 0.99)


def test_a_new_file_counts_without_training(living: LivingIndex, embedder: Embedder) -> None:
    trained = calibrate(living.current)
    assert "swimming-permit" not in dict(_link(living, embedder, "深水证怎么考", trained).matters)
    write_matter(living._places, "swimming-permit")
    assert living.refresh()
    found = _link(living, embedder, "深水证怎么考", trained)
    assert found.matters[0][0] == "swimming-permit"
    assert found.decision is not Decision.NONE


def test_nothing_is_rebuilt_while_the_files_stay(living: LivingIndex) -> None:
    before = living.current
    assert not living.refresh()
    assert living.current is before


def test_a_removed_file_is_forgotten(living: LivingIndex, embedder: Embedder) -> None:
    [file] = living._places.catalogues[0].rglob("library-card.yml")
    file.unlink()
    assert living.refresh()
    assert "library-card" not in living.current.matters


def test_a_broken_file_does_not_take_the_others_down(living: LivingIndex, embedder: Embedder) -> None:
    (living._places.matters[0] / "dog-licence.yml").write_text("examples: [没有写完", "utf-8")
    assert living.refresh()
    assert _link(living, embedder, "图书证").matters[0][0] == "library-card"


def test_calibration_is_the_same_every_time(whole: LivingIndex) -> None:
    assert calibrate(whole.current) == calibrate(whole.current)


def test_calibration_survives_being_stored(whole: LivingIndex) -> None:
    trained = calibrate(whole.current)
    assert Calibration.parse(trained.dump()) == trained


def test_a_catalogue_of_nothing_links_nothing(tmp_path: Path, embedder: Embedder) -> None:
    places = write_files(
        tmp_path, without=("library-card", "swimming-permit", "dog-licence", "dog-licence-renewal")
    )
    index = MatterIndex(read_sentences(places), embedder, Space.plain())
    assert link(index, calibrate(index), "图书证", embedder.vector("图书证")) == Link(outside=False)
