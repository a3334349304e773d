"""The departments' own database: connection, collections and their indexes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from pymongo import ASCENDING, MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database as MongoDatabase
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import _ServerMode

Document = dict[str, Any]
Clock = Callable[[], datetime]
Result = TypeVar("Result")

PRIMARY: _ServerMode = ReadPreference.PRIMARY


def utc_now() -> datetime:
    """The present moment, as exactly as the database keeps it: what is told and what is kept agree."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Store:
    """One connection to the departments' database; every write is acknowledged and journalled."""

    def __init__(self, url: str, database: str) -> None:
        self.client: MongoClient[Document] = MongoClient(
            url,
            w="majority",
            journal=True,
            readConcernLevel="majority",
            tz_aware=True,
            serverSelectionTimeoutMS=10_000,
        )
        self.database: MongoDatabase[Document] = self.client[database]

    def __getitem__(self, collection: str) -> Collection[Document]:
        return self.database[collection]

    def transact(self, work: Callable[[ClientSession], Result]) -> Result:
        """Do all of it or none; it is tried again when another transaction was in the way."""
        with self.client.start_session() as session:
            return session.with_transaction(
                work,
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern(w="majority", j=True),
                read_preference=PRIMARY,
            )

    def next_number(self, counter: str) -> int:
        """The next number of a counter; numbers may be skipped, never repeated."""
        found = self["counters"].find_one_and_update(
            {"_id": counter}, {"$inc": {"last": 1}}, upsert=True, return_document=True
        )
        assert found is not None, "an upsert gives back the document"
        return int(found["last"])

    def make_indexes(self) -> None:
        """Declare what queries need; doing it again changes nothing."""
        self["cases"].create_index([("department", ASCENDING), ("key", ASCENDING)], unique=True)
        self["cases"].create_index("due", partialFilterExpression={"due": {"$type": "date"}})
        self["notices"].create_index([("state", ASCENDING), ("due", ASCENDING)])
        self["notices"].create_index([("stream", ASCENDING), ("state", ASCENDING), ("order", ASCENDING)])
        for key in ("story", "phone", "born"):
            self["people"].create_index(key)
        self["registry_health"].create_index("sections.children.birth_certificate")
