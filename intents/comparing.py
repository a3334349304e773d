"""Two versions sentence by sentence: what the second reads right that the first did not, and the reverse."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from backend.core.errors import Problem
from backend.core.house import House
from intents import measuring, versions
from intents.evaluating import is_act, sort_readings
from intents.measures import Judged
from intents.sentences import Sentence, read_test_sets


@dataclass(frozen=True)
class Difference:
    """One sentence that at least one of them reads wrong."""

    text: str
    right: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Both readings of one set."""

    right: int
    fixed: tuple[Difference, ...]
    broken: tuple[Difference, ...]
    both_wrong: tuple[Difference, ...]

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        parts = {name: len(getattr(self, name)) for name in ("fixed", "broken", "both_wrong")}
        return {"both_right": self.right} | parts

    def dump(self) -> dict[str, Any]:
        """With every sentence."""
        rows = {name: getattr(self, name) for name in ("fixed", "broken", "both_wrong")}
        return self.counts() | {name: [asdict(one) for one in several] for name, several in rows.items()}


def compare_versions(house: House, before: str, after: str, which: str = "test") -> Comparison:
    """Compare two versions on a frozen set, by what was read when they were measured.

    Raises ``not-found``, and ``conflict`` for a version that was not measured on the set as it is.
    """
    read = []
    for version in (before, after):
        versions.get_version(house, version)
        found = measuring.readings_of(house, version, which)
        if found is None:
            raise Problem("conflict", f"版本 {version} 还没有在现在的测试集上评测，请先 evaluate {version}。")
        read.append(found)
    return compare(read_test_sets(measuring.FROZEN[which]), *read)


def compare(
    sentences: Sequence[Sentence], before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Comparison:
    """Sort every sentence by who read it right."""
    fixed: list[Difference] = []
    broken: list[Difference] = []
    both_wrong: list[Difference] = []
    right = 0
    for sentence, old, new in zip(sentences, before, after, strict=True):
        was, now = _verdict(sentence, old), _verdict(sentence, new)
        if was[0] and now[0]:
            right += 1
            continue
        difference = Difference(sentence.text, tuple(sorted(_wanted(sentence))), was[1], now[1])
        (both_wrong if was[0] == now[0] else fixed if now[0] else broken).append(difference)
    return Comparison(right, tuple(fixed), tuple(broken), tuple(both_wrong))


def _verdict(sentence: Sentence, raw: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether a sentence was read right, as the measures count it, and what it was read as."""
    found = sort_readings([sentence], [raw])
    one: Judged = (found.acts if is_act(sentence) else found.all_matters)[0]
    said = "declined" if one.refused and not is_act(sentence) else one.first or "none"
    right = one.refused if not one.right else one.hit() and not (one.refused and not is_act(sentence))
    return right, said


def _wanted(sentence: Sentence) -> set[str]:
    own = sentence.matter or sentence.act
    return {own, *sentence.also}
