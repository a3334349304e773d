"""Which index finds the people of each rule: what the database's own planner says, not what we hope."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from backend.core.clock import city_date
from backend.core.house import House
from backend.core.mongo import Document
from backend.matters.catalogue import catalogue
from backend.matters.datewords import is_dated, newly_true
from backend.profiles import facts
from backend.prompts.rules import rules_reading

BY_EVENT = "by change of fact"
BY_DAY = "by day"
WHOLE = "whole rule, each day"


def plan(house: House) -> list[Document]:
    """Every rule and how its daily sweep finds people: ``{rule, why, indexed, index, keys}``.

    A rule without dates is tried when a fact changes and never swept again: it needs no index. ``keys`` is
    how many index keys, or documents where there is no index, the day's question looks at.
    """
    today = city_date(house.clock.now())
    rows = []
    for matter in rules_reading(catalogue().all(), None):
        assert matter.prompt is not None
        when = matter.prompt.when
        if not is_dated(when):
            rows.append({"rule": matter.id, "why": BY_EVENT, "indexed": True, "index": None, "keys": 0})
            continue
        narrowed = newly_true(when, since=today - timedelta(days=1), today=today)
        told = [facts.explain_filter(house, one) for one in narrowed or []]
        used = sorted({name for one in told for name in _indexes(one)})
        scans = narrowed is None or any("COLLSCAN" in _stages(one) for one in told)
        looked = sum(_looked_at(one) for one in told)
        rows.append({
            "rule": matter.id,
            "why": WHOLE if narrowed is None else BY_DAY,
            "indexed": not scans,
            "index": ", ".join(used) or None,
            "keys": looked,
        })  # fmt: skip
    return rows


def _walk(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, Mapping):
        yield part
        for value in part.values():
            yield from _walk(value)
    elif isinstance(part, list):
        for one in part:
            yield from _walk(one)


def _winning(told: Document) -> Any:
    return told["queryPlanner"]["winningPlan"]


def _stages(told: Document) -> set[str]:
    return {str(one["stage"]) for one in _walk(_winning(told)) if "stage" in one}


def _indexes(told: Document) -> set[str]:
    return {str(one["indexName"]) for one in _walk(_winning(told)) if "indexName" in one}


def _looked_at(told: Document) -> int:
    stats = told["executionStats"]
    return int(stats["totalKeysExamined"] or stats["totalDocsExamined"])
