"""The database: one client, indexes declared beside each store, transactions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeVar

from bson.codec_options import CodecOptions
from pymongo import ASCENDING, IndexModel, MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

Document = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Index:
    """An index that a store needs. ``keys`` as pymongo takes them, ``ttl`` in seconds."""

    keys: str | Sequence[tuple[str, int]]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    ttl: int | None = None

    def model(self) -> IndexModel:
        """As the driver wants it."""
        keys = [(self.keys, ASCENDING)] if isinstance(self.keys, str) else list(self.keys)
        options: dict[str, Any] = {"unique": self.unique}
        if self.partial is not None:
            options["partialFilterExpression"] = self.partial
        if self.ttl is not None:
            options["expireAfterSeconds"] = self.ttl
        return IndexModel(keys, **options)


DECLARED: dict[str, tuple[Index, ...]] = {}
MORE: dict[str, list[Index]] = {}


def declare(collection: str, *indexes: Index) -> str:
    """Name a collection and its indexes; a store calls this at import. Returns the name."""
    DECLARED[collection] = indexes
    return collection


def declare_more(collection: str, *indexes: Index) -> None:
    """Add indexes to a collection that another feature's store declares, for what this one asks of it."""
    MORE.setdefault(collection, []).extend(indexes)


class Database:
    """A database whose writes are majority-committed and journalled, and whose reads see only such."""

    def __init__(self, url: str, name: str, *, timeout: float = 10.0) -> None:
        self.client: MongoClient[Document] = MongoClient(
            url,
            tz_aware=True,
            serverSelectionTimeoutMS=int(timeout * 1000),
            connectTimeoutMS=int(timeout * 1000),
            socketTimeoutMS=int(timeout * 6000),
            appname="suiban",
        )
        self.raw = self.client.get_database(
            name,
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern(w="majority", j=True),
        )
        self._collections: dict[str, Collection[Document]] = {}

    def __getitem__(self, collection: str) -> Collection[Document]:
        # The driver makes a new one, options and all, at every question.
        found = self._collections.get(collection)
        if found is None:
            found = self._collections[collection] = self.raw[collection]
        return found

    def create_indexes(self) -> int:
        """Create every declared index that is missing; returns how many are declared."""
        wanted: dict[str, list[IndexModel]] = {}
        for name, indexes in (*DECLARED.items(), *MORE.items()):
            wanted.setdefault(name, []).extend(index.model() for index in indexes)
        for name, models in wanted.items():
            if models:
                self.raw[name].create_indexes(models)
        return sum(len(models) for models in wanted.values())

    def transaction(self, work: Callable[[ClientSession], T]) -> T:
        """Run ``work`` in one transaction, retried by the driver on transient conflicts.

        ``work`` may run more than once: it must only touch the database.
        """
        with self.client.start_session() as session:
            return session.with_transaction(
                work,
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern(w="majority", j=True),
            )

    def ping(self) -> None:
        """Raise pymongo's error when the database does not answer."""
        self.client.admin.command("ping")
