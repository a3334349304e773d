"""Cross-validation: every training sentence is read by a model that has not seen it, nor anything like it.

The sentences are dealt into folds; for each, the whole assistant is trained without that fold's sentences
(an edits file removes them) and reads them. So what is measured is the product's own path, whatever its
parts are. It costs as many trainings as there are folds: five take about ten minutes on two cores.
"""

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from intents import judges
from intents.evaluating import Readings, sort_readings
from intents.sentences import Sentence
from intents.wording import normalise

FOLDS = 5
SEED = 20260101
# Two sentences of one label that share this much of their character pairs are told as one.
ALIKE = 0.5
Told = Callable[[str], None]


def cross_validate(
    sentences: Sequence[Sentence], *, folds: int = FOLDS, tell: Told = lambda _: None
) -> Readings:
    """What models make of the sentences that were kept from them. Raises ``judges.JudgeError``."""
    read: dict[int, Any] = {}
    with tempfile.TemporaryDirectory(prefix="suiban-folds-") as folder:
        for number, fold in enumerate(deal(sentences, folds), 1):
            model, edits = Path(folder) / f"fold-{number}.tar.gz", Path(folder) / f"fold-{number}.json"
            edits.write_text(json.dumps(without(sentences, fold), ensure_ascii=False), "utf-8")
            tell(f"fold {number} of {folds}: learning without {len(fold)} sentences")
            judges.train_version(model, edits=edits)
            tell(f"fold {number} of {folds}: reading them")
            texts = [sentences[at].text for at in fold]
            found = judges.read_with(model, texts, edits=edits, warm=Path(folder) / "embeddings.npz")
            read |= dict(zip(fold, found, strict=True))
            model.unlink()
    return sort_readings(sentences, [read[at] for at in range(len(sentences))])


def deal(sentences: Sequence[Sentence], folds: int) -> list[list[int]]:
    """The places of the sentences in so many hands of about one size; near-duplicates go to the same hand."""
    groups = _groups(sentences)
    random.Random(SEED).shuffle(groups)
    # The largest first, each to the smallest hand; of equal size they stay as shuffled.
    groups.sort(key=len, reverse=True)
    hands: list[list[int]] = [[] for _ in range(folds)]
    for group in groups:
        min(hands, key=len).extend(group)
    return [sorted(hand) for hand in hands]


def without(sentences: Sequence[Sentence], fold: Iterable[int]) -> dict[str, Any]:
    """An edits file that removes a fold's sentences from wherever they stand."""
    gone = {normalise(sentences[at].text) for at in fold}
    edits: dict[str, Any] = {"matters": {}, "acts": {}}
    for one in sentences:
        if normalise(one.text) in gone:
            part, owner = ("matters", one.matter) if one.matter else ("acts", one.act)
            edits[part].setdefault(owner, {"remove": []})["remove"].append(one.text)
    return edits


def _groups(sentences: Sequence[Sentence]) -> list[list[int]]:
    """Sentences that must not be parted: the same text anywhere, or nearly the same of one label."""
    leader = list(range(len(sentences)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    same: dict[str, int] = {}
    labels: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(sentences):
        leader[find(at)] = find(same.setdefault(normalise(one.text), at))
        labels[one.matter or one.act].append(at)
    pairs = [_pairs(one.text) for one in sentences]
    for own in labels.values():
        for left, right in combinations(own, 2):
            if _alike(pairs[left], pairs[right]):
                leader[find(left)] = find(right)
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(sentences)):
        groups[find(at)].append(at)
    return list(groups.values())


def _pairs(text: str) -> frozenset[str]:
    said = normalise(text)
    return frozenset(said[at : at + 2] for at in range(len(said) - 1)) or frozenset({said})


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    # By size first: most pairs are decided without comparing them.
    small, large = sorted((len(left), len(right)))
    return small >= ALIKE * large and len(left & right) >= ALIKE * len(left | right)
