"""Facts of life that the world brings to the registries: births, new dates, corrections."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pymongo.client_session import ClientSession

from integrations.departments import records
from integrations.departments.calendar_words import city_day
from integrations.departments.database import Clock, Document
from integrations.departments.directory import Department
from integrations.departments.filings import BirthFact, LicenceFact, PatchFact
from integrations.departments.notices import Outbox, facts_notice
from integrations.departments.records import CITY
from integrations.departments.registries import Registries, RegistryEdit

Touched = dict[str, list[str]]


class SectionUnknown(Exception):
    """No department keeps this section, or not the one that was named."""


class FactsDesk:
    """Changes what registries say and sends notices of it, both or neither."""

    def __init__(self, registries: Registries, outbox: Outbox, *, clock: Clock, facts_url: str) -> None:
        self._registries = registries
        self._outbox = outbox
        self._clock = clock
        self._facts_url = facts_url

    def record_birth(self, fact: BirthFact) -> Touched:
        """A child is born: the health commission knows it, and the mother's insurance pays."""
        number = self._registries.store.next_number("birth-certificates")
        certificate = f"CSX{number:07d}"
        born, today = date.fromisoformat(fact.born), city_day(self._clock())

        def change(edit: RegistryEdit) -> None:
            child = records.child(
                name=None,
                sex=fact.sex,
                born=born,
                certificate=certificate,
                registered=False,
                other_parent=None,
            )
            edit.put("health", "children", [*(edit.read("health", "children") or []), child])
            paper = records.birth_certificate(certificate, born=born, today=today)
            edit.put("health", "licences", [paper, *edit.licences("health")])
            medical = edit.read("health", "medical")
            if medical and medical.get("pregnancy"):
                edit.put("health", "medical", medical | {"pregnancy": None})
            insurance = edit.read("medical-insurance", "medical_insurance") or records.no_insurance()
            if insurance["kind"] == "职工":
                settlement = {
                    "settled": today.isoformat(),
                    "hospital": f"{CITY}妇幼保健院",
                    "employee": True,
                    "paid": False,
                }
                entry = insurance | {"birth_settlement": settlement}
                edit.put("medical-insurance", "medical_insurance", entry)

        return self._change(fact.mother_identity_number, change)

    def set_licence_expiry(self, fact: LicenceFact) -> Touched:
        """A licence gets another last day; one that was not held is not made."""

        def change(edit: RegistryEdit) -> None:
            keeper, held, mine = self._held_licence(edit, fact.type)
            today = city_day(self._clock()).isoformat()
            mine["expires"] = fact.expires
            mine["status"] = "expired" if fact.expires and fact.expires < today else "valid"
            edit.put(keeper.id, "licences", held)

        return self._change(fact.identity_number, change)

    def _held_licence(self, edit: RegistryEdit, kind: str) -> tuple[Department, list[Document], Document]:
        """Who keeps the licence, all that they keep of this person, and the licence itself."""
        directory = self._registries.directory
        keeper = directory.issuer_of(kind)
        for department in [keeper] if keeper else directory:
            held = edit.licences(department.id)
            for one in held:
                if one["type"] == kind and one["status"] != "replaced":
                    return department, held, one
        raise SectionUnknown(kind)

    def patch(self, fact: PatchFact) -> Touched:
        """Merge into a section, or replace it when it is no object."""
        directory = self._registries.directory
        keeper = directory.get(fact.department) if fact.department else directory.keeper_of(fact.section)
        if keeper is None or fact.section not in keeper.sections:
            raise SectionUnknown(fact.section)

        def change(edit: RegistryEdit) -> None:
            edit.put(keeper.id, fact.section, merge(edit.read(keeper.id, fact.section), fact.value))

        return self._change(fact.identity_number, change)

    def _change(self, identity_number: str, change: Callable[[RegistryEdit], None]) -> Touched:
        def work(session: ClientSession) -> Touched:
            now = self._clock()
            edit = RegistryEdit(self._registries, identity_number, now=now, session=session)
            change(edit)
            edit.save()
            notices = [
                facts_notice(self._facts_url, department, identity_number, sections, now=now)
                for department, sections in edit.touched.items()
            ]
            self._outbox.put(notices, session)
            return {department: sorted(sections) for department, sections in edit.touched.items()}

        return self._registries.store.transact(work)


def merge(old: Any, new: Any) -> Any:
    """Objects are merged key by key, everything else is replaced.

    >>> merge({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]})
    {'a': {'b': 3, 'c': 2}, 'd': [2]}
    """
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return old | {key: merge(old.get(key), value) for key, value in new.items()}
