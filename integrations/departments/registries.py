"""Each department's registry of people: asked, matched against rules, and changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pymongo.client_session import ClientSession

from integrations.departments.calendar_words import resolve_words
from integrations.departments.database import Document, Store
from integrations.departments.directory import Department, Directory
from integrations.departments.records import Person


class PersonUnknown(Exception):
    """No registry entry has this identity number."""


class Registries:
    """The registries of all departments, one collection each."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self.store = store
        self.directory = directory

    def query(
        self, department: Department, identity_number: str, sections: Iterable[str] | None
    ) -> Document | None:
        """What one department says of a person, or nothing when it does not know them."""
        found = self.store[department.registry].find_one({"_id": identity_number})
        if found is None:
            return None
        held: Document = found["sections"]
        wanted = list(held) if sections is None else [name for name in sections if name in held]
        return {
            "department": department.id,
            "as_of": found["as_of"].isoformat(),
            "sections": {name: held[name] for name in wanted},
        }

    def name_of(self, identity_number: str) -> str | None:
        """The name in the population register, or nothing."""
        found = self.store["registry_public_security"].find_one(
            {"_id": identity_number}, {"sections.population.name": 1}
        )
        return None if found is None else str(found["sections"]["population"]["name"])

    def holds(
        self,
        department: Department,
        identity_number: str,
        condition: Mapping[str, Any],
        *,
        form: Mapping[str, Any],
        materials: list[str],
        today: date,
        session: ClientSession | None = None,
    ) -> bool:
        """Whether a rule's filter holds for a person's entry and what they filed.

        The database decides: filters are MongoDB's own, over the entry's sections, `form` and
        `materials`.
        """
        pipeline: list[Document] = [
            {"$match": {"_id": identity_number}},
            {
                "$replaceRoot": {
                    "newRoot": {
                        "$mergeObjects": [
                            "$sections",
                            {"form": {"$literal": dict(form)}, "materials": {"$literal": materials}},
                        ]
                    }
                }
            },
            {"$match": resolve_words(condition, today=today, form=form)},
            {"$limit": 1},
        ]
        return bool(list(self.store[department.registry].aggregate(pipeline, session=session)))

    def enter(self, people: Iterable[Person], *, as_of: datetime) -> None:
        """Write people into the registries of all departments that know them."""
        entries: dict[str, list[Document]] = {}
        directory: list[Document] = []
        for person in people:
            directory.append(_directory_entry(person))
            for department, sections in person.record.items():
                entry = {"_id": person.identity_number, "as_of": as_of, "sections": sections}
                entries.setdefault(self.directory[department].registry, []).append(entry)
        for collection, documents in entries.items():
            self.store[collection].insert_many(documents, ordered=False)
        if directory:
            self.store["people"].insert_many(directory, ordered=False)

    def parents_of(self, certificate: str, session: ClientSession | None = None) -> list[str]:
        """The identity numbers of the parents that a birth certificate names."""
        found = self.store["registry_health"].find(
            {"sections.children.birth_certificate": certificate}, {"_id": 1}, session=session
        )
        return [str(entry["_id"]) for entry in found]


class RegistryEdit:
    """Changes to one person's entries inside one transaction; remembers whose facts changed."""

    def __init__(
        self, registries: Registries, identity_number: str, *, now: datetime, session: ClientSession
    ) -> None:
        self.registries = registries
        self.identity_number = identity_number
        self._now = now
        self.session = session
        self._entries: dict[str, Document] = {}
        self.touched: dict[str, set[str]] = {}

    def read(self, department: str, section: str) -> Any:
        """A section as it is, with the changes made so far. Raises PersonUnknown."""
        return self._entry(department).get(section)

    def put(self, department: str, section: str, value: Any) -> None:
        """Replace a section."""
        self._entry(department)[section] = value
        self.touched.setdefault(department, set()).add(section)

    def licences(self, department: str) -> list[Document]:
        """The licences that a department holds of this person."""
        return list(self.read(department, "licences") or [])

    def save(self) -> None:
        """Write what was changed."""
        for department in self.touched:
            self._collection(department).update_one(
                {"_id": self.identity_number},
                {"$set": {"sections": self._entries[department], "as_of": self._now}},
                upsert=True,
                session=self.session,
            )

    def _entry(self, department: str) -> Document:
        if department not in self._entries:
            found = self._collection(department).find_one({"_id": self.identity_number}, session=self.session)
            if found is None and self.registries.name_of(self.identity_number) is None:
                raise PersonUnknown
            self._entries[department] = {} if found is None else found["sections"]
        return self._entries[department]

    def _collection(self, department: str) -> Any:
        return self.registries.store[self.registries.directory[department].registry]


def _directory_entry(person: Person) -> Document:
    return {
        "_id": person.identity_number,
        "name": person.name,
        "sex": person.sex,
        "born": person.born.isoformat(),
        "phone": person.phone,
        "family": person.family,
        "district": person.home.district,
        "local": person.local,
        "story": person.story,
    }
