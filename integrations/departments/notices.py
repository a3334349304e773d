"""Outgoing notices, kept until they are delivered: written with the change they tell of."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from pymongo.client_session import ClientSession

from integrations.departments.database import Document, Store


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"


def case_notice(
    case: Document, event: str, details: dict[str, Any], *, order: int, now: datetime, delay: float
) -> Document:
    """The notice of one step of a case; notices of one case are sent in order."""
    body = {
        "department": case["department"],
        "reference": case["_id"],
        "application": case["application"],
        "event": event,
        "at": now.isoformat(),
        "details": details,
    }
    copies = 2 if case["conduct"] == "answers-twice" else 1
    stream = f"case:{case['_id']}"
    return _notice(case["callback_url"], stream, body, order=order, now=now, delay=delay, copies=copies)


def facts_notice(
    url: str, department: str, identity_number: str, sections: Iterable[str], *, now: datetime
) -> Document:
    """The notice that somebody's facts changed; what they are now is for the receiver to ask."""
    body = {
        "department": department,
        "identity_number": identity_number,
        "sections": sorted(sections),
        "at": now.isoformat(),
    }
    order = int(now.timestamp() * 1000)
    return _notice(url, f"facts:{department}:{identity_number}", body, order=order, now=now)


def _notice(
    url: str, stream: str, body: Document, *, order: int, now: datetime, delay: float = 0.0, copies: int = 1
) -> Document:
    event_id = uuid4().hex
    return {
        "_id": event_id,
        "url": url,
        "stream": stream,
        "order": order,
        "body": {"event_id": event_id} | body,
        "state": NoticeState.WAITING.value,
        "due": now + timedelta(seconds=delay),
        "lease": now,
        "tries": 0,
        "copies": copies,
    }


class Outbox:
    """The notices of all departments."""

    def __init__(self, store: Store) -> None:
        self._notices = store["notices"]

    def put(self, notices: list[Document], session: ClientSession) -> None:
        """Keep notices, in the transaction that changes what they tell of."""
        if notices:
            self._notices.insert_many(notices, session=session)

    def due(self, now: datetime, limit: int) -> list[Document]:
        """Notices whose time has come, oldest first."""
        ready = {"state": NoticeState.WAITING.value, "due": {"$lte": now}, "lease": {"$lte": now}}
        return list(self._notices.find(ready).sort([("due", 1), ("order", 1)]).limit(limit))

    def earlier_waiting(self, notice: Document) -> Document | None:
        """An earlier notice of the same stream that is still to be delivered."""
        return self._notices.find_one(
            {
                "stream": notice["stream"],
                "state": NoticeState.WAITING.value,
                "order": {"$lt": notice["order"]},
            },
            sort=[("order", -1)],
        )

    def claim(self, notice: Document, *, now: datetime, seconds: float) -> bool:
        """Take a notice for sending; another sender may take it when this one is silent too long."""
        taken = self._notices.update_one(
            {"_id": notice["_id"], "state": NoticeState.WAITING.value, "lease": {"$lte": now}},
            {"$set": {"lease": now + timedelta(seconds=seconds)}},
        )
        return taken.modified_count == 1

    def mark_sent(self, notice: Document, *, now: datetime) -> None:
        """Delivered; one that is told twice goes on waiting for its second time."""
        more = notice["copies"] > 1
        state = NoticeState.WAITING if more else NoticeState.SENT
        self._notices.update_one(
            {"_id": notice["_id"]},
            {"$set": {"state": state.value, "lease": now, "sent_at": now}, "$inc": {"copies": -1}},
        )

    def park(self, notice: Document, *, why: str, now: datetime) -> None:
        """Set aside what the receiver will never take."""
        self._notices.update_one(
            {"_id": notice["_id"]},
            {"$set": {"state": NoticeState.PARKED.value, "parked_because": why, "lease": now}},
        )

    def put_off(self, notice: Document, *, until: datetime, now: datetime) -> None:
        """Try again later, after a try that failed."""
        self._notices.update_one(
            {"_id": notice["_id"], "state": NoticeState.WAITING.value},
            {"$set": {"due": until, "lease": now}, "$inc": {"tries": 1}},
        )

    def queue_behind(self, notice: Document, *, until: datetime) -> None:
        """Let an earlier notice of the stream go first."""
        self._notices.update_one(
            {"_id": notice["_id"], "state": NoticeState.WAITING.value}, {"$set": {"due": until}}
        )

    def release_parked(self, *, now: datetime) -> int:
        """Send parked notices again; returns how many."""
        again = {"state": NoticeState.WAITING.value, "due": now, "lease": now, "tries": 0}
        return self._notices.update_many({"state": NoticeState.PARKED.value}, {"$set": again}).modified_count

    def counts(self) -> dict[str, dict[str, int]]:
        """How many notices of each department stand where."""
        grouped = self._notices.aggregate(
            [{"$group": {"_id": {"d": "$body.department", "s": "$state"}, "n": {"$sum": 1}}}]
        )
        found: dict[str, dict[str, int]] = {}
        for row in grouped:
            found.setdefault(row["_id"]["d"], {})[row["_id"]["s"]] = row["n"]
        return found
