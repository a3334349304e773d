"""The gate before publishing: what got worse than the live version, and what must be right always."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from intents.evaluating import COLUMNS
from intents.sentences import INTENTS

MARGINS = INTENTS / "margins.yml"
MS = "one reading without its embedding, median ms"


@dataclass(frozen=True)
class Margins:
    """How much worse each measure may be."""

    measures: Mapping[str, float]
    otherwise: float
    slower_ms: float

    def of(self, measure: str) -> float:
        """The margin of one measure."""
        return self.measures.get(measure, self.otherwise)


@dataclass(frozen=True)
class Worse:
    """One measure of one frozen set that is worse than it may be."""

    which: str
    measure: str
    live: float
    candidate: float
    margin: float

    def __str__(self) -> str:
        return f"{self.which}: {self.measure} {self.live:g} → {self.candidate:g} (margin {self.margin:g})"


@dataclass(frozen=True)
class Verdict:
    """Whether a version may be published, and if not, everything that stands against it."""

    worse: tuple[Worse, ...] = ()
    unsafe: tuple[Mapping[str, Any], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.worse and not self.unsafe

    def dump(self) -> dict[str, Any]:
        """As it is answered and kept."""
        worse = [asdict(one) for one in self.worse]
        return {"passed": self.passed, "worse": worse, "unsafe": [dict(one) for one in self.unsafe]}


@cache
def the_margins(file: Path = MARGINS) -> Margins:
    """The margins of the file. Raises ValueError for a measure that does not exist."""
    raw = yaml.safe_load(file.read_text("utf-8"))
    measures = {str(name): float(value) for name, value in (raw.get("measures") or {}).items()}
    unknown = measures.keys() - {column.name for column in COLUMNS}
    if unknown:
        raise ValueError(f"{file}: there is no measure {', '.join(sorted(unknown))}")
    return Margins(measures, float(raw["otherwise"]), float(raw["slower_ms"]))


def judge(candidate: Mapping[str, Any], live: Mapping[str, Any], margins: Margins) -> Verdict:
    """Compare two reports over the same frozen sets (``measuring.measure``).

    A set that only one of them was measured on counts for nothing: the caller sees to it that they are the
    same.
    """
    worse = []
    for which, measured in candidate["sets"].items():
        before = live["sets"].get(which)
        if before is None:
            continue
        for column in COLUMNS:
            new, old = measured["figures"][column.name], before["figures"][column.name]
            loss = new - old if column.lower_is_better else old - new
            margin = margins.of(column.name)
            # A margin of 0.01 lets 0.95 → 0.94 pass, whatever floating point makes of the difference.
            if loss > margin + 1e-9:
                worse.append(Worse(which, column.name, old, new, margin))
        slower = measured["ms"] - before["ms"]
        if slower > margins.slower_ms:
            worse.append(Worse(which, MS, before["ms"], measured["ms"], margins.slower_ms))
    return Verdict(tuple(worse), tuple(candidate["safety"]["wrong"]))
