"""Each department's registry of people and organisations: asked, matched against rules, and changed.

An entry that would say nothing is not stored: somebody who is known, but not here, has a blank one.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from integrations.departments import numbers
from integrations.departments.blanks import BLANKS, blank_sections
from integrations.departments.calendar_words import resolve_words
from integrations.departments.database import Document, Store
from integrations.departments.directory import Department, Directory
from integrations.departments.organisations import Firm
from integrations.departments.records import Person, Record

PEOPLE, ORGANISATIONS = "people", "organisations"
_BLANK = {department: blank_sections(department) for department in BLANKS}


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
        found = self.entry(department, identity_number)
        if found is None:
            return None
        held: Document = found["sections"]
        wanted = list(held) if sections is None else [name for name in sections if name in held]
        return {
            "department": department.id,
            "as_of": found["as_of"].isoformat(),
            "sections": {name: held[name] for name in wanted},
        }

    def entry(
        self, department: Department, identity_number: str, session: ClientSession | None = None
    ) -> Document | None:
        """The entry of a person or an organisation, blank where nothing is stored; nothing for strangers."""
        found = self.store[department.registry].find_one({"_id": identity_number}, session=session)
        if found is not None:
            # An entry of an older seeding may lack sections that were added since.
            older = blank_sections(department.id) if _is_person(identity_number) else {}
            return found | {"sections": older | found["sections"]}
        for collection in (PEOPLE, ORGANISATIONS):
            known = self.store[collection].find_one({"_id": identity_number}, {"as_of": 1}, session=session)
            if known is not None:
                blank = blank_sections(department.id) if collection == PEOPLE else {"licences": []}
                return {"_id": identity_number, "as_of": known["as_of"], "sections": blank}
        return None

    def name_of(self, number: str) -> str | None:
        """The name that goes with an identity number or a credit code, or nothing."""
        person = self.store["registry_public_security"].find_one(
            {"_id": number}, {"sections.population.name": 1}
        )
        if person is not None and "population" in person["sections"]:
            return str(person["sections"]["population"]["name"])
        firm = self.store["registry_market_regulation"].find_one(
            {"_id": number}, {"sections.organisation.name": 1}
        )
        name = ((firm or {}).get("sections", {}).get("organisation") or {}).get("name")
        return None if name is None else str(name)

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
        source, sections = self.store[department.registry], "$sections"
        if source.find_one({"_id": identity_number}, {"_id": 1}, session=session) is None:
            # Nothing is stored here: the directory stands in, whose documents have no `sections`.
            source = self._directory_of(identity_number)
        layers = [
            {"$literal": blank_sections(department.id)},
            sections,
            {"form": {"$literal": dict(form)}, "materials": {"$literal": materials}},
        ]
        pipeline: list[Document] = [
            {"$match": {"_id": identity_number}},
            {"$replaceRoot": {"newRoot": {"$mergeObjects": layers}}},
            {"$match": resolve_words(condition, today=today, form=form)},
            {"$limit": 1},
        ]
        return bool(list(source.aggregate(pipeline, session=session)))

    def _directory_of(self, number: str) -> Collection[Document]:
        return self.store[PEOPLE if _is_person(number) else ORGANISATIONS]

    def enter(self, people: Iterable[Person], firms: Iterable[Firm] = (), *, as_of: datetime) -> None:
        """Write people and organisations into the registries of all departments that know them."""
        entries: dict[str, list[Document]] = {}
        directory: dict[str, list[Document]] = {PEOPLE: [], ORGANISATIONS: []}
        for person in people:
            directory[PEOPLE].append(_directory_entry(person) | {"as_of": as_of})
            self._add_entries(entries, person.identity_number, person.record, as_of)
        for firm in firms:
            directory[ORGANISATIONS].append(firm.directory_entry() | {"as_of": as_of})
            self._add_entries(entries, firm.credit_code, firm.record, as_of)
        for collection, documents in (entries | directory).items():
            if documents:
                self.store[collection].insert_many(documents, ordered=False)

    def _add_entries(
        self, entries: dict[str, list[Document]], number: str, record: Record, as_of: datetime
    ) -> None:
        for department, sections in record.items():
            if sections != _BLANK.get(department):
                entry = {"_id": number, "as_of": as_of, "sections": sections}
                entries.setdefault(self.directory[department].registry, []).append(entry)

    def fresh_identity_number(self, region: str, born: date, sex: str) -> str:
        """An identity number that nobody has."""
        while True:
            order = self.store.next_number(f"identity:{region}:{born.isoformat()}:{sex}") - 1
            number = numbers.identity_number(order, region=region, born=born, sex=sex)
            if self.store[PEOPLE].find_one({"_id": number}, {"_id": 1}) is None:
                return number

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
            registries = self.registries
            found = registries.entry(registries.directory[department], self.identity_number, self.session)
            if found is None:
                raise PersonUnknown
            self._entries[department] = found["sections"]
        return self._entries[department]

    def _collection(self, department: str) -> Any:
        return self.registries.store[self.registries.directory[department].registry]


def _is_person(number: str) -> bool:
    return re.fullmatch(r"\d{17}[\dX]", number) is not None


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
