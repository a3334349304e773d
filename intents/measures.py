"""How well something reads: measures over sentences whose right reading is known. Pure arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

BINS = 10


@dataclass(frozen=True)
class Judged:
    """One sentence, what is right, and what was read.

    ``right`` holds every label that is right, empty when none of the labels is; ``ranking`` the labels read,
    best first, with their probabilities; ``refused`` whether the reader declined to name one.
    """

    text: str
    right: frozenset[str]
    ranking: Sequence[tuple[str, float]] = ()
    refused: bool = False
    asked: bool = False
    ms: float = 0.0

    @property
    def first(self) -> str | None:
        """The label read first."""
        return self.ranking[0][0] if self.ranking else None

    def hit(self, among: int = 1) -> bool:
        """Whether a right label is among the first so many."""
        return any(label in self.right for label, _ in self.ranking[:among])


def share(hits: Iterable[bool]) -> float:
    """The share that is true, 0 of nothing.

    >>> share([True, False])
    0.5
    """
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def accuracy(judged: Sequence[Judged], among: int = 1) -> float:
    """The share of sentences with a right label among the first ``among``."""
    return share(one.hit(among) for one in judged)


@dataclass(frozen=True)
class Quality:
    """Precision, recall and F1 of one label, and how many sentences are its own."""

    label: str
    precision: float
    recall: float
    f1: float
    count: int


def by_label(judged: Sequence[Judged]) -> list[Quality]:
    """Each label's quality, by its name. Where several labels are right, the one read counts, else any."""
    hits: Counter[str] = Counter()
    read: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for one in judged:
        wanted = one.first if one.first in one.right else min(one.right, default="")
        if wanted:
            own[str(wanted)] += 1
        if one.first is not None and not one.refused:
            read[one.first] += 1
            hits[one.first] += one.first in one.right
    return [
        _quality(label, hits[label], read[label], own[label]) for label in sorted(own.keys() | read.keys())
    ]


def _quality(label: str, hits: int, read: int, own: int) -> Quality:
    precision, recall = hits / read if read else 0.0, hits / own if own else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return Quality(label, round(precision, 4), round(recall, 4), round(f1, 4), own)


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean F1 of the labels that have sentences of their own."""
    scores = [one.f1 for one in by_label(judged) if one.count]
    return sum(scores) / len(scores) if scores else 0.0


@dataclass(frozen=True)
class Bin:
    """Sentences of about the same confidence: how sure they were on average, and how often right."""

    confidence: float
    right: float
    count: int


def reliability(judged: Sequence[Judged], bins: int = BINS) -> list[Bin]:
    """Confidence in the first label beside how often it was right, in bins of equal width.

    A sentence without any label counts as one read with confidence 0.
    """
    found: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in judged:
        confidence = one.ranking[0][1] if one.ranking else 0.0
        found[min(int(confidence * bins), bins - 1)].append((confidence, one.hit()))
    return [
        Bin(sum(c for c, _ in rows) / len(rows), share(hit for _, hit in rows), len(rows))
        for _, rows in sorted(found.items())
    ]


def calibration_error(judged: Sequence[Judged], bins: int = BINS) -> float:
    """The expected calibration error (Guo et al. 2017): the mean gap of ``reliability``, by its counts."""
    if not judged:
        return 0.0
    return sum(one.count * abs(one.confidence - one.right) for one in reliability(judged, bins)) / len(judged)


@dataclass(frozen=True)
class Confusion:
    """Sentences of one label that were read as another."""

    right: str
    read: str
    texts: tuple[str, ...]


def confusions(judged: Sequence[Judged]) -> list[Confusion]:
    """What was taken for what, the most frequent first; "" is none."""
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in judged:
        read = "" if one.refused else one.first or ""
        if read not in (one.right or {""}):
            cells[min(one.right, default=""), read].append(one.text)
    found = [Confusion(right, read, tuple(texts)) for (right, read), texts in cells.items()]
    return sorted(found, key=lambda cell: (-len(cell.texts), cell.right, cell.read))


@dataclass(frozen=True)
class Threshold:
    """What becomes of the sentences when readings below a confidence are declined."""

    confidence: float
    answered: float
    right_of_answered: float


def abstention(judged: Sequence[Judged], steps: int = 20) -> list[Threshold]:
    """The share that is answered, and how much of that is right, by the confidence below which to decline."""
    rows = []
    for step in range(steps):
        least = step / steps
        kept = [one for one in judged if one.ranking and one.ranking[0][1] >= least]
        answered = len(kept) / len(judged) if judged else 0.0
        rows.append(Threshold(least, round(answered, 4), round(accuracy(kept), 4)))
    return rows


def middle_ms(judged: Sequence[Judged]) -> float:
    """The median time of a reading in milliseconds."""
    return median(one.ms for one in judged) if judged else 0.0
