"""What a bundle promises: the day by which its last part is due, begun or not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.applications.clock import CalendarEnded, deadline
from backend.applications.clocks import stored_deadline
from backend.applications.promise import terms_for
from backend.core.mongo import Document
from backend.matters.bundles import order
from backend.matters.catalogue import catalogue
from backend.matters.schema import Part
from backend.matters.terms import Period


def latest_promise(
    parts: Sequence[Part],
    started: Mapping[str, Document],
    settled: set[str],
    values: Mapping[str, Any],
    *,
    told: Document | None,
    now: datetime,
) -> Document | None:
    """The latest promise of the wanted parts, ``{due, provisional}``; None when nothing is promised.

    While a part is not begun it may become later, but not earlier than what was told.
    """
    try:
        found, all_begun = _promises(parts, started, settled, values, now)
    except CalendarEnded:
        return told
    if not all_begun and told and told.get("due"):
        found.append(told)
    return max(found, key=_due, default=None)


def _promises(
    parts: Sequence[Part],
    started: Mapping[str, Document],
    settled: set[str],
    values: Mapping[str, Any],
    now: datetime,
) -> tuple[list[Document], bool]:
    """Each part's promise; one not begun counts from the end of what it waits for."""
    by_matter = {part.matter: part for part in parts}
    found, all_begun = dict[str, Document](), True
    for matter in (one for one in order(list(parts)) if one in by_matter):
        promised = (started.get(matter) or {}).get("promised") or {}
        if promised.get("due"):
            found[matter] = promised
        elif matter not in settled:
            part = by_matter[matter]
            waits = [found[one] for one in part.after if one in found and one not in settled]
            start = max([now, *map(_due, waits)])
            found[matter] = stored_deadline(deadline(start, _period(part, values)))
            all_begun = False
    return list(found.values()), all_begun


def _period(part: Part, values: Mapping[str, Any]) -> Period:
    """What a part not yet begun would promise under the bundle's answers."""
    answers = {name: values[shared] for name, shared in part.fields.items() if shared in values}
    return terms_for(catalogue().get(part.matter), answers | part.given).promised


def _due(promised: Document) -> datetime:
    due: datetime = promised["due"]
    return due
