"""Parcels and their journeys: each step comes by its time, and the last one is somebody's signature."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from integrations.departments.database import Clock, Document, Store
from integrations.departments.notices import NoticeState, Outbox

NAME = "post"
# What happens to a parcel, and after how many paces of the city it does.
JOURNEY: tuple[tuple[str, str, float], ...] = (
    ("collected", "已揽收", 1.0),
    ("on-the-way", "运输中", 2.0),
    ("out-for-delivery", "派送中，请保持电话畅通", 3.0),
    ("delivered", "已签收", 4.0),
)


class ParcelWish(BaseModel):
    """A document to bring to a door. The parcel's number is the sender's, so that asking twice sends one."""

    model_config = ConfigDict(extra="forbid")

    parcel: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    sender: str = Field(min_length=1, max_length=80)
    contents: str = Field(min_length=1, max_length=80)
    name: str = Field(min_length=1, max_length=60)
    phone: str = Field(pattern=r"^\d{11}$")
    address: str = Field(min_length=4, max_length=200)
    notify_url: str = Field(pattern=r"^https?://", max_length=300)


class Carrier:
    """Everybody's parcels."""

    def __init__(self, store: Store, outbox: Outbox, *, clock: Clock, pace: float) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._pace = pace
        self._parcels = store["parcels"]

    def send(self, wish: ParcelWish) -> Document:
        """Take a parcel; its whole journey is told by notices as it happens."""
        now = self._clock()
        number = f"MN{self._store.next_number('parcels'):010d}"
        parcel = wish.model_dump(exclude={"notify_url"}) | {
            "_id": wish.parcel,
            "number": number,
            "sent_at": now,
            "journey": [
                {"event": event, "text": text, "at": now + timedelta(seconds=self._pace * paces)}
                for event, text, paces in JOURNEY
            ],
        }

        def work(session: ClientSession) -> None:
            self._parcels.insert_one(parcel, session=session)
            self._outbox.put(
                [_notice(wish, number, step, order) for order, step in enumerate(parcel["journey"])], session
            )

        try:
            self._store.transact(work)
        except DuplicateKeyError:
            found = self._parcels.find_one({"_id": wish.parcel})
            assert found is not None, "a duplicate is there"
            return found
        return parcel

    def track(self, parcel: str) -> dict[str, Any] | None:
        """A parcel's number and the steps of its journey so far."""
        found = self._parcels.find_one({"_id": parcel})
        return None if found is None else shown(found, self._clock())


def shown(parcel: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A parcel without its addressee."""
    past = [step for step in parcel["journey"] if step["at"] <= now]
    return {
        "parcel": parcel["_id"],
        "number": parcel["number"],
        "journey": [{**step, "at": step["at"].isoformat()} for step in past],
    }


def _notice(wish: ParcelWish, number: str, step: Mapping[str, Any], order: int) -> Document:
    event_id = uuid4().hex
    body = {
        "event_id": event_id,
        "department": NAME,
        "parcel": wish.parcel,
        "number": number,
        "event": step["event"],
        "text": step["text"],
        "at": step["at"].isoformat(),
    }
    return {
        "_id": event_id,
        "url": wish.notify_url,
        "stream": f"parcel:{wish.parcel}",
        "order": order,
        "body": body,
        "state": NoticeState.WAITING.value,
        "due": step["at"],
        "lease": step["at"],
        "tries": 0,
        "copies": 1,
    }
