"""Which documents an application's history calls for: pure rules over its timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.applications.states import State
from backend.documents.texts import Kind

ARRIVED: dict[State, Kind] = {
    State.ACCEPTED: Kind.ACCEPTANCE,
    State.CORRECTION: Kind.CORRECTION,
    State.REJECTED: Kind.REJECTION,
    State.APPROVED: Kind.APPROVAL,
    State.REFUSED: Kind.REFUSAL,
    State.REVOKED: Kind.REVOCATION,
    State.SUSPENDED: Kind.SPECIAL,
    State.DONE: Kind.RESULT,
}
# A bundle is no matter of its own: its parts get their decisions, the whole a receipt and a result.
OF_A_BUNDLE = (Kind.RECEIPT, Kind.RESULT)
NOTHING_YET = (State.DRAFT.value, State.SUBMITTED.value)


@dataclass(frozen=True)
class Occasion:
    """Something a document is due for. ``name`` stays the same however often one looks."""

    kind: Kind
    name: str
    at: datetime
    text: str = ""
    latest: bool = False


def occasions(application: Mapping[str, Any], *, bundle: bool = False) -> list[Occasion]:
    """Every occasion in an application's history, the oldest first.

    A line of the timeline that stands where the one before it stood is a note, not a move.
    """
    found: list[Occasion] = []
    lines = application.get("timeline") or []
    before = ""
    for index, line in enumerate(lines):
        state = line["state"]
        if state != before:
            kind = _kind(before, state)
            if kind:
                latest = all(later["state"] == state for later in lines[index:])
                found.append(Occasion(kind, f"line-{index}", line["at"], line.get("text", ""), latest))
        before = state
    extension = (application.get("clocks") or {}).get("extension")
    if extension:
        # 行政许可法 §42: once.
        found.append(Occasion(Kind.EXTENSION, "once", extension["at"], latest=True))
    return [one for one in found if not bundle or one.kind in OF_A_BUNDLE]


def _kind(before: str, state: str) -> Kind | None:
    if state == State.RECEIVED.value:
        return Kind.RECEIPT if before == State.SUBMITTED.value else None
    return ARRIVED.get(State(state))
