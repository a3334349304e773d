"""The hash chain: each entry holds the keyed fingerprint of the one before and of itself.

One chain goes through all days; an entry's number starts anew each day. Who changes, removes or
slips in an entry breaks the chain from there on, and cannot mend it without the key.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

BEGINNING = "0" * 64
Fingerprint = Callable[[str], str]


@dataclass(frozen=True)
class Break:
    """The first entry that does not fit, and why."""

    entry: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """What a check of the trail found."""

    entries: int
    broken: Break | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, removed or slipped in."""
        return self.broken is None


def entry_id(day: str, number: int) -> str:
    """
    >>> entry_id("2026-11-23", 17)
    '2026-11-23/00000017'
    """
    return f"{day}/{number:08d}"


def next_place(last: Mapping[str, Any] | None, today: date) -> tuple[str, int]:
    """The day and number of the entry after ``last``; a day never goes back.

    >>> next_place({"day": "2026-11-23", "number": 4}, date(2026, 11, 23))
    ('2026-11-23', 5)
    """
    day = today.isoformat()
    if last is None or last["day"] < day:
        return day, 1
    return str(last["day"]), int(last["number"]) + 1


def fingerprint_of(entry: Mapping[str, Any], fingerprint: Fingerprint) -> str:
    """The keyed fingerprint of everything in an entry but the fingerprint itself."""
    body = {key: value for key, value in entry.items() if key != "hash"}
    return fingerprint(json.dumps(body, sort_keys=True, ensure_ascii=False, default=_plain))


def check(entries: Iterable[Mapping[str, Any]], fingerprint: Fingerprint, previous: str | None) -> Verdict:
    """Walk entries in order; ``previous`` is the fingerprint before the first, None when not known."""
    count, last = 0, None
    for entry in entries:
        found = _fault(entry, last, previous, fingerprint)
        if found:
            return Verdict(count, Break(str(entry["_id"]), found))
        count, last, previous = count + 1, entry, entry["hash"]
    return Verdict(count)


def _fault(
    entry: Mapping[str, Any], last: Mapping[str, Any] | None, previous: str | None, fingerprint: Fingerprint
) -> str | None:
    if entry["_id"] != entry_id(entry["day"], entry["number"]):
        return "its number is not its own"
    if last is not None and last["day"] == entry["day"] and entry["number"] != last["number"] + 1:
        return "an entry before it is missing"
    if previous is not None and entry["previous"] != previous:
        return "it does not follow the entry before it"
    if entry["hash"] != fingerprint_of(entry, fingerprint):
        return "it was changed"
    return None


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} cannot stand in an audit entry")
