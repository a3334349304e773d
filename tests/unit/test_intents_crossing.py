"""Folds: every sentence is kept away once, and never while something like it is learned."""

from pathlib import Path

from intents.crossing import deal, without
from intents.sentences import Sentence, read_matters, read_speech_acts

FILE = Path("a.yml")


def about(text: str, matter: str | None = "driving", act: str = "do_matter") -> Sentence:
    return Sentence(text, act, matter, FILE, 1)


def test_every_sentence_is_in_one_fold_and_folds_are_of_one_size() -> None:
    sentences = [*read_speech_acts(), *read_matters()]
    folds = deal(sentences, 5)
    assert sorted(at for fold in folds for at in fold) == list(range(len(sentences)))
    assert max(map(len, folds)) - min(map(len, folds)) <= len(sentences) // 100


def test_near_duplicates_are_never_parted() -> None:
    alike = [about("我的驾照快到期了怎么换"), about("我的驾照快到期了怎么换呀"), about("驾照快到期了怎么换")]
    others = [
        about(text) for text in ("换证", "去哪里体检", "要带什么材料", "多少钱", "办护照吗", "明天行不")
    ]
    folds = deal([*alike, *others], 3)
    assert any({0, 1, 2} <= set(fold) for fold in folds)


def test_the_same_words_under_two_labels_go_together() -> None:
    sentences = [
        about("怎么办"),
        about("怎么办", None, "ask_matter"),
        *(about(f"别的话{at}") for at in "一二三四"),
    ]
    folds = deal(sentences, 2)
    assert any({0, 1} <= set(fold) for fold in folds)


def test_the_same_sentences_are_dealt_the_same_again() -> None:
    sentences = read_speech_acts()
    assert deal(sentences, 5) == deal(sentences, 5)


def test_what_is_kept_away_is_removed_wherever_it_stands() -> None:
    sentences = [about("换驾照"), about("换驾照", None, "ask_matter"), about("谢谢", None, "thank")]
    assert without(sentences, [0]) == {
        "matters": {"driving": {"remove": ["换驾照"]}},
        "acts": {"ask_matter": {"remove": ["换驾照"]}},
    }
