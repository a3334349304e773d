"""Search over the catalogue: names, aliases and summaries by character n-grams (BM25), with typing errors."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from backend.matters.catalogue import Catalogue, catalogue
from backend.matters.schema import Matter

K1, B = 1.4, 0.5
WEIGHTS = (("names", 3.0), ("guide", 1.0))
FUZZY_FROM = 72.0


def terms(text: str) -> list[str]:
    """Latin words, Chinese characters and their bigrams.

    >>> terms("换驾照 ID")
    ['id', '换', '驾', '照', '换驾', '驾照']
    """
    lowered = text.lower()
    latin = re.findall(r"[a-z0-9]+", lowered)
    found = list(latin)
    runs = re.findall(r"[\u4e00-\u9fff]+", lowered)
    found += [character for run in runs for character in run]
    found += [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return found


@dataclass
class _Field:
    documents: list[Counter[str]] = field(default_factory=list)
    frequency: Counter[str] = field(default_factory=Counter)
    mean_length: float = 1.0

    def add(self, text: str) -> None:
        counts = Counter(terms(text))
        self.documents.append(counts)
        self.frequency.update(counts.keys())

    def finish(self) -> None:
        lengths = [sum(counts.values()) for counts in self.documents]
        self.mean_length = max(1.0, sum(lengths) / max(1, len(lengths)))

    def score(self, document: int, query: list[str]) -> float:
        counts = self.documents[document]
        length = sum(counts.values())
        total = 0.0
        for term in query:
            seen = counts.get(term, 0)
            if seen:
                rarity = math.log(
                    1 + (len(self.documents) - self.frequency[term] + 0.5) / (self.frequency[term] + 0.5)
                )
                weight = 2.0 if len(term) > 1 else 1.0
                total += (
                    weight * rarity * seen * (K1 + 1) / (seen + K1 * (1 - B + B * length / self.mean_length))
                )
        return total


class Search:
    """An index over one catalogue; made once, read by every request."""

    def __init__(self, source: Catalogue) -> None:
        self.matters = source.all()
        self._fields = {name: _Field() for name, _ in WEIGHTS}
        self._names: list[list[str]] = []
        for matter in self.matters:
            names = [matter.name, matter.name_en, *matter.aliases, *matter.aliases_en]
            self._names.append([name.lower() for name in names])
            self._fields["names"].add(" ".join(names))
            self._fields["guide"].add(" ".join([matter.guide.summary, matter.guide.summary_en]))
        for one in self._fields.values():
            one.finish()

    def find(self, query: str) -> list[tuple[Matter, float]]:
        """Matters that match, best first, with scores in 0..1 relative to a perfect name."""
        wanted = terms(query)
        if not wanted:
            return []
        text = query.strip().lower()
        scored = []
        for index, matter in enumerate(self.matters):
            score = sum(weight * self._fields[name].score(index, wanted) for name, weight in WEIGHTS)
            close = max(fuzz.WRatio(text, name) for name in self._names[index])
            if close >= FUZZY_FROM:
                score += close / 10
            if text in self._names[index]:
                score += 20
            if score > 0:
                scored.append((matter, score))
        scored.sort(key=lambda pair: (-pair[1], pair[0].id))
        if not scored:
            return []
        best = scored[0][1]
        return [(matter, round(score / best, 3)) for matter, score in scored if score >= best * 0.2]


@lru_cache
def search() -> Search:
    """This process's index."""
    return Search(catalogue())
