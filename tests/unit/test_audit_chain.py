from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.audit.chain import BEGINNING, check, entry_id, fingerprint_of, next_place


def fingerprint(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def a_trail(*days: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for day in days:
        last = entries[-1] if entries else None
        named, number = next_place(last, date.fromisoformat(day))
        at = datetime.fromisoformat(f"{day}T02:00:00").replace(tzinfo=UTC)
        entry: dict[str, Any] = {"_id": entry_id(named, number), "day": named, "number": number, "at": at}
        entry |= {"what": "read-case", "why": b"\x02", "previous": last["hash"] if last else BEGINNING}
        entries.append(entry | {"hash": fingerprint_of(entry, fingerprint)})
    return entries


def test_a_whole_trail_over_days_is_whole() -> None:
    trail = a_trail("2026-11-23", "2026-11-23", "2026-11-24")
    assert [one["_id"] for one in trail][1:] == ["2026-11-23/00000002", "2026-11-24/00000001"]
    verdict = check(trail, fingerprint, BEGINNING)
    assert verdict.whole
    assert verdict.entries == 3


def test_who_is_late_over_midnight_still_comes_after_the_last_entry() -> None:
    assert next_place({"day": "2026-11-24", "number": 1}, date(2026, 11, 23)) == ("2026-11-24", 2)


@pytest.mark.parametrize("key", ["what", "why", "at", "previous", "number"])
def test_any_change_is_found(key: str) -> None:
    trail = a_trail("2026-11-23", "2026-11-23", "2026-11-23")
    trail[1][key] = 7 if key == "number" else datetime(2020, 1, 1, tzinfo=UTC) if key == "at" else "other"
    assert not check(trail, fingerprint, BEGINNING).whole


def test_another_key_gives_another_fingerprint() -> None:
    trail = a_trail("2026-11-23")
    assert not check(trail, lambda text: fingerprint(f"other{text}"), BEGINNING).whole
