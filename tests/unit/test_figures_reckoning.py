from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.figures.reckoning import SMALLEST, figures, hidden, hidden_within, median_hours, open_figures

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


def a_row(**counts: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"handled": 200, "approved": 180, "refused": 20, "on_time": 190, "online": 150}
    row |= {"zero_visit": 200, "corrected": 30, "fields_all": 1000, "fields_reused": 800}
    row |= {"rated": 50, "rating_sum": 240, "satisfied": 40, "hours": []}
    return row | counts


def test_rates_are_parts_of_their_own_whole() -> None:
    told = figures(a_row())
    assert (told["on_time_rate"], told["refusal_rate"], told["data_reuse"]) == (0.95, 0.1, 0.8)
    assert (told["satisfaction"], told["rating_mean"]) == (0.8, 4.8)
    empty = figures(a_row(approved=0, refused=0, rated=0, rating_sum=0))
    assert (empty["refusal_rate"], empty["rating_mean"]) == (None, None)


def test_the_median_of_no_hours_is_not_known() -> None:
    assert median_hours([]) is None
    assert median_hours([[{"h": None, "n": 3}]]) is None


def test_a_rate_that_gives_a_small_count_away_is_not_told() -> None:
    told = open_figures(a_row(refused=3, approved=197, on_time=195))
    assert told["refusal_rate"] is None
    assert told["on_time_rate"] is None, "five were late"
    assert told["online_share"] == 0.75
    assert open_figures(a_row(rated=9))["rating_mean"] is None


@given(COUNTS)
def test_no_hidden_count_can_be_found_by_subtracting(counts: dict[str, int]) -> None:
    kept = hidden(counts)
    assert {name for name, count in counts.items() if 0 < count < SMALLEST} <= kept
    shown = [count for name, count in counts.items() if name not in kept]
    if kept and any(shown):
        assert len(kept) >= 2
        assert sum(counts[name] for name in kept) >= SMALLEST


def test_a_hidden_department_hides_its_matters() -> None:
    rows = [
        {"department": "small", "matter": "m1", "handled": 4},
        {"department": "next", "matter": "m2", "handled": 20},
        {"department": "next", "matter": "m3", "handled": 30},
        {"department": "large", "matter": "m4", "handled": 500},
    ]
    assert hidden_within(rows) == ({"small", "next"}, {"m1", "m2", "m3"})
