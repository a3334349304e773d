"""Votes: left-out scores are what they claim, later sentences count at once, all survives storing."""

from pathlib import Path

import numpy as np
import pytest
from citizen_words import write_files, write_matter

from bot.components.embeddings import Embedder, load_engine
from bot.components.lexical import GramWeights, act_grams
from bot.components.matter_index import NO_VOTE, MatterIndex
from bot.components.matter_votes import GRAM_SHARE, Electorate, MatterVotes, learn_votes
from bot.components.ridge import System, noise_of, shares, wanted_of
from bot.components.sentences import Example, read_sentences
from bot.places import Places
from intents.space import Space

TEXTS = ["借书证", "我要借书", "想办借书证", "养狗", "给狗上户口", "狗证怎么办", "下雨吗", "今天星期几"]
OWNERS = np.array([0, 0, 0, 1, 1, 1, 2, 2])


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(load_engine())


@pytest.fixture(scope="module")
def everybody(embedder: Embedder) -> Electorate:
    vectors = embedder.vectors(TEXTS)
    weights = GramWeights.learn(map(act_grams, TEXTS))
    rows = Space.learn(vectors, OWNERS).place(vectors)
    return Electorate(rows, weights.matrix(TEXTS, act_grams), OWNERS, columns=3)


def test_scores_of_the_left_out_are_by_the_votes_of_all_others(everybody: Electorate) -> None:
    wanted = wanted_of(everybody.owners, 3)
    system = System(everybody.rows, everybody.grams, noise_of(everybody.owners, 3), share=0.3)
    votes = system.votes(wanted)
    told = system.left_out(wanted, votes)
    for place in range(len(TEXTS)):
        others = np.delete(np.arange(len(TEXTS)), place)
        noise = noise_of(everybody.owners, 3)[others]
        part = System(everybody.rows[others], everybody.grams[others], noise, share=0.3)
        seen = everybody.of(np.array([place])).scores_by(everybody.of(others), part.votes(wanted[others]))
        assert told[place] == pytest.approx(seen[0], abs=1e-3)


def test_scores_of_several_left_out_are_by_the_votes_of_all_before_them(everybody: Electorate) -> None:
    votes, scores = everybody.elect(3)
    assert votes.shape == (len(TEXTS), 3)
    others = everybody.of(np.arange(5))
    noise = noise_of(everybody.owners, 3)[:5]
    part = System(others.rows, others.grams, noise, share=GRAM_SHARE).votes(wanted_of(others.owners, 3))
    seen = everybody.of(np.arange(5, 8)).scores_by(others, part)
    assert scores == pytest.approx(seen, abs=1e-3)


def test_the_tried_have_no_vote_in_their_own_scores(everybody: Electorate) -> None:
    votes, scores, warmth = learn_votes(everybody, np.array([0, 5]))
    assert votes.shape == (len(TEXTS), 3)
    assert scores.argmax(axis=1).tolist() == [0, 1]
    own = everybody.scores_by(everybody, votes)
    assert own[0, 0] > scores[0, 0]
    assert shares(scores, warmth).sum(axis=1) == pytest.approx([1.0, 1.0])


def _voted(places: Places, embedder: Embedder) -> tuple[MatterIndex, MatterVotes]:
    sentences = read_sentences(places)
    plain = MatterIndex(sentences, embedder, Space.plain())
    index = MatterIndex(sentences, embedder, Space.learn(plain.vectors[: len(plain.owner)], plain.owner))
    everyone = np.concatenate([np.arange(len(index.owner)), len(index.owner) + np.flatnonzero(index.rival)])
    votes, _, warmth = learn_votes(index.electorate(everyone), np.arange(0, len(everyone), 3))
    voters = index.voters()
    chosen = tuple(voters[at] for at in everyone)
    return index, MatterVotes(tuple(index.matters), chosen, votes, warmth, frozenset(voters))


def _score(index: MatterIndex, embedder: Embedder, text: str, matter: str) -> float:
    return float(index.query(text, embedder.vector(text)).votes[index.matters.index(matter)])


def test_a_sentence_that_comes_later_counts_at_once(tmp_path: Path, embedder: Embedder) -> None:
    places = write_files(tmp_path)
    before, votes = _voted(places, embedder)
    said, matter = "汪星人要个身份", "dog-licence"
    sentences = read_sentences(places)
    known = sentences.matters[matter]
    sentences.matters[matter] = type(known)(matter, known.names, (*known.examples, Example(said)))
    after = MatterIndex(sentences, embedder, before.space, votes)
    before.take_votes(votes)
    assert _score(after, embedder, said, matter) > 0.5 > _score(before, embedder, said, matter)
    # What others say stays as it was.
    assert _score(after, embedder, "图书证", "library-card") == pytest.approx(
        _score(before, embedder, "图书证", "library-card"), abs=0.1
    )


def test_a_new_matter_is_voted_for_by_its_own_sentences(tmp_path: Path, embedder: Embedder) -> None:
    places = write_files(tmp_path, without=("swimming-permit",))
    before, votes = _voted(places, embedder)
    write_matter(places, "swimming-permit")
    after = MatterIndex(read_sentences(places), embedder, before.space, votes)
    scores = after.query("深水证怎么考", embedder.vector("深水证怎么考")).votes
    assert after.matters[int(scores[:-1].argmax())] == "swimming-permit"


def test_a_removed_matter_is_voted_for_no_more(tmp_path: Path, embedder: Embedder) -> None:
    before, votes = _voted(write_files(tmp_path / "all"), embedder)
    fewer = read_sentences(write_files(tmp_path / "fewer", without=("library-card",)))
    after = MatterIndex(fewer, embedder, before.space, votes)
    assert "library-card" not in after.matters
    assert len(after.query("图书证", embedder.vector("图书证")).votes) == len(after.matters) + 1


def test_without_votes_nobody_is_voted_for(tmp_path: Path, embedder: Embedder) -> None:
    index = MatterIndex(read_sentences(write_files(tmp_path)), embedder, Space.plain())
    assert set(index.query("图书证", embedder.vector("图书证")).votes.tolist()) == {NO_VOTE}


def test_votes_survive_being_stored(tmp_path: Path, embedder: Embedder) -> None:
    _, votes = _voted(write_files(tmp_path / "files"), embedder)
    votes.save(tmp_path / "votes.npz")
    kept = MatterVotes.load(tmp_path / "votes.npz")
    assert (kept.matters, kept.voters, kept.known) == (votes.matters, votes.voters, votes.known)
    assert kept.votes == pytest.approx(votes.votes)
    assert kept.warmth == votes.warmth
