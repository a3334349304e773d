"""From counts to figures: rates, the median of acceptance, and what is too small to be told."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

SMALLEST = 10
RATES: dict[str, tuple[str, tuple[str, ...]]] = {
    # figure: counted, of what
    "on_time_rate": ("on_time", ("handled",)),
    "online_share": ("online", ("handled",)),
    "zero_visit_share": ("zero_visit", ("handled",)),
    "correction_rate": ("corrected", ("handled",)),
    "refusal_rate": ("refused", ("approved", "refused")),
    "data_reuse": ("fields_reused", ("fields_all",)),
    "satisfaction": ("satisfied", ("rated",)),
}


def figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of one department's or matter's counts; None where there is nothing to divide by."""
    return {
        "handled": row["handled"],
        **{name: _rate(row[part], sum(row[one] for one in whole)) for name, (part, whole) in RATES.items()},
        "acceptance_hours_median": median_hours(row["hours"]),
        "rated": row["rated"],
        "rating_mean": round(row["rating_sum"] / row["rated"], 2) if row["rated"] else None,
    }


def open_figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a row that is told to the public: no rate that gives away a count under ten."""
    told = figures(row)
    for name, (part, whole) in RATES.items():
        if _gives_away(row[part], sum(row[one] for one in whole)):
            told[name] = None
        elif told[name] is not None:
            # Coarse: exact rates could be turned into counts and subtracted from each other.
            told[name] = round(told[name], 2)
    if row["rated"] < SMALLEST:
        told |= {"rated": None, "rating_mean": None, "satisfaction": None}
    return told


def median_hours(histograms: Iterable[Iterable[Mapping[str, Any]]]) -> int | None:
    """The median of histograms ``[{h, n}]`` taken together.

    >>> median_hours([[{"h": 1, "n": 2}, {"h": None, "n": 5}], [{"h": 9, "n": 3}]])
    9
    """
    counts = Counter[int]()
    for bars in histograms:
        for bar in bars:
            if bar["h"] is not None:
                counts[int(bar["h"])] += int(bar["n"])
    middle, seen = counts.total() / 2, 0
    for hours in sorted(counts):
        seen += counts[hours]
        if seen >= middle:
            return hours
    return None


def hidden(counts: Mapping[str, int], *, with_total: bool = True) -> set[str]:
    """Which of several counts, whose total is told, must not be told.

    Every count under ten (a zero is no secret), and then the smallest others until those hidden
    cannot be found by subtracting from the total.

    >>> sorted(hidden({"a": 3, "b": 40, "c": 50}))
    ['a', 'b']
    """
    small = {name for name, count in counts.items() if 0 < count < SMALLEST}
    if not small or not with_total:
        return small
    others = sorted(
        (name for name in counts if name not in small and counts[name]), key=lambda one: counts[one]
    )
    while others and (len(small) < 2 or sum(counts[one] for one in small) < SMALLEST):
        small.add(others.pop(0))
    return small


def hidden_within(rows: Iterable[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
    """Departments and matters whose counts are not told: ``(departments, matters)``.

    The departments' counts add up to the total, and a department's matters to its count. A hidden
    department hides its matters, so that nothing is found by adding up.
    """
    by_department: dict[str, dict[str, int]] = {}
    for row in rows:
        by_department.setdefault(row["department"], {})[row["matter"]] = row["handled"]
    departments = hidden({name: sum(counts.values()) for name, counts in by_department.items()})
    matters = {
        matter
        for name, counts in by_department.items()
        for matter in (counts if name in departments else hidden(counts))
    }
    return departments, matters


def _gives_away(part: int, whole: int) -> bool:
    return 0 < part < SMALLEST or 0 < whole - part < SMALLEST or whole < SMALLEST


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
